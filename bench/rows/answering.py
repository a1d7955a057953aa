"""(a) to acknowledgement, (b) to the first visible sign, (c) to an answer without tools; one by one."""

from bench.asking import ask, p50
from bench.bench import Bench
from bench.row import Row
from bench.sides import NO_TOOLS, Side

LETTERS = "abc"

LATENCY = 0.08
"""Seconds that each call of Slack's Web API takes longer in the second row of (b)."""

SLACK_METHODS = (
    "agents.sessions.setStatus",
    "assistant.threads.setStatus",
    "chat.postMessage",
    "reactions.add",
    "reactions.remove",
)

GOAL_ACKNOWLEDGED = {"sqlite": "<= 2", "postgresql": "<= 2.5"}


def measure(bench: Bench) -> list[Row]:
    """Take the rows."""

    def take(side: Side) -> dict[str, float]:
        asked = ask(side, NO_TOOLS, bench.size.mentions)
        return {part: 1000 * p50(asked.of(part)) for part in ("acknowledged", "all_acknowledged", "sign", "answer")}

    ours, theirs = bench.medians(take)
    slow_ours, slow_theirs = bench.medians(lambda side: _slowly(side, bench.size.mentions))
    added = ours["answer"] - theirs["answer"]
    return [
        Row.beside(
            "(a) mention to acknowledgement",
            "ms",
            ours["acknowledged"],
            theirs["acknowledged"],
            GOAL_ACKNOWLEDGED[bench.database],
        ),
        Row.beside(
            "(a) mention to acknowledgement of its last event",
            "ms",
            ours["all_acknowledged"],
            theirs["all_acknowledged"],
        ),
        Row.beside("(b) mention to first sign", "ms", ours["sign"], theirs["sign"], "<= 2"),
        Row.beside(
            "(b) mention to first sign, Slack 80 ms away", "ms", slow_ours["sign"], slow_theirs["sign"], "<= 1.1"
        ),
        Row.beside("(c) mention to answer, no tools", "ms", ours["answer"], theirs["answer"]),
        Row("(c) added by us to an answer without tools", "ms", added, goal="<= 10"),
    ]


def _slowly(side: Side, mentions: int) -> dict[str, float]:
    side.rehearsal.slow(LATENCY, *SLACK_METHODS)
    try:
        return {"sign": 1000 * p50(ask(side, NO_TOOLS, mentions).of("sign"))}
    finally:
        side.rehearsal.clear_faults()
