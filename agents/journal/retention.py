"""What of an ended Run, and of what became no Run, is text or bytes that go when their days are over (E25)."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, select, union, update

from agents.audit.events import Event
from agents.deliveries.life import ENDED
from agents.journal.content import CHUNKS, CONTENT
from agents.journal.content import erase_all as erase_items
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.feedback import FEEDBACK
from agents.journal.inputs import INPUTS
from agents.journal.questions import QUESTIONS
from agents.journal.runs import RUNS
from agents.journal.steps import STEPS
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.journal.turns import MESSAGES

SHARED = ("prompt", "tools")
"""Kinds of Content that many Runs share and that nobody wrote: they stay."""

GONE = "(erased: its days are over)"
"""Stands in the place of the title of a Step."""

_SENT_OR_GIVEN_UP = [state.value for state in ENDED]
_STILL_TO_SEND = exists().where(DELIVERIES.c.run_id == RUNS.c.id, DELIVERIES.c.status.not_in(_SENT_OR_GIVEN_UP))


def _ended_before(channel: ColumnElement[bool]) -> Any:
    return (
        select(RUNS.c.id)
        .where(
            RUNS.c.workspace_id == bindparam("workspace_id"),
            RUNS.c.ended_at < now() - bindparam("kept_us"),
            RUNS.c.erased_at.is_(None),
            channel,
            ~_STILL_TO_SEND,
        )
        .order_by(RUNS.c.ended_at)
        .limit(bindparam("most"))
    )


def ended_before(
    tx: Transaction, workspace_id: str, kept_us: int, most: int, *, only: str = "", but: Collection[str] = ()
) -> Sequence[str]:
    """Return Runs that ended longer ago than `kept_us` and still have what people wrote, the oldest first.

    `only`: of this channel; `but`: of all channels except these. A Run of which something is still to be shown waits.
    """
    where = RUNS.c.channel == only if only else RUNS.c.channel.not_in(list(but))
    given = {"workspace_id": workspace_id, "kept_us": kept_us, "most": most}
    return [str(row["id"]) for row in tx.rows(_ended_before(where), given)]


def of_run(tx: Transaction, run_id: str) -> Sequence[str]:
    """Return the ids of all Content that belongs to a Run and is not erased."""
    referring = union(
        select(INPUTS.c.content_id).where(INPUTS.c.run_id == run_id),
        select(MESSAGES.c.content_id).where(MESSAGES.c.run_id == run_id),
        select(CALLS.c.arguments_content_id).where(CALLS.c.run_id == run_id),
        select(CALLS.c.result_content_id).where(CALLS.c.run_id == run_id),
        select(DELIVERIES.c.content_id).where(DELIVERIES.c.run_id == run_id),
        select(QUESTIONS.c.content_id).where(QUESTIONS.c.run_id == run_id),
        select(CONTENT.c.id).where(CONTENT.c.run_id == run_id),
    ).subquery()
    statement = select(CONTENT.c.id).where(
        CONTENT.c.id.in_(select(referring.c[0])), CONTENT.c.erased_at.is_(None), CONTENT.c.kind.not_in(SHARED)
    )
    return [str(row["id"]) for row in tx.rows(statement)]


def loose(tx: Transaction, workspace_id: str, kept_us: int, most: int) -> Sequence[str]:
    """Return the ids of Content older than `kept_us` that no Run has: files read, refused words, rejected payloads.

    Files of a channel stay for as long as a Run there has not ended.
    """
    statement = (
        select(CONTENT.c.id)
        .where(
            CONTENT.c.workspace_id == workspace_id,
            CONTENT.c.created_at < now() - kept_us,
            CONTENT.c.erased_at.is_(None),
            CONTENT.c.kind.not_in(SHARED),
            ~exists().where(INPUTS.c.content_id == CONTENT.c.id, INPUTS.c.run_id.is_not(None)),
            ~exists().where(MESSAGES.c.content_id == CONTENT.c.id),
            ~exists().where(CALLS.c.arguments_content_id == CONTENT.c.id),
            ~exists().where(CALLS.c.result_content_id == CONTENT.c.id),
            ~exists().where(QUESTIONS.c.content_id == CONTENT.c.id),
            ~exists().where(DELIVERIES.c.content_id == CONTENT.c.id, DELIVERIES.c.run_id.is_not(None)),
            ~exists().where(DELIVERIES.c.content_id == CONTENT.c.id, DELIVERIES.c.status.not_in(_SENT_OR_GIVEN_UP)),
            CONTENT.c.run_id.is_(None) | exists().where(RUNS.c.id == CONTENT.c.run_id, RUNS.c.erased_at.is_not(None)),
            ~exists().where(RUNS.c.id == CONTENT.c.name, RUNS.c.ended_at.is_(None)),
            ~exists().where(
                RUNS.c.workspace_id == CONTENT.c.workspace_id,
                RUNS.c.ended_at.is_(None),
                CONTENT.c.kind == "file",
                CONTENT.c.name.startswith(RUNS.c.channel + "/"),
            ),
        )
        .order_by(CONTENT.c.created_at)
        .limit(most)
    )
    return [str(row["id"]) for row in tx.rows(statement)]


def erase_run(tx: Transaction, workspace_id: str, run_id: str, *, actor: str) -> int:
    """Erase what people wrote and tools returned in a locked, ended Run. Returns how many items went.

    Its rows stay, with states, times, counts and rules; words in them go too.
    """
    items = of_run(tx, run_id)
    erase(tx, workspace_id, items, actor=actor, run_id=run_id)
    tx.run(update(STEPS).where(STEPS.c.run_id == run_id).values(title=GONE))
    tx.run(update(CALLS).where(CALLS.c.run_id == run_id).values(judged=None, reason=""))
    tx.run(update(FEEDBACK).where(FEEDBACK.c.run_id == run_id).values(note=None))
    values = {"plan_title": None, "progress": None, "erased_at": now()}
    tx.run(update(RUNS).where(RUNS.c.id == run_id).values(**values))
    return len(items)


def erase(tx: Transaction, workspace_id: str, items: Sequence[str], *, actor: str, run_id: str | None = None) -> None:
    """Erase Content whose days are over, with one line on the trail for all of it."""
    if not items:
        return
    erase_items(tx, items)
    tx.record(workspace_id, Event.CONTENT_EXPIRED, run_id=run_id, actor=actor, erased=list(items))


def size_of(tx: Transaction, items: Sequence[str]) -> int:
    """Return the bytes that these items have."""
    length = func.coalesce(func.sum(func.length(CHUNKS.c.body)), 0)
    return int(tx.value(select(length).where(CHUNKS.c.content_id.in_(list(items)))) or 0)
