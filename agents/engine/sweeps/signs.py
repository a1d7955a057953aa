"""Shows the sign of a Run that works for long once more, before the surface takes it for idle by itself.

Slack ends `processing` an hour after it was set, and people lose the Stop that goes with it.
"""

from collections.abc import Callable

from agents.clock import us
from agents.engine import ending
from agents.engine.room import Room
from agents.engine.sweeper import Sweep, each
from agents.journal import deliveries, runs
from agents.journal.transaction import Transaction

STALE = us(1800)
"""Half of the time that Slack keeps it."""

AT_ONCE = 20
"""Runs whose sign one sweep renews."""


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        stale = room.journal.read(lambda tx: deliveries.signs_gone_stale(tx, STALE, AT_ONCE))
        each(stale, lambda run_id: room.journal.write(lambda tx: _renew(room, tx, run_id)))

    return sweep


def _renew(room: Room, tx: Transaction, run_id: str) -> None:
    run = runs.lock(tx, run_id)
    if run is not None and run.ended_at is None:
        ending.show_sign(room.hand, tx, run)


SWEEP = Sweep(name="signs", every=60.0, begin=_begin)
