"""The one message when we join a channel: what we read and keep, for how long, where it goes, who decides, how to stop.

Planned, not sent. Within a transaction.
"""

from agents.deliveries.life import Kind
from agents.engine.hand import Hand
from agents.governing.naming import named
from agents.in_force import in_force
from agents.journal import planning, threads
from agents.journal.noticing import IN_CHANNEL
from agents.journal.transaction import Transaction
from agents.policy.explaining import changers_of
from agents.policy.resolving import Holding
from agents.policy.scopes import Scope
from agents.policy.settings import ReplyMode
from agents.policy.written_values import seconds_of
from agents.posts import Channel, Door

REPLIES = {
    ReplyMode.MENTION: "I begin only where someone mentions me.",
    ReplyMode.FOLLOW: "I begin where someone mentions me, and where someone goes on in a thread that I answered.",
    ReplyMode.READ_ALONG: "I begin where someone mentions me, and I read along: where I can help with what nobody "
    "asked me, I may say so once.",
}

READS = {
    False: "the thread in which I am asked, and of this channel and its files what that request needs. What else is "
    "written here I do not keep.",
    True: "every message that people of this organisation write here, and its files; I keep it like what I am asked.",
}


def joined(hand: Hand, tx: Transaction, door: Door, workspace_id: str, channel: str, *, at: str) -> None:
    """Say what joining means. `at`: the event's own time: each joining is told once, whoever delivers it again."""
    holding = in_force(tx, workspace_id, door.policy).holding(channel)
    on = holding.enabled.value and (not door.channels or channel in door.channels)
    thread_id = threads.lock(tx, workspace_id, channel, Channel.PRIVATE.value, IN_CHANNEL)
    planned = planning.plan(
        tx,
        workspace_id=workspace_id,
        thread_id=thread_id,
        kind=Kind.NOTICE,
        text=named(tx, workspace_id, words(holding, model=holding.model.value or door.model, on=on)),
        once=f"{workspace_id}:joined:{channel}:{at}"[:255],
        actor=hand.actor,
    )
    hand.poke_deliver(tx, planned)


def words(holding: Holding, *, model: str, on: bool) -> str:
    """Return what is said to a channel in which such settings hold."""
    changers = changers_of(Scope.CHANNEL, holding)
    kept = _span(holding.content_kept.value)
    begins = REPLIES[holding.reply_mode.value] if on else "I am turned off in this channel, and answer nobody here."
    lines = [
        f"Hi, I'm Tagwork, and I just joined. {begins}",
        f"- What I read: {READS[on and holding.reply_mode.value is ReplyMode.READ_ALONG]}",
        f"- What I keep: what was asked, read and answered, for {kept}; who did what stays on the audit trail for "
        f"{_span(holding.audit_kept.value)}, without the words.",
        f"- Where it goes: to the model that answers ({model or 'chosen by whoever runs me'}), and to nobody else "
        "without a rule or someone's yes.",
        f"- Who can change that: {changers[:1].lower()}{changers[1:]}. `/tagwork policy` shows all that holds here.",
        "- How to stop me: press Stop, or write “stop” in the thread; an admin can use `/tagwork off` or "
        "`/tagwork freeze`, and anyone may remove me from the channel.",
        "I am automated and can be wrong.",
    ]
    return "\n".join(lines)


def _span(span: str) -> str:
    seconds = seconds_of(span)
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds % length == 0:
            many = seconds // length
            return f"{many} {unit if many > 1 else unit[:-1]}"
    return f"{seconds} seconds"
