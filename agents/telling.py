"""Sentences that belong to no Run: to everyone in a thread, or to one person alone. Planned, not sent."""

from datetime import UTC, datetime

from agents.deliveries.life import Kind
from agents.engine.hand import Hand
from agents.journal import planning, threads
from agents.journal.transaction import Transaction
from agents.posts import Channel

IN_CHANNEL = ""
"""The root of the Thread that stands for a channel itself: what is whispered there belongs to no thread."""


def say_once(hand: Hand, tx: Transaction, workspace_id: str, thread_id: str, sentence: str, once: str) -> None:
    """Plan a sentence without a Run; with `once`, at most one a day for that key."""
    day = datetime.fromtimestamp(tx.now() / 1_000_000, UTC).date().isoformat()
    planned = planning.plan(
        tx,
        workspace_id=workspace_id,
        thread_id=thread_id,
        kind=Kind.NOTICE,
        text=sentence,
        once=f"{workspace_id}:{once}:{day}" if once else None,
        actor=hand.actor,
    )
    hand.poke_deliver(tx, planned)


def tell(
    hand: Hand,
    tx: Transaction,
    workspace_id: str,
    thread_id: str,
    user_id: str,
    words: str,
    *,
    once: str | None = None,
) -> None:
    """Plan words that one person alone sees. They may be lost (E21). `once`: a key under which they are said once."""
    planned = planning.plan(
        tx,
        workspace_id=workspace_id,
        thread_id=thread_id,
        kind=Kind.PRIVATE,
        text=words,
        user_id=user_id,
        once=once,
        actor=hand.actor,
    )
    hand.poke_deliver(tx, planned)


def thread_for_telling(
    tx: Transaction, workspace_id: str, channel: str, kind: Channel, root: str, *, alone: bool
) -> str:
    """Return the locked Thread in which one person can be told something.

    Slack shows private words in a thread only where somebody has answered in it (docs.slack.dev, chat.postEphemeral),
    so that under a message that stands `alone` they go to its channel.
    """
    return threads.lock(tx, workspace_id, channel, kind.value, IN_CHANNEL if alone else root)
