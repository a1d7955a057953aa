"""Deliveries: what people are to see, stored before it is sent, in the order of its Run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, Select, and_, bindparam, exists, or_, select, update
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.deliveries.life import DECORATIONS, ENDED, FOLLOWS, Delivery, Kind, State
from agents.errors import NotFound
from agents.ids import new_id
from agents.journal.content import Stored, body_of, drop, item, store
from agents.journal.database import now
from agents.journal.leases import burying, claiming, counting, is_due, is_free, is_workable, renewing
from agents.journal.runs import RUNS
from agents.journal.schema import columns_of, count, ident, moment, needs, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.workspaces import insert_or_ignore
from agents.lives import check_move
from agents.messages import Message, from_bytes
from agents.surface import OutFile

MESSAGE = "application/vnd.tagwork.message+json"
"""Media type of a Delivery's Content that is more than words."""


class DeliveryRow(SQLModel, table=True):
    """One message. `once` is a key for what is said at most once (a refusal a day and channel)."""

    __tablename__ = "delivery"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    thread_id: str = ident(to="thread.id", index=True)
    run_id: str | None = ident(null=True, to="run.id", index=True)
    number: int = count()
    kind: str = word()
    terminal: bool = Field(default=False, nullable=False)
    status: str = word()
    user_id: str | None = word(null=True)
    once: str | None = Field(default=None, max_length=255, unique=True, nullable=True)
    content_id: str = ident(to="content.id")
    due_at: int | None = moment(null=True)
    lease_owner: str | None = word(null=True, length=200)
    lease_until: int | None = moment(null=True)
    fence: int = count()
    attempts: int = count()
    posted_at: str | None = word(null=True)
    unsure_since: int | None = moment(null=True)
    absent_at: int | None = moment(null=True)
    doomed: list[Any] = Field(default_factory=list, sa_type=JSON, nullable=False)
    edits: str | None = ident(null=True, to="delivery.id")
    adopts: str | None = word(null=True)
    file_id: str | None = word(null=True)
    cause: str | None = word(null=True, length=255)
    planned_at: int = moment()
    sent_at: int | None = moment(null=True)
    needs: int = needs()


DELIVERIES = table_of(DeliveryRow)
_UNSENT = (State.PLANNED.value, State.SENDING.value)
Index(
    "uq_delivery_terminal",
    DELIVERIES.c.run_id,
    unique=True,
    sqlite_where=DELIVERIES.c.terminal.is_(True),
    postgresql_where=DELIVERIES.c.terminal.is_(True),
)
Index(
    "ix_delivery_due",
    DELIVERIES.c.due_at,
    sqlite_where=DELIVERIES.c.status.in_(_UNSENT),
    postgresql_where=DELIVERIES.c.status.in_(_UNSENT),
)

_FIELDS = columns_of(DELIVERIES, list(Delivery.__dataclass_fields__))
_EARLIER = DELIVERIES.alias("earlier")
_EDITED = DELIVERIES.alias("edited")
# an edit waits for the message that it changes, and for the edit before it: the last one must be the last to arrive
_EDIT_WAITS = or_(
    exists().where(and_(_EDITED.c.id == DELIVERIES.c.edits, _EDITED.c.status.in_(_UNSENT))),
    exists().where(
        and_(
            _EARLIER.c.edits == DELIVERIES.c.edits,
            _EARLIER.c.number < DELIVERIES.c.number,
            _EARLIER.c.status.in_(_UNSENT),
        )
    ),
)
_KEEPS_ORDER = or_(
    and_(DELIVERIES.c.kind.in_([kind.value for kind in DECORATIONS]), DELIVERIES.c.edits.is_(None)),
    and_(DELIVERIES.c.edits.is_not(None), ~_EDIT_WAITS),
    DELIVERIES.c.run_id.is_(None),
    and_(
        DELIVERIES.c.edits.is_(None),
        ~exists().where(
            and_(
                _EARLIER.c.thread_id == DELIVERIES.c.thread_id,
                or_(
                    and_(_EARLIER.c.run_id == DELIVERIES.c.run_id, _EARLIER.c.number < DELIVERIES.c.number),
                    and_(_EARLIER.c.run_id != DELIVERIES.c.run_id, _EARLIER.c.planned_at < DELIVERIES.c.planned_at),
                ),
                _EARLIER.c.status.in_(_UNSENT),
                _EARLIER.c.kind.not_in([kind.value for kind in DECORATIONS]),
            )
        ),
    ),
)
_BY_ID = select(*_FIELDS).where(DELIVERIES.c.id == bindparam("id"))


def _due(*more: ColumnElement[bool]) -> Select[Any]:
    return (
        select(DELIVERIES.c.id, DELIVERIES.c.run_id, DELIVERIES.c.due_at, DELIVERIES.c.fence)
        .where(DELIVERIES.c.status.in_(_UNSENT), is_due(DELIVERIES), is_free(DELIVERIES), _KEEPS_ORDER, *more)
        .order_by(DELIVERIES.c.due_at, DELIVERIES.c.number)
        .limit(bindparam("most"))
    )


_DUE = _due(is_workable(DELIVERIES))
_DUE_TO_ANYONE = _due()
_CLAIM = claiming(DELIVERIES, _UNSENT, _FIELDS)
_RENEW = renewing(DELIVERIES)
_BURY = burying(DELIVERIES)
_COUNT = counting(DELIVERIES)
_NEXT_NUMBER = (
    update(RUNS)
    .where(RUNS.c.id == bindparam("of"))
    .values(next_delivery=RUNS.c.next_delivery + 1)
    .returning(RUNS.c.next_delivery)
)
_OF_RUN = select(*_FIELDS).where(DELIVERIES.c.run_id == bindparam("run_id")).order_by(DELIVERIES.c.number)
_CARD_OF = (
    select(*_FIELDS)
    .where(DELIVERIES.c.run_id == bindparam("run_id"), DELIVERIES.c.kind == Kind.CARD.value)
    .order_by(DELIVERIES.c.number.desc())
)
_EDITS_OF = (
    select(DELIVERIES.c.id, DELIVERIES.c.status, DELIVERIES.c.due_at, DELIVERIES.c.sent_at, DELIVERIES.c.cause)
    .where(DELIVERIES.c.edits == bindparam("of"))
    .order_by(DELIVERIES.c.number.desc())
    .limit(8)
)
_ONCE = select(*_FIELDS).where(DELIVERIES.c.once == bindparam("once"))
_KNOWN_IN = select(DELIVERIES.c.id, DELIVERIES.c.posted_at, DELIVERIES.c.run_id, DELIVERIES.c.status).where(
    DELIVERIES.c.thread_id == bindparam("thread_id")
)
_UNSENT_OF = (
    select(DELIVERIES.c.id)
    .where(
        DELIVERIES.c.thread_id == bindparam("thread_id"),
        DELIVERIES.c.status.in_(_UNSENT),
        DELIVERIES.c.kind.not_in([kind.value for kind in DECORATIONS]),
    )
    .limit(1)
)
_STALE_SIGNS = (
    select(RUNS.c.id)
    .where(
        RUNS.c.ended_at.is_(None),
        is_workable(RUNS),
        RUNS.c.begun_at < now() - bindparam("stale"),
        ~exists().where(
            DELIVERIES.c.run_id == RUNS.c.id,
            DELIVERIES.c.kind == Kind.SIGN.value,
            DELIVERIES.c.planned_at > now() - bindparam("stale"),
        ),
    )
    .limit(bindparam("most"))
)
_NEXT_OF = (
    select(DELIVERIES.c.id)
    .where(
        DELIVERIES.c.thread_id == bindparam("thread_id"),
        DELIVERIES.c.status.in_(_UNSENT),
        is_due(DELIVERIES),
        is_free(DELIVERIES),
        _KEEPS_ORDER,
    )
    .order_by(DELIVERIES.c.planned_at, DELIVERIES.c.number)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a message. Times are journal time; `cause`: why it had to wait, or could not be made."""

    id: str
    status: State
    due_at: int | None
    sent_at: int | None
    cause: str | None


def of(row: Mapping[str, Any]) -> Delivery:
    """Return the value of a row."""
    return Delivery(**{**row, "status": State(row["status"]), "kind": Kind(row["kind"])})


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
    due_at: Any = None,
) -> str | None:
    """Store a Delivery that is due now, or at `due_at`; with a Run, under its lock. Returns its id.

    None: something with the same `once` was planned before, or the Run has its terminal Delivery already (E3).
    """
    number = int(tx.value(_NEXT_NUMBER, {"of": run_id})) if run_id else 0
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
            "number": number,
            "kind": kind.value,
            "terminal": terminal,
            "status": State.PLANNED.value,
            "user_id": user_id,
            "once": once,
            "content_id": content.id,
            "due_at": now() if due_at is None else due_at,
            "fence": 0,
            "attempts": 0,
            "doomed": [],
            "edits": edits,
            "adopts": adopts,
            "planned_at": now(),
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
    kept = item(tx, delivery.content_id)
    if kept is None or kept.body is None:
        raise NotFound(f"content {delivery.content_id} is gone")
    return from_bytes(kept.body) if kept.media_type == MESSAGE else Message(markdown=kept.body.decode())


def plan_file(tx: Transaction, *, made: str, name: str, media_type: str, alt: str, **more: Any) -> str | None:
    """Store the Delivery of a file whose bytes are the Content `made`. `more`: see `plan`. Returns its id."""
    body = json.dumps({"made": made, "name": name, "media_type": media_type, "alt": alt}, ensure_ascii=False)
    return plan(tx, kind=Kind.FILE, text=body, **more)


def file_of(tx: Transaction, delivery: Delivery) -> OutFile:
    """Return the file that a Delivery gives to people. Raises NotFound where it was erased."""
    kept = json.loads(body_of(tx, delivery.content_id))
    return OutFile(kept["name"], kept["media_type"], body_of(tx, kept["made"]), kept["alt"])


def card_of(tx: Transaction, run_id: str) -> Delivery | None:
    """Return the Delivery of a Run's card, or None."""
    row = tx.row(_CARD_OF, {"run_id": run_id})
    return None if row is None else of(row)


def edits_of(tx: Transaction, delivery_id: str) -> Sequence[Edit]:
    """Return the last edits of a message, newest first."""
    return [Edit(**{**row, "status": State(row["status"])}) for row in tx.rows(_EDITS_OF, {"of": delivery_id})]


def said_once(tx: Transaction, once: str) -> Delivery | None:
    """Return the Delivery that was planned with this `once`, or None."""
    row = tx.row(_ONCE, {"once": once})
    return None if row is None else of(row)


def by_id(tx: Transaction, delivery_id: str) -> Delivery | None:
    """Return a Delivery, or None."""
    row = tx.row(_BY_ID, {"id": delivery_id})
    return None if row is None else of(row)


def due(tx: Transaction, most: int) -> Sequence[tuple[str, str | None, int, int]]:
    """Return (id, run id, due_at, fence) of what this code may send now, in the order of each Thread."""
    return [(row["id"], row["run_id"], row["due_at"], row["fence"]) for row in tx.rows(_DUE, {"most": most})]


def due_to_anyone(tx: Transaction, most: int) -> Sequence[tuple[str, str | None, int, int]]:
    """Return (id, run id, due_at, fence) of what some process may send now, of another version perhaps."""
    return [(row["id"], row["run_id"], row["due_at"], row["fence"]) for row in tx.rows(_DUE_TO_ANYONE, {"most": most})]


def next_of(tx: Transaction, thread_id: str) -> str | None:
    """Return the id of the Thread's next Delivery that may be sent now."""
    found = tx.value(_NEXT_OF, {"thread_id": thread_id})
    return None if found is None else str(found)


def signs_gone_stale(tx: Transaction, stale_us: int, most: int) -> Sequence[str]:
    """Return unended Runs that began, and whose sign was last shown, that long ago."""
    return [str(row["id"]) for row in tx.rows(_STALE_SIGNS, {"stale": stale_us, "most": most})]


def any_unsent(tx: Transaction, thread_id: str) -> bool:
    """Whether something that keeps the Thread's order is still to be sent."""
    return tx.value(_UNSENT_OF, {"thread_id": thread_id}) is not None


def claim(tx: Transaction, delivery_id: str, owner: str, lease_us: int) -> Delivery | None:
    """Take the lease of an unsent Delivery; its status is moved apart, by `move`."""
    row = tx.row(_CLAIM, {"of": delivery_id, "owner": owner, "lease": lease_us})
    return None if row is None else of(row)


def renew(tx: Transaction, delivery_id: str, fence: int, owner: str, lease_us: int) -> bool:
    """Extend a lease that still lives. False: it is lost."""
    return tx.run(_RENEW, {"of": delivery_id, "mine": fence, "owner": owner, "lease": lease_us}) == 1


def count_raised(tx: Transaction, row_id: str) -> None:
    """Count an attempt that raised while the row was being claimed."""
    tx.run(_COUNT, {"of": row_id})


def bury(tx: Transaction, owner: str, ago_us: int) -> Sequence[str]:
    """End the leases of a dead owner; return the ids of what it held."""
    return [str(row["id"]) for row in tx.rows(_BURY, {"owner": owner, "ago": ago_us})]


def move(
    tx: Transaction,
    delivery: Delivery,
    to: State,
    *,
    fence: int | None,
    actor: str,
    said: Mapping[str, Any],
    **values: Any,
) -> bool:
    """Write a status, leaving the one in `delivery`; False is a lost race (E3)."""
    check_move(FOLLOWS, delivery.status, to, f"Delivery {delivery.id}")
    if to is not State.SENDING:
        values |= {"lease_owner": None, "lease_until": None}
    if to in ENDED:
        values["due_at"] = None
    if to is State.SENT:
        values["sent_at"] = now()
    statement = update(DELIVERIES).where(DELIVERIES.c.id == delivery.id, DELIVERIES.c.status == delivery.status.value)
    if fence is not None:
        statement = statement.where(DELIVERIES.c.fence == fence)
    if tx.run(statement.values(status=to.value, **values)) != 1:
        return False
    event = Event.DELIVERY_PLANNED if to is State.PLANNED else Event(f"delivery:{to.value}")
    tx.record(delivery.workspace_id, event, run_id=delivery.run_id, actor=actor, delivery=delivery.id, **said)
    return True


def set_fields(tx: Transaction, delivery_id: str, *, fence: int | None = None, **values: Any) -> bool:
    """Write fields that are no status: a due time, what a look-up found, what is doomed."""
    statement = update(DELIVERIES).where(DELIVERIES.c.id == delivery_id)
    if fence is not None:
        statement = statement.where(DELIVERIES.c.fence == fence)
    return tx.run(statement.values(**values)) == 1


def of_run(tx: Transaction, run_id: str) -> Sequence[Delivery]:
    """Return every Delivery of a Run, in order."""
    return [of(row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]


def known_in(tx: Transaction, thread_id: str) -> dict[str, tuple[str | None, str | None]]:
    """Return, for each Delivery id of a Thread, the ts it is at and its Run."""
    return {row["id"]: (row["posted_at"], row["run_id"]) for row in tx.rows(_KNOWN_IN, {"thread_id": thread_id})}
