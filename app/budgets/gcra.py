"""How calls are counted: the generic cell rate algorithm, with a part of each bucket kept for what is urgent. Pure.

In: buckets, how they stand, a moment in whole microseconds, and the part of each burst that the caller may use.
Out: 0 where the call is taken from every bucket at once, else the microseconds after which to come again.
`gcra.lua` says the same for the broker's server; a test compares the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MOST_HELD = 3_600_000_000
"""Microseconds for which the other side's `Retry-After` is believed; a later moment came from a clock that jumped."""

MOST_PROMISED = 60_000_000
"""Microseconds for which turns are given out; whoever comes later is told to come then (as E7 has it for caps)."""

WHOLE = 100
"""The part of a burst, in per cent, that keeps nothing back."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Calls of one kind: `interval` microseconds between two in the long run, `burst` at once after a rest."""

    key: str
    interval: int
    burst: int

    def usable(self, part: int) -> int:
        """Return how many microseconds of calls may be taken ahead by whoever may use `part` per cent; one at least."""
        return self.interval * max(1, self.burst * part // WHOLE)


@dataclass(slots=True)
class Standing:
    """How a bucket stands: until when its calls are taken, until when the other side wants none, turns given out.

    A turn is a moment at which someone who was refused may come again: each gets one of its own, so that a hundred who
    wait do not all come at once. `promised` is the last one, for each part.
    """

    busy: int = 0
    held: int = 0
    promised: dict[int, int] = field(default_factory=dict)


def ask(standings: Mapping[str, Standing], buckets: Sequence[Bucket], part: int, at: int) -> int:
    """Take one call from every bucket, or from none. Returns 0, or the microseconds until the caller's turn."""
    taken: list[int] = []
    wait, slowest = 0, buckets[0]
    for one in buckets:
        standing = _possible(standings[one.key], one, at)
        busy = max(at, standing.busy) + one.interval
        taken.append(busy)
        needs = max(busy - at - one.usable(part), standing.held - at)
        if needs > wait:
            wait, slowest = needs, one
    if wait <= 0:
        for one, busy in zip(buckets, taken, strict=True):
            standings[one.key].busy = busy
        return 0
    standing = standings[slowest.key]
    after_others = min(standing.promised.get(part, 0) + slowest.interval, at + MOST_PROMISED)
    standing.promised[part] = max(at + wait, after_others)
    return standing.promised[part] - at


def hold(standings: Mapping[str, Standing], buckets: Sequence[Bucket], wait: int, at: int) -> None:
    """Let nobody call for `wait` microseconds; after that the buckets are as good as empty and fill slowly."""
    until = at + min(wait, MOST_HELD)
    for one in buckets:
        standing = _possible(standings[one.key], one, at)
        standing.held = max(standing.held, until)
        standing.busy = max(standing.busy, until + one.interval * (one.burst - 1))


def _possible(standing: Standing, one: Bucket, at: int) -> Standing:
    """Take back what only a clock that went back can have left: calls taken further ahead than a burst, long holds."""
    standing.held = min(standing.held, at + MOST_HELD)
    standing.busy = min(standing.busy, max(at, standing.held) + one.interval * one.burst)
    return standing
