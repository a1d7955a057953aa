"""Asks again who wrote an Input where the process that took it in could not, or died before it did."""

from collections.abc import Callable

from agents.clock import us
from agents.engine.room import Room
from agents.engine.sweeper import Sweep, each
from agents.journal import inputs

AT_ONCE = 20
"""Inputs that one sweep hands on."""


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        each(room.journal.read(lambda tx: inputs.unjudged(tx, AT_ONCE, us(2))), room.judge)

    return sweep


SWEEP = Sweep(name="unjudged", every=2.0, begin=_begin)
