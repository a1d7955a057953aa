"""The hint "look at this". Never state: losing every poke loses time and nothing else."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Queue(StrEnum):
    """The three kinds of work."""

    ADVANCE = "advance"  #: one Turn of a Run
    EXECUTE = "execute"  #: one ToolCall
    DELIVER = "deliver"  #: one Delivery


@dataclass(frozen=True, slots=True)
class Poke:
    """One hint. As what work gives back: not sent, for whoever gets it takes what is due by itself, or sends it."""

    queue: Queue
    hint: str


class Poker(Protocol):
    """Sends pokes. app/worker/ implements it over the broker."""

    def poke(self, queue: Queue, hint: str = "") -> None:
        """Say that something is due. Returns at once and never raises; `hint` is at most an id."""

    def backlog(self, queue: Queue) -> int:
        """Return how many pokes wait, as far as can be told; 0 where it cannot."""

    def holds(self) -> str:
        """Return a word that stays the same for as long as what was sent is still held; empty: nothing can be sent."""
