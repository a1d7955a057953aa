"""Shares what a Turn cost among the tools whose use it asked for. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

ANSWERING = "(answering)"
"""Stands for Turns that asked for no tool."""


@dataclass(slots=True)
class Used:
    """What something cost: in millionths of a US dollar, by how many Turns of how many Runs."""

    micro_usd: int = 0
    turns: set[str] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)


def by_tool(rows: Iterable[tuple[str, str, int, str | None]]) -> dict[str, Used]:
    """Return what each tool's use cost: each Turn's cost in equal parts for its calls, what is left over to the first,
    so that the sum is the sum of the Turns to the last millionth.

    In: Turn, Run, cost and tool, once for each call; rows of one Turn come one after the other.
    """
    turns: dict[str, tuple[str, int, list[str]]] = {}
    for turn, run, cost, tool in rows:
        turns.setdefault(turn, (run, cost, []))[2].append(tool or ANSWERING)
    found: dict[str, Used] = {}
    for turn, (run, cost, tools) in turns.items():
        share, rest = divmod(cost, len(tools))
        for at, tool in enumerate(tools):
            used = found.setdefault(tool, Used())
            used.micro_usd += share + (rest if at == 0 else 0)
            used.turns.add(turn)
            used.runs.add(run)
    return found
