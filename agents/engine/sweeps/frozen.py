"""Breaks off calls that still run under a freeze: whoever froze something is not to wait for a tool (E14)."""

from collections.abc import Callable

from agents.clock import us
from agents.engine.freezing_calls import break_off
from agents.engine.room import Room
from agents.engine.sweeper import Sweep, each
from agents.journal import freezes

PATIENCE = us(25)
"""How long what runs may end by itself; with the time between two sweeps less than the 30 s of the law."""

AT_ONCE = 100
"""Calls that one sweep breaks off."""


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        found = {
            call: (run, by)
            for call, run, by in room.journal.read(lambda tx: freezes.running_under(tx, PATIENCE, AT_ONCE))
        }
        each(found, lambda call_id: break_off(room, found[call_id][0], call_id, found[call_id][1]))

    return sweep


SWEEP = Sweep(name="frozen", every=2.0, begin=_begin)
