"""Approvals: the yes or no of people to one ToolCall. Each stands under its Run's lock, as its call does (E2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Index, bindparam, func, or_, select
from sqlmodel import Field, SQLModel

from agents.approvals.life import ENDED, FOLLOWS, Approval, State
from agents.audit.events import Event
from agents.journal.database import now
from agents.journal.due import one_of
from agents.journal.runs import RUNS
from agents.journal.schema import columns_of, ident, moment, prose, table_of, word
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_row, update_row
from agents.lives import check_move
from agents.toolcalls.life import State as CallState


class ApprovalRow(SQLModel, table=True):
    """One Approval. A call has at most one that is pending; what was asked anew keeps those before."""

    __tablename__ = "approval"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    run_id: str = ident(to="run.id", index=True)
    tool_call_id: str = ident(to="tool_call.id")
    status: str = word()
    binding: str = word()
    tool: str = word(length=127)
    destination: str = prose()
    extent: str = word()
    rule: str = word(length=127)
    reason: str = prose()
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    warns: bool = Field(default=False, nullable=False)
    delivery_id: str | None = ident(null=True, to="delivery.id", index=True)
    for_run_until: int | None = moment(null=True)
    asked_at: int = moment()
    expires_at: int = moment()
    remind_at: int | None = moment(null=True)
    settled_at: int | None = moment(null=True)
    cause: str | None = word(null=True, length=255)


APPROVALS = table_of(ApprovalRow)
_IS_PENDING = one_of(APPROVALS.c.status, [State.PENDING.value])


def _index(name: str, *columns: ColumnElement[Any], unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=_IS_PENDING, postgresql_where=_IS_PENDING)


_index("uq_approval_pending", APPROVALS.c.tool_call_id, unique=True)
_index("ix_approval_expires", APPROVALS.c.expires_at)
_index("ix_approval_remind", APPROVALS.c.remind_at)
Index("ix_approval_asked", APPROVALS.c.workspace_id, APPROVALS.c.asked_at)

_FIELDS = columns_of(APPROVALS, list(Approval.__dataclass_fields__))
_BY_ID = select(*_FIELDS).where(APPROVALS.c.id == bindparam("id"))
_OF_RUN = (
    select(*_FIELDS).where(APPROVALS.c.run_id == bindparam("run_id")).order_by(APPROVALS.c.asked_at, APPROVALS.c.id)
)
_PENDING_OF = _OF_RUN.where(_IS_PENDING)
_OF_CALL = select(*_FIELDS).where(
    APPROVALS.c.run_id == bindparam("run_id"), APPROVALS.c.tool_call_id == bindparam("call")
)
_ON_CARD = (
    select(*_FIELDS)
    .where(APPROVALS.c.delivery_id == bindparam("delivery_id"))
    .order_by(APPROVALS.c.asked_at, APPROVALS.c.id)
)
_FIRST_EXPIRY = select(func.min(APPROVALS.c.expires_at)).where(APPROVALS.c.run_id == bindparam("run_id"), _IS_PENDING)
_DUE = (
    select(APPROVALS.c.id, APPROVALS.c.run_id)
    .where(_IS_PENDING, or_(APPROVALS.c.expires_at <= now(), APPROVALS.c.remind_at <= now()))
    .order_by(APPROVALS.c.expires_at)
    .limit(bindparam("most"))
)
_REFUSED_LIKE = (
    select(CALLS.c.reason)
    .select_from(APPROVALS.join(CALLS, CALLS.c.id == APPROVALS.c.tool_call_id))
    .where(
        APPROVALS.c.run_id == bindparam("run_id"),
        one_of(APPROVALS.c.status, [State.REFUSED.value]),
        CALLS.c.tool == bindparam("tool"),
        CALLS.c.arguments_digest == bindparam("arguments_digest"),
        CALLS.c.status == CallState.DENIED.value,
    )
    .limit(1)
)
_FOR_RUN = _OF_RUN.where(
    one_of(APPROVALS.c.status, [State.GRANTED.value]),
    APPROVALS.c.for_run_until > now(),
)
_FOR_RUN_IN = (
    select(*_FIELDS)
    .join(RUNS, RUNS.c.id == APPROVALS.c.run_id)
    .where(
        RUNS.c.workspace_id == bindparam("workspace_id"),
        RUNS.c.channel == bindparam("channel"),
        RUNS.c.ended_at.is_(None),
        one_of(APPROVALS.c.status, [State.GRANTED.value]),
        APPROVALS.c.for_run_until > now(),
    )
    .order_by(APPROVALS.c.asked_at)
)


def of(row: Mapping[str, Any]) -> Approval:
    """Return the value of a row."""
    return Approval(**{**row, "status": State(row["status"])})


def ask(tx: Transaction, approval: Approval, *, actor: str, **said: Any) -> None:
    """Insert a pending Approval of a call of a locked Run that has no other."""
    values = {name: getattr(approval, name) for name in Approval.__dataclass_fields__}
    insert_row(tx, APPROVALS, values | {"status": approval.status.value})
    tx.record(
        approval.workspace_id,
        Event.APPROVAL_PENDING,
        run_id=approval.run_id,
        actor=actor,
        approval=approval.id,
        call=approval.tool_call_id,
        binding=approval.binding,
        rule=approval.rule,
        expires_at=str(approval.expires_at),
        **said,
    )


def by_id(tx: Transaction, approval_id: str) -> Approval | None:
    """Return an Approval, or None."""
    row = tx.row(_BY_ID, {"id": approval_id})
    return None if row is None else of(row)


def of_run(tx: Transaction, run_id: str) -> Sequence[Approval]:
    """Return every Approval of a Run, oldest first."""
    return [of(row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]


def pending_of(tx: Transaction, run_id: str) -> Sequence[Approval]:
    """Return the Approvals that a Run waits for, oldest first."""
    return [of(row) for row in tx.rows(_PENDING_OF, {"run_id": run_id})]


def of_call(tx: Transaction, run_id: str, call_id: str) -> Sequence[Approval]:
    """Return every Approval of one call."""
    return [of(row) for row in tx.rows(_OF_CALL, {"run_id": run_id, "call": call_id})]


def on_card(tx: Transaction, delivery_id: str) -> Sequence[Approval]:
    """Return the Approvals that stand on one card, oldest first."""
    return [of(row) for row in tx.rows(_ON_CARD, {"delivery_id": delivery_id})]


def not_shown_yet(tx: Transaction, run_id: str) -> Sequence[Approval]:
    """Return the pending Approvals of a Run that stand on no card yet."""
    return [one for one in pending_of(tx, run_id) if one.delivery_id is None]


def first_expiry(tx: Transaction, run_id: str) -> int | None:
    """Return when the first pending Approval of a Run expires; None: none is pending."""
    found = tx.value(_FIRST_EXPIRY, {"run_id": run_id})
    return None if found is None else int(found)


def due(tx: Transaction, most: int) -> Sequence[tuple[str, str]]:
    """Return (id, run id) of pending Approvals that are over, or of which people are to be reminded."""
    return [(str(row["id"]), str(row["run_id"])) for row in tx.rows(_DUE, {"most": most})]


def refused_like(tx: Transaction, run_id: str, tool: str, arguments_digest: str) -> str:
    """Return why an equal call of this Run was refused by someone, or "" where none was."""
    found = tx.value(_REFUSED_LIKE, {"run_id": run_id, "tool": tool, "arguments_digest": arguments_digest})
    return "" if found is None else str(found)


def for_run(tx: Transaction, run_id: str) -> Sequence[Approval]:
    """Return the Approvals of a Run whose yes holds for later calls now."""
    return [of(row) for row in tx.rows(_FOR_RUN, {"run_id": run_id})]


def for_run_in(tx: Transaction, workspace_id: str, channel: str) -> Sequence[Approval]:
    """Return those of every unended Run of a channel."""
    return [of(row) for row in tx.rows(_FOR_RUN_IN, {"workspace_id": workspace_id, "channel": channel})]


def move(tx: Transaction, approval: Approval, to: State, *, actor: str, cause: str, **values: Any) -> bool:
    """Write a status, leaving the one in `approval`; False is a lost race (E3). `values` go into the row."""
    check_move(FOLLOWS, approval.status, to, f"Approval {approval.id}")
    if to in ENDED:
        values |= {"settled_at": now(), "remind_at": None}
    left = {"id": approval.id, "status": approval.status.value}
    if update_row(tx, APPROVALS, left, {"status": to.value, "cause": cause[:255]} | values) != 1:
        return False
    tx.record(
        approval.workspace_id,
        Event(f"approval:{to.value}"),
        run_id=approval.run_id,
        actor=actor,
        approval=approval.id,
        call=approval.tool_call_id,
        binding=approval.binding,
        cause=cause[:255],
        waited_us=max(0, tx.now() - approval.asked_at),
        for_run=values.get("for_run_until") is not None,
    )
    return True


def set_fields(tx: Transaction, approval_id: str, **values: Any) -> None:
    """Write fields that are no status: on which card it stands, when people are reminded, how far a yes goes."""
    update_row(tx, APPROVALS, {"id": approval_id}, values)
