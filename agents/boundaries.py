"""Where a process may die and it matters: each commit, call of the surface, model call, tool effect and poke.

Whoever does one of these tells a crossing before and after it, and every process is given one crossing when it is
built. In production it does nothing; a storm's records where a Run came by, and kills its process there.
"""

from collections.abc import Callable
from enum import StrEnum


class Kind(StrEnum):
    """What is about to happen, or has just happened."""

    COMMIT = "commit"  #: a writing transaction of the journal; `what` is the function that wrote
    SLACK = "slack"  #: one exchange with Slack; `what` is the method, or what is fetched or given
    MODEL = "model"  #: one model call; `what` is `ask`
    EFFECT = "effect"  #: a tool's call, or its look for an earlier one; `what` is the tool, or `TOOL.find`
    POKE = "poke"  #: a hint: given, where `what` is `hint QUEUE`, then sent to the broker, where it is the queue


class Side(StrEnum):
    """On which side of it the process stands."""

    BEFORE = "before"
    AFTER = "after"


Crossing = Callable[[Kind, Side, str], None]
"""Told of each boundary by the thread that crosses it; must not raise."""


def nothing(kind: Kind, side: Side, what: str) -> None:
    """Cross, and do nothing."""


class across:  # noqa: N801
    """A block between the two sides of a boundary. It is left on the other side also where it raises."""

    __slots__ = ("_cross", "_kind", "_what")

    def __init__(self, cross: Crossing, kind: Kind, what: str) -> None:
        self._cross, self._kind, self._what = cross, kind, what

    def __enter__(self) -> None:
        self._cross(self._kind, Side.BEFORE, self._what)

    def __exit__(self, *_: object) -> None:
        self._cross(self._kind, Side.AFTER, self._what)


def name_of(work: Callable[..., object]) -> str:
    """Return a stable name of a function: its module and its qualified name, without `<locals>`."""
    return f"{work.__module__}.{getattr(work, '__qualname__', '')}".replace(".<locals>", "")
