"""(e) Runs a second with one tool call and a model that answers at once, by how many are under way."""

from bench.asking import ask, p95
from bench.bench import Bench
from bench.row import Row
from bench.sides import ONE_QUICK, Side

LETTERS = "e"

GOAL = {"sqlite": ">= 0.6", "postgresql": ">= 0.5"}

FLAT = ">= 0.8"
"""The slowest of 10, 50 and 200 under way must reach this share of the fastest to be called flat."""


def measure(bench: Bench) -> list[Row]:
    """Take the rows."""
    rows = []
    speeds: list[tuple[int, float, float]] = []
    for at_once in bench.size.at_once:

        def take(side: Side, at_once: int = at_once) -> dict[str, float]:
            asked = ask(side, ONE_QUICK, max(bench.size.runs, at_once), at_once)
            return {"speed": asked.per_second, "acknowledged": 1000 * p95(asked.of("acknowledged"))}

        ours, theirs = bench.medians(take)
        speeds.append((at_once, ours["speed"], theirs["speed"]))
        rows.append(
            Row.beside(
                f"(e) Runs a second, {at_once} under way", "1/s", ours["speed"], theirs["speed"], GOAL[bench.database]
            )
        )
        goal = "<= 1000" if at_once == max(bench.size.at_once) else ""
        rows.append(
            Row(
                f"(e) acknowledgement p95, {at_once} under way", "ms", ours["acknowledged"], theirs["acknowledged"],
                goal=goal,
            )
        )  # fmt: skip
    many = [(ours, theirs) for at_once, ours, theirs in speeds if at_once > 1]
    flat_ours, flat_theirs = (min(one) / max(one) for one in zip(*many, strict=True))
    rows.append(Row("(e) slowest of 10 to 200 under way, share of the fastest", "", flat_ours, flat_theirs, goal=FLAT))
    return rows
