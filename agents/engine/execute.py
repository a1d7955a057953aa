"""Runs one ToolCall on whatever worker took the poke."""

import structlog

from agents.engine import picker, settle, shares
from agents.engine.poke import Poke, Queue
from agents.engine.room import Room
from agents.engine.running import Running, begin_call, run_tool
from agents.errors import LostRace
from agents.journal import runs, toolcalls
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from agents.toolcalls.results import Outcome

log = structlog.get_logger()


def execute(room: Room, hint: str = "") -> Poke | bool:
    """Claim one due call, run it, settle it. False: nothing was due. Poke: the Run goes on, and nobody was poked."""
    took = picker.pick(room, toolcalls.DUE, hint, lambda tx, trying: _claim(room, tx, hint, trying))
    if took is None:
        return False
    run, running = took
    if running is None:
        return True
    with structlog.contextvars.bound_contextvars(run_id=run.id):
        outcome = run_tool(room, running)
        return room.journal.write(lambda tx: _done(room, tx, running, outcome)) or True


def _claim(room: Room, tx: Transaction, hint: str, trying: picker.Trying) -> tuple[Run, Running | None] | None:
    taken = False
    for row in picker.due_calls(room, tx, hint):
        call_id = trying.row_id = row.id
        run = runs.try_lock(tx, row.run_id or "")
        if run is None:
            taken = True
            continue
        if shares.capped(room, tx, row.scope):
            toolcalls.hold(tx, call_id, shares.HELD)
            continue
        fence = picker.fence_of(tx, call_id)
        running = begin_call(room, tx, run, call_id)
        if running is not None or picker.fence_of(tx, call_id) != fence:
            return run, running
    if taken:
        raise picker.AllTaken
    return None


def _done(room: Room, tx: Transaction, running: Running, outcome: Outcome | float | None) -> Poke | None:
    run = runs.lock(tx, running.call.run_id)
    if run is None:
        raise LostRace
    call = running.call
    if outcome is None:
        toolcalls.let_go(tx, call.id, fence=call.fence)
        room.poke_later(tx, Queue.EXECUTE, call.id)
    elif isinstance(outcome, float):
        settle.wait(room.hand, tx, call, outcome, fence=call.fence)
    elif not settle.settle(room.hand, tx, run, call, outcome, fence=call.fence):
        log.info("a late result was dropped: another worker has this call")
    return room.hand.take_over(tx, Poke(Queue.ADVANCE, run.id))
