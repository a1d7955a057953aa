"""Asks one side in a closed loop: so many mentions under way at once, each in a thread of its own."""

from dataclasses import dataclass
from statistics import quantiles

from bench.sides import Side
from tests.given.rehearsal import Json

ANSWERED_WITHIN = 120.0
"""Seconds after which an answer counts as missing."""

PEOPLE = ("olivia", "adam", "ann", "ben")
CHANNELS = ("general", "sales")
"""Members of both channels; mentions go round, so that no single person or channel is what is measured."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a number of mentions: how long each part took, as Rehearsal saw it, and all of them in seconds."""

    timings: list[Json]
    seconds: float

    def of(self, part: str) -> list[float]:
        """Return the seconds of one part, mention by mention. Raises RuntimeError where one did not come about."""
        missing = [one["ts"] for one in self.timings if one[part] is None]
        if missing:
            raise RuntimeError(f"{part} is missing for {len(missing)} of {len(self.timings)} mentions: {missing[:3]}")
        return [float(one[part]) for one in self.timings]

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.timings) / self.seconds


def ask(side: Side, words: str, count: int, at_once: int = 0) -> Asked:
    """Have `count` mentions answered, at most `at_once` of them under way; wait until the last sign is taken away.

    With 0 each mention waits until nothing is left to do of the one before: it is measured alone.
    """
    rehearsal = side.rehearsal
    before = side.mentions
    side.mentions += count
    had = int(rehearsal.wait_for("posted", at_least=0))
    asked = answered = 0
    while answered < count:
        while asked < count and asked - answered < max(1, at_once):
            rehearsal.post(PEOPLE[asked % len(PEOPLE)], CHANNELS[asked % len(CHANNELS)], f"@tagwork {words}")
            asked += 1
        seen = rehearsal.wait_for("posted", at_least=had + answered + 1, timeout_seconds=ANSWERED_WITHIN)
        answered = int(seen) - had
        if not at_once:
            _settle(side)
    _settle(side)
    timings = rehearsal.timings(before)
    begun = min(one["sent_at"] for one in timings)
    ended = max(one["sent_at"] + one["answer"] for one in timings)
    return Asked(timings, ended - begun)


def _settle(side: Side) -> None:
    """Wait until nothing is shown as being worked on, and every event was acknowledged."""
    side.rehearsal.wait_for("sessions_settled", timeout_seconds=ANSWERED_WITHIN)


def p50(values: list[float]) -> float:
    """Return the median."""
    return sorted(values)[len(values) // 2]


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
