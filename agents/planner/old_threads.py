"""What of a long thread a Run begins with: its first message, the newest, and how many between are left out. Pure.

A mention dropped into an old thread must not cost a whole context window, and must not pretend to have read everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.contract import Posted

BUDGET = 20_000
"""Characters of quoted messages that a Run begins with: some five thousand tokens. read_thread gives the rest."""

MOST_OF_ONE = 2_000
"""Characters of one quoted message."""

EACH = 60
"""Characters that author, quotation marks and a file's line add to each message, roughly."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """The messages that fit, oldest first, and how many stand between the first and the next and were left out."""

    shown: Sequence[Posted]
    left_out: int


def fitting(thread: Sequence[Posted], budget: int = BUDGET) -> Fitting:
    """Return what of a thread fits into `budget` characters: always the first message, then the newest ones."""
    if not thread:
        return Fitting((), 0)
    first, rest = thread[0], thread[1:]
    room = budget - _weight(first)
    kept: list[Posted] = []
    for posted in reversed(rest):
        room -= _weight(posted)
        if room < 0:
            break
        kept.append(posted)
    return Fitting((first, *reversed(kept)), len(rest) - len(kept))


def _weight(posted: Posted) -> int:
    return min(len(posted.text), MOST_OF_ONE) + EACH * (1 + len(posted.files))
