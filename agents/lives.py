"""What every life shares: a table of arrows, and the one check against it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from agents.errors import ImpossibleMove

S = TypeVar("S", bound=StrEnum)


def check_move(follows: Mapping[S, frozenset[S]], left: S, to: S, what: str) -> None:
    """Raise ImpossibleMove unless the table has the arrow `left -> to`. `what` names the thing for operators."""
    if to not in follows.get(left, frozenset()):
        raise ImpossibleMove(f"{what}: {left} -> {to}")
