"""(h) tokens: what prompt and tools cost, and what share of ten Turns' input comes from the cache."""

from bench.asking import ask
from bench.bench import Bench
from bench.row import Row
from bench.sides import MANY_QUICK

LETTERS = "h"


def measure(bench: Bench) -> list[Row]:
    """Take the rows, as Rehearsal's model of the prompt cache bills them (anthropic.md 8)."""
    rehearsal = bench.ours.rehearsal
    seen = rehearsal.control("GET", "/claude/requests")["requests"][-1]["number"]
    ask(bench.ours, MANY_QUICK, 1)
    turns = rehearsal.control("GET", "/claude/requests", {"after": seen})["requests"]
    usages = [one["reply"]["usage"] for one in turns]
    read = sum(one["cache_read_input_tokens"] for one in usages)
    whole = read + sum(one["input_tokens"] + one["cache_creation_input_tokens"] for one in usages)
    return [
        Row(
            "(h) tokens of prompt and tools, read from the cache by a first Turn",
            "",
            usages[0]["cache_read_input_tokens"],
        ),
        Row(f"(h) cached share of the input of {len(usages)} Turns", "%", 100 * read / whole, goal=">= 90"),
    ]
