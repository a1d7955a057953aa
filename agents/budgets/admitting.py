"""Whether a Turn may start, by what was spent, what others have reserved, and what it may cost at most. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from agents.budgets.limits import Limit

ALERTS = (75, 95, 100)
"""Percent of a limit at which those who can raise it are told."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What counts towards a limit in its period, in millionths of a US dollar."""

    spent: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class UsedUp:
    """There is no room for this Turn, and none will come before the limit is raised or its period is over."""

    limit: Limit
    spent: int
    needs: int


@dataclass(frozen=True, slots=True)
class Busy:
    """There may be room once Turns that are under way have ended and cost less than they might have."""

    limit: Limit


def admitted(limits: Iterable[Limit], sums: Callable[[Limit], Sums], needs: int) -> UsedUp | Busy | None:
    """Return what stands against a Turn that may cost `needs`, or None. Something used up comes before what is busy."""
    busy = None
    for limit in limits:
        found = sums(limit)
        if found.spent >= limit.micro_usd or found.spent + needs > limit.micro_usd:
            return UsedUp(limit, found.spent, needs)
        if busy is None and found.spent + found.reserved + needs > limit.micro_usd:
            busy = Busy(limit)
    return busy


def reached(limit: Limit, spent: int, *, used_up: bool = False) -> int | None:
    """Return the highest percentage of ALERTS that is reached, or None. `used_up`: no Turn fits any more."""
    if used_up or spent >= limit.micro_usd:
        return ALERTS[-1]
    return next((percent for percent in reversed(ALERTS) if spent * 100 >= limit.micro_usd * percent), None)
