"""What happens in one storm, all of it from its seed: who asks what and when, and which troubles strike meanwhile.

Pure: numbers in, plain values out. What a trouble does is in `troubles.py`.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.storm.references import REFERENCES, Asker, Reference

T = TypeVar("T")

RUNS = 32
"""Mentions of one storm."""

LASTS = 9.0
"""Seconds in which they come and troubles strike."""

TROUBLES = 26
"""Troubles of one storm: nearly three a second, over five processes and four servers."""

OFTEN = (5, 4, 3, 4, 4, 3, 3, 1, 2, 2)
"""How often each reference Run is asked for, in their order; the streamed one costs as much as ten others."""

WHERE = (
    *(("ann", channel) for channel in ("general", "sales", "finance")),
    *(("ben", channel) for channel in ("general", "sales")),
    *(("chloe", channel) for channel in ("general", "finance")),
    *(("olivia", channel) for channel in ("general", "sales", "finance")),
)
"""People of the default workspace, and channels that they are in."""

DELIVERED = (
    None, None, None, ("app_mention", "message"), ("message", "app_mention"), ("message", "app_mention", "message"),
    ("app_mention", "app_mention", "message"), ("app_mention",), ("message",),
)  # fmt: skip
"""The events that Slack makes of a mention: once each, in either order, one of them twice or not at all."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One mention: `at` seconds after the storm's beginning."""

    at: float
    reference: Reference
    asker: Asker


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble. `seconds`: how long it lasts, where it lasts; `pick`: a number from which it draws its victim."""

    at: float
    kind: str
    seconds: float
    pick: int

    def of(self, choices: Sequence[T]) -> T:
        """Return the one of these that it strikes."""
        return choices[self.pick % len(choices)]


@dataclass(frozen=True, slots=True)
class Forecast:
    """One storm. `lease`: seconds for which its processes hold a row without a sign of life."""

    seed: int
    lease: float
    asks: tuple[Ask, ...]
    troubles: tuple[Trouble, ...]


def forecast(seed: int, kinds: dict[str, int], single: Sequence[str]) -> Forecast:
    """Return the storm of a seed.

    `kinds`: the troubles there are, each with how often it comes beside the others; `single`: those of which two must
    not last at once, such as a broker that is away while it is frozen.
    """
    drawn = random.Random(seed)
    asks = [
        Ask(drawn.uniform(0, 0.85 * LASTS), drawn.choices(REFERENCES, OFTEN)[0], _asker(drawn)) for _ in range(RUNS)
    ]
    troubles = sorted((_trouble(drawn, kinds) for _ in range(TROUBLES)), key=lambda one: one.at)
    return Forecast(
        seed,
        round(drawn.uniform(1.0, 2.0), 2),
        tuple(sorted(asks, key=lambda one: one.at)),
        tuple(_one_at_a_time(troubles, single)),
    )


def _asker(drawn: random.Random) -> Asker:
    person, channel = drawn.choice(WHERE)
    return Asker(person, channel, drawn.choice(DELIVERED))


def _trouble(drawn: random.Random, kinds: dict[str, int]) -> Trouble:
    kind = drawn.choices(list(kinds), list(kinds.values()))[0]
    return Trouble(drawn.uniform(0.3, LASTS), kind, drawn.uniform(0.2, 3.5), drawn.randrange(2**31))


def _one_at_a_time(troubles: Sequence[Trouble], single: Sequence[str]) -> Iterator[Trouble]:
    over: dict[str, float] = {}
    for one in troubles:
        server = next((word for word in single if one.kind.startswith(word)), None)
        if server is not None:
            if one.at < over.get(server, 0.0):
                continue
            over[server] = one.at + one.seconds
        yield one
