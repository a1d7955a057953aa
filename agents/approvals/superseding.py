"""Takes back what people are asked about: withdrawn, asked anew, or its Run has ended. Under the Run's lock (E14)."""

from agents.approvals import cards, waiting
from agents.approvals.life import Approval, State
from agents.engine.hand import Hand
from agents.journal import approvals
from agents.journal.transaction import Transaction
from agents.runs.life import Run

WITHDRAWN, ASKED_ANEW, STOPPED, NOT_SHOWN = "withdrawn", "asked anew", "stopped", "not shown"
"""Causes; what a card says of each stands in card.py."""


def supersede(hand: Hand, tx: Transaction, run: Run, approval: Approval, cause: str) -> None:
    """End a pending Approval that nobody needs any more, and have its card say so. Its call is the caller's to end."""
    if approvals.move(tx, approval, State.SUPERSEDED, actor=hand.actor, cause=cause):
        waiting.count(tx, run, approval)
        cards.changed(hand, tx, run, approval.delivery_id)


def supersede_all(hand: Hand, tx: Transaction, run: Run, cause: str = STOPPED) -> None:
    """The Run has ended: nothing of it is asked any more."""
    for one in approvals.pending_of(tx, run.id):
        supersede(hand, tx, run, one, cause)
