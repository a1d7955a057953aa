"""Runs one ToolCall, or judges one vote, on whatever worker took the poke."""

import structlog

from agents.approvals import counting
from agents.clock import us
from agents.engine import picker, settle, shares
from agents.engine.asking_surface import AskFirst, ask_first, before_judging
from agents.engine.poke import Poke, Queue
from agents.engine.room import Room
from agents.engine.running import Running, begin_call, run_tool
from agents.errors import LostRace
from agents.journal import runs, toolcalls
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from agents.surface import TryLater
from agents.toolcalls.results import InDoubt, Outcome

log = structlog.get_logger()

UNTOLD = 5.0
"""Seconds until the surface is asked again what it did not say."""


def execute(room: Room, hint: str = "") -> Poke | bool:
    """Claim one due call, run it, settle it; where none is due, judge a vote.

    False: nothing was due. Poke: the Run goes on, and nobody was poked.
    """
    if hint.startswith(counting.VOTE):
        return counting.judge(room, hint.removeprefix(counting.VOTE))
    claimed = _pick(room, hint)
    while claimed is not None:
        run, running = claimed
        if not isinstance(running, AskFirst):
            return _run(room, run, running)
        if not _told(room, run, running):
            return True
        claimed = _pick(room, running.call_id)
    return counting.judge_next(room)


def _run(room: Room, run: Run, running: Running | None) -> Poke | bool:
    if running is None:
        return True
    with structlog.contextvars.bound_contextvars(run_id=run.id):
        outcome = run_tool(room, running)
        return room.journal.write(lambda tx: _done(room, tx, running, outcome)) or True


def _pick(room: Room, hint: str) -> tuple[Run, Running | AskFirst | None] | None:
    return picker.pick(room, toolcalls.DUE, hint, lambda tx, trying: _claim(room, tx, hint, trying))


def _told(room: Room, run: Run, first: AskFirst) -> bool:
    """Ask the surface what a call is judged by. False: it could not be asked, and the call waits."""
    fault = before_judging(room, run, [(first.tool, first.arguments)])
    if fault is None:
        return True
    wait = us(min(fault.retry_after if isinstance(fault, TryLater) else UNTOLD, 60))

    def hold(tx: Transaction) -> None:
        if runs.lock(tx, run.id) is not None:
            toolcalls.hold(tx, first.call_id, wait)

    room.journal.write(hold)
    return False


def _claim(
    room: Room, tx: Transaction, hint: str, trying: picker.Trying
) -> tuple[Run, Running | AskFirst | None] | None:
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
        first = ask_first(room, tx, run, call_id)
        if first is not None:
            return run, first
        fence = picker.fence_of(tx, call_id)
        running = begin_call(room, tx, run, call_id)
        if running is not None or picker.fence_of(tx, call_id) != fence:
            return run, running
    if taken:
        raise picker.AllTaken
    return None


def _done(room: Room, tx: Transaction, running: Running, outcome: Outcome | float | InDoubt) -> Poke | None:
    run = runs.lock(tx, running.call.run_id)
    if run is None:
        raise LostRace
    call = running.call
    if isinstance(outcome, InDoubt):
        toolcalls.let_go(tx, call.id, us(outcome.wait), fence=call.fence)
        room.poke_later(tx, Queue.EXECUTE, call.id)
    elif isinstance(outcome, float):
        settle.wait(room.hand, tx, call, outcome, fence=call.fence)
    elif not settle.settle(room.hand, tx, run, call, outcome, fence=call.fence):
        log.info("a late result was dropped: another worker has this call")
    return room.hand.take_over(tx, Poke(Queue.ADVANCE, run.id))
