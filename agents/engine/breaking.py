"""A Turn that gave no usable reply: made again at once, made again later, or the end of its Run."""

import structlog

from agents.clock import us
from agents.engine import ending, holding_back, trouble
from agents.engine.charging import charge, charge_reserved
from agents.engine.mine import mine
from agents.engine.poke import Queue
from agents.engine.room import MOST_ATTEMPTS, Room
from agents.journal import runs, turns
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.models.provider import ModelFault
from agents.planner.conversation import Asking
from agents.planner.life import State as TurnState
from agents.runs.failures import refused, spent
from agents.runs.life import State

log = structlog.get_logger()

LONGEST_WAIT = 60.0
"""Seconds between two tries of a Turn whose model call failed."""


def hand_back(room: Room, tx: Transaction, asking: Asking) -> bool:
    """End a Turn that is not wanted any more. This worker is going away: another begins it at once; or, True, the Run
    is frozen: it waits.
    """
    run = mine(tx, asking.run)
    turns.break_off(tx, run, asking.turn, "handed back", charge_reserved(tx, run, asking.turn), actor=room.actor)
    if holding_back.put_off(room, tx, run):
        return True
    runs.give_back(tx, run.id, due_at=now(), fence=run.fence)
    room.poke_later(tx, Queue.ADVANCE, run.id)
    return False


def broken(room: Room, tx: Transaction, asking: Asking, fault: ModelFault) -> None:
    """No usable reply: the Turn is made again later, or the Run ends where that cannot help."""
    run = mine(tx, asking.run)
    if fault.unknown:
        cost = charge_reserved(tx, run, asking.turn, fault.spent)
    else:
        cost = charge(tx, run, asking.turn, fault.spent)
    said = {"cause": fault.cause, "model": run.model, "cost_micro_usd": cost, **fault.spent.as_json()}
    kept = {"cost_micro_usd": cost, "usage": fault.spent.as_json(), "settled": not fault.unknown}
    turns.move(tx, run, asking.turn, TurnState.BROKEN, actor=room.actor, said=said, cause=fault.cause[:255], **kept)
    log.warning("the model gave no usable reply", cause=fault.cause, retry_after=fault.retry_after)
    if fault.retry_after is None:
        ending.fail(room.hand, tx, run, f"model: {fault.cause}", refused(fault.cause), fence=run.fence)
        return
    if not fault.busy and run.attempts >= MOST_ATTEMPTS:
        ending.fail(room.hand, tx, run, f"attempts: {fault.cause}", spent(fault.cause), fence=run.fence)
        return
    wait = fault.retry_after if fault.busy else min(LONGEST_WAIT, fault.retry_after * 2 ** (run.attempts - 1))
    trouble.lasts(room.hand, tx, run, fault.cause, min(wait, 3600))
    runs.move(tx, run, State.WAITING, fence=run.fence, actor=room.actor, why=f"model: {fault.cause[:80]}")
    runs.give_back(tx, run.id, due_at=now() + us(min(wait, 3600)), fence=run.fence, keep_attempts=not fault.busy)
