"""What a Run that was just claimed needs: a Turn, or nothing yet. Under the Run's lock."""

from dataclasses import replace
from typing import Any

import structlog

from agents.approvals import settling, waiting
from agents.engine import budgeting, ending
from agents.engine.charging import charge_reserved
from agents.engine.lease import Kind
from agents.engine.mine import mine
from agents.engine.recovering import taken_over
from agents.engine.room import BACKSTOP, MOST_ATTEMPTS, Room
from agents.journal import approvals, inputs, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.runs.ceilings import reached
from agents.runs.failures import spent
from agents.runs.life import Run, State
from agents.toolcalls.life import State as CallState

log = structlog.get_logger()


def take_up(room: Room, tx: Transaction, before: Run, run: Run) -> Run | None:
    """Return a Run that was just claimed, as it stands, where a Turn may start; None: it needs nothing, or has ended.

    In: the Run `before` the claim, and as claimed; under its lock.
    """
    if before.lease_owner is not None:
        lost, fence = before.lease_owner, before.fence
        taken_over(tx, run.workspace_id, run.id, Kind.RUN, run.id, lost=lost, fence=fence, actor=room.actor)
        runs.set_fields(tx, run.id, lost_lease=True)
        run = replace(run, lost_lease=True)
        run = _break_left(room, tx, run)
    if run.attempts > MOST_ATTEMPTS:
        _, _, cause = turns.trailing(tx, run.id)
        why = cause or "lease lost"
        ending.fail(room.hand, tx, run, f"attempts: {why}", spent(why), fence=run.fence)
        return None
    if settling.expire_due(room.hand, tx, run):
        run = mine(tx, run)
    if must_wait(tx, run):
        runs.give_back(tx, run.id, due_at=backstop(tx, run), fence=run.fence)
        return None
    if run.held_since is not None:
        released = budgeting.release(room, tx, run)
        if released is None:
            return None
        run = released
    at = tx.now()
    ceiling = reached(room.conduct.ceilings, run, at - waiting.lasting(tx, run, at))
    if ceiling is not None:
        ending.fail(room.hand, tx, run, ceiling.cause, ceiling.sentence, fence=run.fence)
        return None
    if run.status is not State.WORKING:
        runs.move(tx, run, State.WORKING, fence=run.fence, actor=room.actor, worker=room.actor)
        run = replace(run, status=State.WORKING)
    return run


def _break_left(room: Room, tx: Transaction, run: Run) -> Run:
    """The Turn that a lost worker left is broken, and will be made again. Returns the Run as charged for it."""
    left = turns.started(tx, run.id)
    if left is None:
        return run
    charged = charge_reserved(tx, run, left)
    turns.break_off(tx, run, left, "lease lost", charged, actor=room.actor)
    return replace(run, cost_micro_usd=run.cost_micro_usd + charged)


def backstop(tx: Transaction, run: Run) -> Any:
    """Return when a Run that something else is expected to move is counted again (E7)."""
    first = approvals.first_expiry(tx, run.id) if run.open else None
    return now() + (BACKSTOP if first is None else min(BACKSTOP, max(0, first - tx.now())))


def must_wait(tx: Transaction, run: Run) -> bool:
    """Whether no Turn may start now; the Run's two counters are counted again, and mended where they differ.

    Calls that are allowed or running are awaited; where all others wait for people, only something unread starts a
    Turn, which tells the model that they still wait (E13).
    """
    calls = toolcalls.open_of(tx, run.id) if run.turns else ()
    counted = (sum(not call.told for call in calls), len(calls))
    if counted != (run.pending, run.open):
        log.error("a run's counters were wrong", run_id=run.id, was=(run.pending, run.open), rows=counted)
        runs.set_fields(tx, run.id, pending=counted[0], open=counted[1])
    if any(call.status in {CallState.ALLOWED, CallState.RUNNING} for call in calls):
        return True
    if not calls or inputs.any_unread(tx, run.id):
        return False
    # with every call told, a Turn starts only to tell what else has ended, or because the last one broke off
    waits = run.status is State.WAITING and run.held_since is None
    return counted[0] > 0 or (waits and not toolcalls.untold(tx, run.id))
