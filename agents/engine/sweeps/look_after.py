"""Looks at the threads of ended Runs that lost a lease on the way, six minutes after their end (E21)."""

from collections.abc import Callable

from agents.engine.after_look import look_after
from agents.engine.room import Room
from agents.engine.sweeper import Sweep, each
from agents.journal import processes, runs

AT_ONCE = 5
"""Threads that one sweep looks at: each is a few calls of the surface."""


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        found = room.journal.read(lambda tx: runs.to_look_after(tx, AT_ONCE))
        each(found, lambda run_id: look_after(room, run_id))
        room.journal.write(processes.forget_gone)

    return sweep


SWEEP = Sweep(name="look after", every=10.0, begin=_begin)
