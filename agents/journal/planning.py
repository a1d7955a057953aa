"""Plans Deliveries: what people are to see is stored, with its number in its Run, before it is sent."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from agents.audit.events import Event
from agents.deliveries.life import Delivery, Kind, State
from agents.ids import new_id
from agents.journal.content import Stored, body_of, drop, form_and_body, store
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.threads import THREADS
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore
from agents.messages import Message, from_bytes
from agents.surface import OutFile

MESSAGE = "application/vnd.tagwork.message+json"
"""Media type of a Delivery's Content that is more than words."""

_NEXT_NUMBER = (
    update(RUNS)
    .where(RUNS.c.id == bindparam("of"))
    .values(next_delivery=RUNS.c.next_delivery + 1)
    .returning(RUNS.c.next_delivery, RUNS.c.requester, RUNS.c.channel)
)
_CHANNEL = select(THREADS.c.channel).where(THREADS.c.id == bindparam("id"))


def plan(
    tx: Transaction,
    *,
    workspace_id: str,
    thread_id: str,
    kind: Kind,
    text: str | Message,
    run_id: str | None = None,
    terminal: bool = False,
    user_id: str | None = None,
    once: str | None = None,
    actor: str,
    labels: Mapping[str, Any] | None = None,
    edits: str | None = None,
    adopts: str | None = None,
    beside: str | None = None,
    due_at: Any = None,
    needs: int = 1,
) -> str | None:
    """Store a Delivery that is due now, or at `due_at`; with a Run, under its lock. Returns its id.

    `needs`: the least format that can send it (agents/formats.py).

    None: something with the same `once` was planned before, or the Run has its terminal Delivery already (E3).
    """
    of_run = (tx.row(_NEXT_NUMBER, {"of": run_id}) if run_id else None) or {}
    body, media_type = (text.encode(), "text/markdown") if isinstance(text, str) else (text.as_bytes(), MESSAGE)
    content: Stored = store(tx, workspace_id, "delivery", body, media_type=media_type, labels=labels)
    delivery_id = new_id()
    first = insert_or_ignore(
        tx,
        DELIVERIES,
        {
            "id": delivery_id,
            "workspace_id": workspace_id,
            "thread_id": thread_id,
            "run_id": run_id,
            "number": of_run.get("next_delivery", 0),
            "kind": kind.value,
            "terminal": terminal,
            "status": State.PLANNED.value,
            "user_id": user_id,
            "channel": of_run.get("channel") or tx.value(_CHANNEL, {"id": thread_id}),
            # whose work it is; without a Run, whoever it is for
            "requester": of_run.get("requester") or user_id or "",
            "once": once,
            "content_id": content.id,
            "due_at": now() if due_at is None else due_at,
            "fence": 0,
            "attempts": 0,
            "doomed": [],
            "edits": edits,
            "adopts": adopts,
            "beside": beside,
            "planned_at": now(),
            "needs": needs,
        },
    )
    if not first:
        drop(tx, content.id)
        return None
    tx.record(
        workspace_id,
        Event.DELIVERY_PLANNED,
        run_id=run_id,
        actor=actor,
        delivery=delivery_id,
        kind=kind.value,
        terminal=terminal,
        **content.as_data(),
    )
    return delivery_id


def message_of(tx: Transaction, delivery: Delivery) -> Message:
    """Return what a Delivery says. Raises NotFound where its Content was erased."""
    media_type, body = form_and_body(tx, delivery.content_id)
    return from_bytes(body) if media_type == MESSAGE else Message(markdown=body.decode())


def plan_file(tx: Transaction, *, made: str, name: str, media_type: str, alt: str, **more: Any) -> str | None:
    """Store the Delivery of a file whose bytes are the Content `made`. `more`: see `plan`. Returns its id."""
    body = json.dumps({"made": made, "name": name, "media_type": media_type, "alt": alt}, ensure_ascii=False)
    return plan(tx, kind=Kind.FILE, text=body, **more)


def file_of(tx: Transaction, delivery: Delivery) -> OutFile:
    """Return the file that a Delivery gives to people. Raises NotFound where it was erased."""
    kept = json.loads(body_of(tx, delivery.content_id))
    return OutFile(kept["name"], kept["media_type"], body_of(tx, kept["made"]), kept["alt"])
