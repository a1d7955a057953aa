"""What every life shares: words that a newer version may have written, a table of arrows, and the check against it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self, TypeVar

from agents.errors import ImpossibleMove

S = TypeVar("S", bound=StrEnum)


class Written(StrEnum):
    """A state or a kind as the journal keeps it.

    A word that only a newer version knows is taken as it stands: it equals none of ours, is in no set of ours, and no
    arrow leaves it, so such a row is shown and otherwise left alone (E24).
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        unknown = str.__new__(cls, value)
        unknown._name_ = unknown._value_ = value
        return unknown

    @property
    def known(self) -> bool:
        """Whether this code knows the word."""
        return self.name in type(self).__members__


def check_move(follows: Mapping[S, frozenset[S]], left: S, to: S, what: str) -> None:
    """Raise ImpossibleMove unless the table has the arrow `left -> to`. `what` names the thing for operators."""
    if to not in follows.get(left, frozenset()):
        raise ImpossibleMove(f"{what}: {left} -> {to}")
