"""Deliveries: what people are to see, stored before it is sent, in the order of its Run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Index, bindparam, exists, select
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.deliveries.life import ENDED, FOLLOWS, Delivery, Kind, State
from agents.journal.database import now
from agents.journal.due import index_scopes
from agents.journal.leases import burying, claiming, counting, is_workable, renewing
from agents.journal.runs import RUNS
from agents.journal.schema import columns_of, count, ident, moment, needs, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import update_row
from agents.lives import check_move


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
    content_id: str = ident(to="content.id", index=True)
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
    beside: str | None = ident(null=True)
    stands_in: str | None = word(null=True)
    cause: str | None = word(null=True, length=255)
    planned_at: int = moment()
    sent_at: int | None = moment(null=True)
    channel: str = word()
    requester: str = word()
    needs: int = needs()


DELIVERIES = table_of(DeliveryRow)
UNSENT = (State.PLANNED.value, State.SENDING.value)
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
    sqlite_where=DELIVERIES.c.status.in_(UNSENT),
    postgresql_where=DELIVERIES.c.status.in_(UNSENT),
)

Index(
    "ix_delivery_beside",
    DELIVERIES.c.beside,
    sqlite_where=DELIVERIES.c.beside.is_not(None),
    postgresql_where=DELIVERIES.c.beside.is_not(None),
)

index_scopes(DELIVERIES, DELIVERIES.c.status.in_(UNSENT))

FIELDS = columns_of(DELIVERIES, list(Delivery.__dataclass_fields__))
_BY_ID = select(*FIELDS).where(DELIVERIES.c.id == bindparam("id"))


_CLAIM = claiming(DELIVERIES, UNSENT, FIELDS)
_RENEW = renewing(DELIVERIES)
_BURY = burying(DELIVERIES)
_COUNT = counting(DELIVERIES)
_OF_RUN = select(*FIELDS).where(DELIVERIES.c.run_id == bindparam("run_id")).order_by(DELIVERIES.c.number)
_CARD_OF = (
    select(*FIELDS)
    .where(DELIVERIES.c.run_id == bindparam("run_id"), DELIVERIES.c.kind == Kind.CARD.value)
    .order_by(DELIVERIES.c.number.desc())
)
_EDITS_OF = (
    select(DELIVERIES.c.id, DELIVERIES.c.status, DELIVERIES.c.due_at, DELIVERIES.c.sent_at, DELIVERIES.c.cause)
    .where(DELIVERIES.c.edits == bindparam("of"))
    .order_by(DELIVERIES.c.number.desc())
    .limit(8)
)
_COPIES_OF = select(*FIELDS).where(DELIVERIES.c.beside == bindparam("beside")).order_by(DELIVERIES.c.number)
_ONCE = select(*FIELDS).where(DELIVERIES.c.once == bindparam("once"))
_KNOWN_IN = select(DELIVERIES.c.id, DELIVERIES.c.posted_at, DELIVERIES.c.run_id, DELIVERIES.c.status).where(
    DELIVERIES.c.thread_id == bindparam("thread_id")
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


def card_of(tx: Transaction, run_id: str) -> Delivery | None:
    """Return the Delivery of a Run's card, or None."""
    row = tx.row(_CARD_OF, {"run_id": run_id})
    return None if row is None else of(row)


def edits_of(tx: Transaction, delivery_id: str) -> Sequence[Edit]:
    """Return the last edits of a message, newest first."""
    return [Edit(**{**row, "status": State(row["status"])}) for row in tx.rows(_EDITS_OF, {"of": delivery_id})]


def copies_of(tx: Transaction, delivery_id: str) -> Sequence[Delivery]:
    """Return the copies of a card in people's direct messages, in the order in which they were planned."""
    return [of(row) for row in tx.rows(_COPIES_OF, {"beside": delivery_id})]


def said_once(tx: Transaction, once: str) -> Delivery | None:
    """Return the Delivery that was planned with this `once`, or None."""
    row = tx.row(_ONCE, {"once": once})
    return None if row is None else of(row)


def by_id(tx: Transaction, delivery_id: str | None) -> Delivery | None:
    """Return a Delivery, or None; no id is no Delivery's."""
    row = tx.row(_BY_ID, {"id": delivery_id})
    return None if row is None else of(row)


def signs_gone_stale(tx: Transaction, stale_us: int, most: int) -> Sequence[str]:
    """Return unended Runs that began, and whose sign was last shown, that long ago."""
    return [str(row["id"]) for row in tx.rows(_STALE_SIGNS, {"stale": stale_us, "most": most})]


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
    left = {"id": delivery.id, "status": delivery.status.value} | ({} if fence is None else {"fence": fence})
    if update_row(tx, DELIVERIES, left, {"status": to.value} | values) != 1:
        return False
    event = Event.DELIVERY_PLANNED if to is State.PLANNED else Event(f"delivery:{to.value}")
    # a process may take up again what it had lost: only the fence tells its late thread from the one that holds the row
    held = {} if fence is None or to not in {State.SENT, State.PLANNED} else {"fence": fence}
    tx.record(delivery.workspace_id, event, run_id=delivery.run_id, actor=actor, delivery=delivery.id, **held, **said)
    return True


def set_fields(tx: Transaction, delivery_id: str, *, fence: int | None = None, **values: Any) -> bool:
    """Write fields that are no status: a due time, what a look-up found, what is doomed."""
    mine = {"id": delivery_id} | ({} if fence is None else {"fence": fence})
    return update_row(tx, DELIVERIES, mine, values) == 1


def of_run(tx: Transaction, run_id: str) -> Sequence[Delivery]:
    """Return every Delivery of a Run, in order."""
    return [of(row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]


def known_in(tx: Transaction, thread_id: str) -> dict[str, tuple[str | None, str | None]]:
    """Return, for each Delivery id of a Thread, the ts it is at and its Run."""
    return {row["id"]: (row["posted_at"], row["run_id"]) for row in tx.rows(_KNOWN_IN, {"thread_id": thread_id})}
