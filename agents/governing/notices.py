"""Who is told that a policy changed: a channel whose rights widen, and in one summary the owners and admins.

One message for each change, and at most one an hour to each: what comes within the hour is added to the one that
waits.
"""

from collections.abc import Iterable, Sequence

from agents.clock import us
from agents.engine.hand import Hand
from agents.governing.naming import named
from agents.governing.previewing import in_words
from agents.governing.to_admins import HOUR, MOST_WORDS, POLICY, tell_of_policy
from agents.journal import noticing, people
from agents.journal.noticing import Place
from agents.journal.transaction import Transaction
from agents.policy.change import Change, Direction
from agents.policy.document import Document, Of
from agents.policy.settings import ReplyMode

LIVELY = us(7 * 86_400)
"""A channel in which someone asked within a week is told of what widens in the whole workspace."""

MOST_CHANNELS = 20
"""Channels that one change is told in, the liveliest first; `/tagwork policy` says it in every other."""

REPLY_MODE = "setting reply_mode"
READ_ALONG = (
    "From now on I read every message that people of this organisation write here, and keep it like what I am asked. "
    "Where I can help, I may say so once; everything else I pass over."
)
"""What a change of that setting means to those who write in the channel."""

MOST_CHANGES = 8
"""Changes that one message names."""


def changed(
    hand: Hand,
    tx: Transaction,
    workspace_id: str,
    found: Sequence[Change],
    document: Document,
    *,
    actor: str,
    reason: str,
) -> None:
    """Tell of a change that was just stored."""
    if not found:
        return
    who = _who(tx, workspace_id, actor)
    widened = [one for one in found if one.direction is Direction.WIDENS]
    for channel in _channels(tx, workspace_id, widened, document):
        own = [one for one in widened if one.place in {channel, *_EVERYWHERE} or one.place.startswith("bundle")]
        head = f"{who} changed what I may do in this channel:"
        told = own or widened
        reads = (
            [READ_ALONG] if any(one.what == REPLY_MODE and one.after == ReplyMode.READ_ALONG for one in told) else []
        )
        words = "\n".join([head, *_lines(told), *reads, "`/tagwork policy` shows all that holds here."])
        _tell(hand, tx, workspace_id, Place(channel=channel), named(tx, workspace_id, words, {channel: "this channel"}))
    head = f"{who} changed the policy ({reason[:200]}):" if reason else f"{who} changed the policy:"
    words = named(tx, workspace_id, "\n".join([head, *_lines(found)]))
    kind, _, who_did = actor.partition(":")
    tell_of_policy(hand, tx, workspace_id, words, who_did if kind == "person" else "")


_EVERYWHERE = frozenset(one.value for one in Of)


def _channels(tx: Transaction, workspace_id: str, widened: Sequence[Change], document: Document) -> list[str]:
    """Return the channels in which rights widen: those that a change names, and for the rest the lively ones."""
    rules = {f"rule {one.id}": one for one in document.default.rules}
    told: dict[str, None] = {}
    for one in widened:
        rule = rules.get(one.what) if one.place in _EVERYWHERE else None
        here = rule.where.here if rule is not None else None
        if one.place in document.channels:
            told[one.place] = None
        elif here is not None and here.any_of:
            told.update(dict.fromkeys(here.any_of))
        else:
            told.update(dict.fromkeys(noticing.lively(tx, workspace_id, LIVELY, MOST_CHANNELS)))
    return list(told)[:MOST_CHANNELS]


def _tell(hand: Hand, tx: Transaction, workspace_id: str, to: Place, words: str) -> None:
    """Say it at once where nothing was said within the hour, else with what waits for the hour's end."""
    planned = noticing.notify(tx, workspace_id, to, POLICY, words, every_us=HOUR, most=MOST_WORDS, actor=hand.actor)
    hand.poke_deliver(tx, planned)


def _lines(found: Iterable[Change]) -> list[str]:
    told = list(found)
    lines = [f"- {in_words(one)}" for one in told[:MOST_CHANGES]]
    return lines + ([f"- … and {len(told) - MOST_CHANGES} more."] if len(told) > MOST_CHANGES else [])


def _who(tx: Transaction, workspace_id: str, actor: str) -> str:
    kind, _, who = actor.partition(":")
    return people.name_of(tx, workspace_id, who) if kind == "person" else f"{who}, who runs Tagwork,"
