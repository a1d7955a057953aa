"""Notices that are said at most once in a while to one channel or one person. What comes meanwhile joins what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update

from agents.audit.events import Event
from agents.deliveries.life import Kind, State
from agents.journal import content, planning, threads
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction

IN_CHANNEL = ""
"""The root of the Thread that stands for a channel, or for someone's direct messages, itself."""

_SAID = select(
    DELIVERIES.c.id,
    DELIVERIES.c.status,
    DELIVERIES.c.due_at,
    DELIVERIES.c.sent_at,
    DELIVERIES.c.planned_at,
    DELIVERIES.c.content_id,
).where(DELIVERIES.c.once == bindparam("once"))
_CHANGE = (
    update(DELIVERIES)
    .where(
        DELIVERIES.c.id == bindparam("of"),
        DELIVERIES.c.status == State.PLANNED.value,
        DELIVERIES.c.lease_owner.is_(None),
        DELIVERIES.c.due_at > now(),
    )
    .values(content_id=bindparam("says"))
)
_LIVELY = (
    select(RUNS.c.channel)
    .where(RUNS.c.workspace_id == bindparam("workspace_id"), RUNS.c.created_at > now() - bindparam("within"))
    .where(RUNS.c.channel.not_like("D%"))
    .group_by(RUNS.c.channel)
    .order_by(func.count().desc(), RUNS.c.channel)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Whom a notice is for: a channel, or one person alone."""

    channel: str = ""
    user_id: str = ""


def notify(
    tx: Transaction, workspace_id: str, to: Place, about: str, words: str, *, every_us: int, most: int, actor: str
) -> str | None:
    """Plan a notice, or add its words to the one that waits. Returns the id of a new one, which is due now or later.

    In: `about`: what it is about, which sets its notices apart from others; `every_us`: there is at most one in so
    much time; `most`: characters at which one that waits takes in only that there was more.
    """
    key = f"{workspace_id}:{about}:{to.channel or to.user_id}"
    at = tx.now()
    number = at // every_us
    last = None
    for one in (number + 2, number + 1, number, number - 1):
        last = tx.row(_SAID, {"once": f"{key}:{one}"})
        if last is not None:
            number = one + 1
            break
    waits = last is not None and last["status"] == State.PLANNED.value and (last["due_at"] or 0) > at
    if last is not None and waits and _add(tx, workspace_id, last, words, most=most, actor=actor):
        return None
    free_at = 0 if last is None else (last["sent_at"] or last["due_at"] or last["planned_at"]) + every_us
    thread_id = threads.lock(tx, workspace_id, to.channel or to.user_id, "group" if to.channel else "im", IN_CHANNEL)
    return planning.plan(
        tx,
        workspace_id=workspace_id,
        thread_id=thread_id,
        kind=Kind.NOTICE if to.channel else Kind.DIRECT,
        text=words,
        user_id=to.user_id or None,
        once=f"{key}:{number}",
        actor=actor,
        due_at=max(at, free_at),
    )


def lively(tx: Transaction, workspace_id: str, within_us: int, most: int) -> Sequence[str]:
    """Return the channels in which something was asked for lately, the liveliest first."""
    given = {"workspace_id": workspace_id, "within": within_us, "most": most}
    return [str(row["channel"]) for row in tx.rows(_LIVELY, given)]


def _add(tx: Transaction, workspace_id: str, waiting: Mapping[str, Any], words: str, *, most: int, actor: str) -> bool:
    delivery_id = str(waiting["id"])
    said = content.body_of(tx, str(waiting["content_id"])).decode()
    more = words if len(said) + len(words) <= most else "There were more changes."
    if said.endswith(more):
        return True
    body = f"{said}\n\n{more}".encode()
    stored = content.store(tx, workspace_id, "delivery", body, media_type="text/markdown")
    if tx.run(_CHANGE, {"of": delivery_id, "says": stored.id}) != 1:
        content.drop(tx, stored.id)
        return False
    tx.record(workspace_id, Event.DELIVERY_PLANNED, actor=actor, delivery=delivery_id, **stored.as_data())
    return True
