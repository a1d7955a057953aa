"""Trouble that lasts: one notice, edited while it goes on, when it is over, or at the end. Under the Run's lock."""

from datetime import UTC, datetime

from agents.deliveries.life import Delivery, Kind
from agents.deliveries.saying import say
from agents.engine.hand import Hand
from agents.journal import deliveries
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.runs.failures import cause_of
from agents.runs.life import Run

LASTS = 5.0
"""Seconds of waiting past which people are told: what is shorter looks like thinking."""


def lasts(hand: Hand, tx: Transaction, run: Run, cause: str, wait: float) -> None:
    """The model gave no reply, and the Run goes on by itself after `wait` seconds."""
    standing = _notice(tx, run)
    if wait <= LASTS and standing is None:
        return
    at = datetime.fromtimestamp(tx.now() / 1_000_000 + wait, UTC).strftime("%H:%M:%S UTC")
    words = f"This takes longer: {cause_of(cause).trouble}. I go on by myself at {at}. (#{run.number})"
    if standing is None:
        say(hand, tx, run, Kind.NOTICE, words, once=_key(run))
    else:
        say(hand, tx, run, Kind.EDIT, Message(markdown=words), edits=standing.id)


def is_over(hand: Hand, tx: Transaction, run: Run, words: str = "My model answers again; I went on.") -> None:
    """Have the notice, where there is one, say how it went."""
    standing = _notice(tx, run)
    if standing is not None:
        say(hand, tx, run, Kind.EDIT, Message(markdown=words), edits=standing.id)


def _notice(tx: Transaction, run: Run) -> Delivery | None:
    return deliveries.said_once(tx, _key(run))


def _key(run: Run) -> str:
    return f"{run.id}:trouble"
