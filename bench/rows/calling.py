"""(d) what each serial tool call takes: a request with nine of them against one with one, the difference over eight."""

from bench.asking import ask, p50
from bench.bench import Bench
from bench.row import Row
from bench.sides import MANY, MANY_ELSEWHERE, MANY_QUICK, ONE_ELSEWHERE, ONE_QUICK, Side

LETTERS = "d"


def measure(bench: Bench) -> list[Row]:
    """Take the rows. A call is a Turn of the model, which wants it, and the tool itself."""

    def take(side: Side) -> dict[str, float]:
        def answer(words: str) -> float:
            return 1000 * p50(ask(side, words, bench.size.mentions).of("answer"))

        return {
            "quick": (answer(MANY_QUICK) - answer(ONE_QUICK)) / (MANY - 1),
            "elsewhere": (answer(MANY_ELSEWHERE) - answer(ONE_ELSEWHERE)) / (MANY - 1),
        }

    ours, theirs = bench.medians(take)
    return [
        Row.beside("(d) each serial call, a quick read", "ms", ours["quick"], theirs["quick"], "<= 2"),
        Row.beside("(d) each serial call, by Celery", "ms", ours["elsewhere"], theirs["elsewhere"], "<= 4"),
    ]
