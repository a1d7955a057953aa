"""What people's word brings about: a yes lets a call run, a no, or nobody's word, denies it. Under the Run's lock.

A card changes with the decision's own transaction, so nobody is told of one that is not stored.
"""

from agents.approvals import cards, waiting
from agents.approvals.card import span
from agents.approvals.life import Approval, State
from agents.approvals.superseding import NOT_SHOWN, supersede
from agents.approvals.terms import from_json
from agents.approvals.voting import is_over
from agents.clock import us
from agents.engine import ending, settle
from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.formats import ASKS
from agents.journal import approvals, people, runs, toolcalls
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.toolcalls.life import State as CallState

REFUSED, EXPIRED = "refused", "expired"
"""Rules by which a call is denied that people were asked about; a refusal is never said of what nobody answered."""


def grant(hand: Hand, tx: Transaction, run: Run, approval: Approval, *, by: str, for_run: bool) -> bool:
    """Let the call of a pending Approval run. `by`: who said the yes that was needed. False: a lost race."""
    until = tx.now() + us(from_json(approval.terms).terms.seconds) if for_run else None
    actor = f"person:{by}"
    if not approvals.move(tx, approval, State.GRANTED, actor=actor, cause=actor, for_run_until=until):
        return False
    call = toolcalls.by_id(tx, approval.tool_call_id)
    if call is not None and call.status is CallState.ASKED:
        said = {"tool": call.tool, "arguments": call.arguments_digest, "rule": call.rule, "approval": approval.id}
        toolcalls.move(
            tx, call, CallState.ALLOWED, fence=None, actor=actor, said=said, due_at=now(), attempts=0, needs=ASKS
        )
        hand.poke_later(tx, Queue.EXECUTE, call.id)
    _go_on(hand, tx, run, approval)
    cards.changed(hand, tx, run, approval.delivery_id)
    return True


def refuse(hand: Hand, tx: Transaction, run: Run, approval: Approval, *, by: str) -> bool:
    """Deny the call of a pending Approval because someone who may said no. False: a lost race."""
    actor = f"person:{by}"
    if not approvals.move(tx, approval, State.REFUSED, actor=actor, cause=actor):
        return False
    name = people.name_of(tx, run.workspace_id, by)
    _deny(hand, tx, run, approval, REFUSED, f"refused by {name}. Do not propose the same again.")
    return True


def expire(hand: Hand, tx: Transaction, run: Run, approval: Approval) -> bool:
    """Deny the call of a pending Approval because its time is over. False: a lost race."""
    if not approvals.move(tx, approval, State.EXPIRED, actor=hand.actor, cause=EXPIRED):
        return False
    within = span(from_json(approval.terms).terms.seconds)
    _deny(hand, tx, run, approval, EXPIRED, f"nobody answered within {within}, so it was not done. Nobody refused it.")
    return True


def expire_due(hand: Hand, tx: Transaction, run: Run) -> bool:
    """Expire every Approval of a Run whose time is over. False: there was none."""
    at = tx.now()
    over = [one for one in approvals.pending_of(tx, run.id) if is_over(one, at)]
    return sum(expire(hand, tx, run, one) for one in over) > 0


def not_shown(hand: Hand, tx: Transaction, run: Run, card: str, cause: str) -> None:
    """Nobody can see the card that this Delivery was: what stands on it is asked of nobody."""
    for one in approvals.on_card(tx, card):
        if one.status is State.PENDING:
            supersede(hand, tx, run, one, NOT_SHOWN)
            standing = runs.by_id(tx, run.id) or run
            _stop(hand, tx, standing, one, f"not asked: the card could not be shown in the thread ({cause}).")


def _deny(hand: Hand, tx: Transaction, run: Run, approval: Approval, rule: str, reason: str) -> None:
    call = toolcalls.by_id(tx, approval.tool_call_id)
    if call is not None and call.status is CallState.ASKED:
        settle.deny(hand, tx, runs.by_id(tx, run.id) or run, call, rule, reason)
    waiting.count(tx, run, approval)
    cards.changed(hand, tx, run, approval.delivery_id)


def _stop(hand: Hand, tx: Transaction, run: Run, approval: Approval, words: str) -> None:
    call = toolcalls.by_id(tx, approval.tool_call_id)
    if call is not None and call.status is CallState.ASKED:
        settle.stopped(hand, tx, run, call, words)


def _go_on(hand: Hand, tx: Transaction, run: Run, approval: Approval) -> None:
    """A call of the Run is to be run: it works again."""
    waiting.count(tx, run, approval)
    if run.status is RunState.WAITING:
        runs.move(tx, run, RunState.WORKING, fence=None, actor=hand.actor, worker=hand.actor)
        ending.show_sign(hand, tx, run)
