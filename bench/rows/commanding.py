"""(j) `/tagwork …` until the answer is seen, with Slack 80 ms away: what people and admins order most."""

import time
from statistics import median

from bench.bench import Bench
from bench.row import Row
from bench.rows.answering import LATENCY
from bench.sides import Side
from tests.given.waiting import until

LETTERS = "j"

METHODS = ("users.info", "conversations.info", "conversations.members", "usergroups.users.list")
"""Calls of Slack that may have to be made before an answer can be given."""

ORDERS = {
    "help is seen": ("ann", "help"),
    "what runs is seen": ("ann", "status"),
    "an admin sees the effect of a change": ("adam", "deny read_thread for @sales-team in #sales"),
    "an admin sees a policy": ("adam", "policy"),
}
"""Who orders what. At the first order of each person Slack has to be asked who they are."""


def measure(bench: Bench) -> list[Row]:
    """Take the rows."""
    side = bench.another("commanded")
    side.rehearsal.slow(LATENCY, *METHODS)
    rows: list[Row] = []
    first: dict[str, float] = {}
    for what, (who, words) in ORDERS.items():
        taken = [1000 * _seen_after(side, who, words) for _ in range(bench.size.rounds)]
        first.setdefault(who, taken[0])
        rows.append(Row(f"(j) /tagwork until {what}", "ms", median(taken), goal="<= 500"))
    rows.append(Row("(j) /tagwork, the first order of a person, slowest", "ms", max(first.values()), goal="<= 500"))
    side.end()
    return rows


def _seen_after(side: Side, who: str, words: str) -> float:
    """Return the seconds until a person sees an answer, in the acknowledgement or after it."""
    before = _answers(side)
    began = time.monotonic()
    side.rehearsal.command(who, "sales", "/tagwork", words)
    until(lambda: _answers(side) > before, f"an answer to {words!r}")
    return time.monotonic() - began


def _answers(side: Side) -> int:
    """Return how many answers were seen: a word that Slack is being asked is none."""
    told = [entry["text"] for entry in side.rehearsal.visible("sales") if entry["what"] == "ephemeral"]
    return sum(not text.startswith("One moment") for text in told)
