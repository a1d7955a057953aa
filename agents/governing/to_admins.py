"""What owners and admins hear directly: those whom Tagwork knows at once, all others once the surface has named them.

Who they are cannot be asked within a transaction. Where it was not asked within a day, a Delivery stands for those who
are not known, and the worker that takes it asks (agents/engine/telling_admins.py).
"""

import json
from collections.abc import Collection, Mapping
from typing import Any

from agents.clock import us
from agents.deliveries.life import Delivery, Kind
from agents.engine.hand import Hand
from agents.engine.knowing_admins import are_known
from agents.errors import NotFound
from agents.formats import TO_ADMINS
from agents.journal import content, noticing, people, planning, threads
from agents.journal.noticing import IN_CHANNEL, Place
from agents.journal.transaction import Transaction
from agents.posts import Channel

NOBODY = "admins"
"""The channel of the Thread that stands for a workspace's admins, whoever they are."""

POLICY = "policy"
"""What a notice of a changed policy is about."""

HOUR = us(3_600)

MOST_WORDS = 6_000
"""Characters at which a message that waits takes nothing more in than that there was more."""


def tell_of_policy(hand: Hand, tx: Transaction, workspace_id: str, words: str, but: str) -> None:
    """Tell all admins but one, who did it, that the policy changed."""
    told = people.admins(tx, workspace_id)
    for admin in told:
        if admin != but:
            tell_one(hand, tx, workspace_id, admin, POLICY, words)
    owe(hand, tx, workspace_id, POLICY, words, {*told, but})


def owe(hand: Hand, tx: Transaction, workspace_id: str, about: str, words: str, but: Collection[str]) -> None:
    """Have those admins told who are not known here, and are none of `but`. Nothing where all are known."""
    if are_known(tx, workspace_id):
        return
    body = json.dumps({"about": about, "words": words, "but": sorted(but)}, ensure_ascii=False)
    thread_id = threads.lock(tx, workspace_id, NOBODY, Channel.DIRECT.value, IN_CHANNEL)
    planned = planning.plan(
        tx,
        workspace_id=workspace_id,
        thread_id=thread_id,
        kind=Kind.TO_ADMINS,
        text=body,
        actor=hand.actor,
        needs=TO_ADMINS,
    )
    hand.poke_deliver(tx, planned)


def tell_one(hand: Hand, tx: Transaction, workspace_id: str, admin: str, about: str, words: str) -> None:
    """Tell one admin, at once or with what waits: at most one message an hour is about the same."""
    to = Place(user_id=admin)
    planned = noticing.notify(tx, workspace_id, to, about, words, every_us=HOUR, most=MOST_WORDS, actor=hand.actor)
    hand.poke_deliver(tx, planned)


def pay(hand: Hand, tx: Transaction, owed: Delivery) -> int:
    """Tell those who are known by now and were not when it was planned. Returns how many."""
    try:
        said: Mapping[str, Any] = json.loads(content.body_of(tx, owed.content_id))
    except NotFound:
        return 0
    others = [one for one in people.admins(tx, owed.workspace_id) if one not in said["but"]]
    for admin in others:
        tell_one(hand, tx, owed.workspace_id, admin, said["about"], said["words"])
    return len(others)
