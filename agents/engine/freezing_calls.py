"""A call that still runs long after its scope was frozen is nobody's any more: it becomes what its kind allows (E14).

Its worker's lease ends, so that the worker stops renewing it; a thread inside a tool cannot be ended. What that thread
still brings is recorded as a late result (E19), and starts nothing.
"""

from agents.clock import us
from agents.engine import settle
from agents.engine.room import Room
from agents.freezing import what_is_frozen
from agents.journal import freezes, runs, toolcalls
from agents.journal.freezes import Freeze
from agents.journal.transaction import Transaction
from agents.toolcalls.life import State
from tools.contract import Effect

LOOKED_AT_AGAIN = us(60)
"""After which a `write` with a proof is looked at again, whether it may be looked for or repeated now."""


def break_off(room: Room, run_id: str, call_id: str, freeze: Freeze) -> None:
    """Take a running call from its worker. Nothing where it has ended, was let go, or was thawed, meanwhile."""

    def take(tx: Transaction) -> None:
        run = runs.lock(tx, run_id)
        call = toolcalls.by_id(tx, call_id)
        if run is None or call is None or call.status is not State.RUNNING or call.lease_owner is None:
            return
        if freeze not in freezes.standing(tx, run.workspace_id):
            return
        why = f"it was broken off, because {what_is_frozen(freeze)}"
        tool = room.catalogue.tools.get(call.tool)
        if call.effect is Effect.READ:
            settle.stopped(room.hand, tx, run, call, f"stopped: {why}.")
        elif call.effect is Effect.WRITE and tool is not None and tool.proof is not None and run.ended_at is None:
            # it stays running and nobody's, until it may be looked for, or done again under its key
            # not before the thread that is inside it has had its time (E9)
            toolcalls.let_go(tx, call.id, max(LOOKED_AT_AGAIN, us(tool.seconds)), fence=call.fence)
        else:
            settle.unknown(room.hand, tx, run, call, why)

    room.journal.write(take)
