"""ToolCalls with their Decisions. Each stands under its Run's lock and is never locked before it (E2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, bindparam, func, select, update
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.journal.database import now
from agents.journal.due import Due, index_scopes, one_of
from agents.journal.leases import burying, claiming, counting, holding, is_workable, renewing
from agents.journal.runs import RUNS
from agents.journal.schema import columns_of, count, ident, moment, needs, prose, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_row, update_row
from agents.lives import check_move
from agents.toolcalls.life import FOLLOWS, OPEN, State, ToolCall
from tools.contract import Effect


class ToolCallRow(SQLModel, table=True):
    """One use of one tool with fixed arguments, the Decision it was born with, and its lease."""

    __tablename__ = "tool_call"
    __table_args__ = (UniqueConstraint("turn_id", "position"),)
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    run_id: str = ident(to="run.id", index=True)
    turn_id: str = ident(to="turn.id")
    step_id: str | None = ident(null=True, to="step.id")
    step_number: int | None = Field(default=None, nullable=True)
    position: int = count()
    use_id: str = word(length=127)
    tool: str = word(length=127)
    effect: str = word()
    status: str = word()
    arguments_content_id: str = ident(to="content.id", index=True)
    arguments_digest: str = word()
    decision: str = word()
    rule: str = word(length=127)
    reason: str = prose()
    judged: str | None = prose(null=True)
    judged_at: int | None = moment(null=True)
    due_at: int | None = moment(null=True)
    lease_owner: str | None = word(null=True, length=200)
    lease_until: int | None = moment(null=True)
    fence: int = count()
    attempts: int = count()
    first_started_at: int | None = moment(null=True)
    started_at: int | None = moment(null=True)
    ended_at: int | None = moment(null=True)
    worker: str | None = word(null=True, length=200)
    result_content_id: str | None = ident(null=True, index=True)
    failed: bool = Field(default=False, nullable=False)
    labels: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    told: bool = Field(default=False, nullable=False)
    channel: str = word()
    requester: str = word()
    needs: int = needs()


CALLS = table_of(ToolCallRow)
_CLAIMABLE = (State.ALLOWED.value, State.RUNNING.value)
Index(
    "ix_tool_call_due",
    CALLS.c.due_at,
    sqlite_where=CALLS.c.status.in_(_CLAIMABLE),
    postgresql_where=CALLS.c.status.in_(_CLAIMABLE),
)

index_scopes(CALLS, CALLS.c.status.in_(_CLAIMABLE))
Index("ix_tool_call_used", CALLS.c.workspace_id, CALLS.c.tool, CALLS.c.first_started_at)
Index(
    "ix_tool_call_judged",
    CALLS.c.workspace_id,
    CALLS.c.judged_at,
    sqlite_where=CALLS.c.judged_at.is_not(None),
    postgresql_where=CALLS.c.judged_at.is_not(None),
)

_FIELDS = columns_of(CALLS, list(ToolCall.__dataclass_fields__))
_SCOPE = select(RUNS.c.channel, RUNS.c.requester).where(RUNS.c.id == bindparam("id"))
_BY_ID = select(*_FIELDS).where(CALLS.c.id == bindparam("id"))


DUE_TO_ANYONE = Due(CALLS, CALLS.c.run_id, one_of(CALLS.c.status, _CLAIMABLE), then=CALLS.c.position)
"""Calls that some process may claim, of another version perhaps."""

DUE = Due(CALLS, CALLS.c.run_id, one_of(CALLS.c.status, _CLAIMABLE), is_workable(CALLS), then=CALLS.c.position)
"""Calls that this code may claim."""

_HOLD = holding(CALLS)
_CLAIM = claiming(CALLS, _CLAIMABLE, _FIELDS)
_RENEW = renewing(CALLS)
_BURY = burying(CALLS)
_COUNT = counting(CALLS)
_UNTOLD = (
    select(*_FIELDS)
    .where(CALLS.c.run_id == bindparam("run_id"), CALLS.c.told.is_(False))
    .order_by(CALLS.c.turn_id, CALLS.c.position)
)
_UNKNOWN_LIKE = (
    select(func.count())
    .select_from(CALLS.join(RUNS, RUNS.c.id == CALLS.c.run_id))
    .where(
        RUNS.c.thread_id == bindparam("thread_id"),
        CALLS.c.tool == bindparam("tool"),
        CALLS.c.arguments_digest == bindparam("arguments_digest"),
        CALLS.c.status == State.UNKNOWN.value,
    )
)
_USED = select(func.count()).where(
    CALLS.c.workspace_id == bindparam("workspace_id"),
    CALLS.c.tool == bindparam("tool"),
    CALLS.c.first_started_at > now() - bindparam("within"),
)
_JUDGED = (
    select(CALLS.c.id, CALLS.c.judged)
    .where(
        CALLS.c.workspace_id == bindparam("workspace_id"),
        CALLS.c.judged_at > now() - bindparam("within"),
        CALLS.c.judged.is_not(None),
    )
    .order_by(CALLS.c.judged_at.desc())
    .limit(bindparam("most"))
)
_JUDGED_OF = select(CALLS.c.judged).where(CALLS.c.id == bindparam("id"))
_OF_RUN = select(*_FIELDS).where(CALLS.c.run_id == bindparam("run_id")).order_by(CALLS.c.turn_id, CALLS.c.position)
_OF_TURN = select(*_FIELDS).where(CALLS.c.turn_id == bindparam("turn_id")).order_by(CALLS.c.position)
_OPEN_OF = select(*_FIELDS).where(
    CALLS.c.run_id == bindparam("run_id"), CALLS.c.status.in_([state.value for state in OPEN])
)
_UNDER_WAY = select(func.count()).where(CALLS.c.run_id == bindparam("run_id"), CALLS.c.status.in_(_CLAIMABLE))
_TELL = update(CALLS).where(CALLS.c.id == bindparam("of")).values(told=True)


def of(row: Mapping[str, Any]) -> ToolCall:
    """Return the value of a row."""
    return ToolCall(**{**row, "status": State(row["status"]), "effect": _effect(row["effect"])})


def _effect(written: str) -> Effect:
    """An effect that only a newer version knows is taken for the one that is never repeated."""
    return Effect(written) if written in set(Effect) else Effect.ACT


def born(tx: Transaction, call: ToolCall, *, actor: str, judged: str | None = None) -> None:
    """Insert a ToolCall with its Decision and write the Decision on the trail, before anything can execute it.

    `judged`: what explains the Decision, as JSON; it may quote what the call would reach, and so is not on the trail.
    """
    values = {name: getattr(call, name) for name in ToolCall.__dataclass_fields__}
    values |= {"judged": judged, "judged_at": now() if judged else None}
    scope = tx.row(_SCOPE, {"id": call.run_id}) or {}
    due = {"due_at": now() if call.status is State.ALLOWED else None}
    insert_row(
        tx,
        CALLS,
        values | {"status": call.status.value, "effect": call.effect.value, "labels": {}} | due | scope,
    )
    said = {"call": call.id, "tool": call.tool, "arguments": call.arguments_digest, "rule": call.rule}
    if call.reason:
        said["reason"] = call.reason
    tx.record(call.workspace_id, Event(f"tool_call:{call.status.value}"), run_id=call.run_id, actor=actor, **said)


def by_id(tx: Transaction, call_id: str) -> ToolCall | None:
    """Return a ToolCall, or None."""
    row = tx.row(_BY_ID, {"id": call_id})
    return None if row is None else of(row)


def due(tx: Transaction, most: int) -> Sequence[tuple[str, str, int, int]]:
    """Return (id, run id, due_at, fence) of calls that this code may claim, longest due first."""
    return [(row.id, str(row.run_id), row.due_at, row.fence) for row in DUE.first(tx, most)]


def due_to_anyone(tx: Transaction, most: int) -> Sequence[tuple[str, str, int, int]]:
    """Return (id, run id, due_at, fence) of calls that some process may claim, of another version perhaps."""
    return [(row.id, str(row.run_id), row.due_at, row.fence) for row in DUE_TO_ANYONE.first(tx, most)]


def claim(tx: Transaction, call_id: str, owner: str, lease_us: int) -> ToolCall | None:
    """Take the lease of an allowed or abandoned call of a locked Run; its status is moved apart, by `move`."""
    row = tx.row(_CLAIM, {"of": call_id, "owner": owner, "lease": lease_us})
    return None if row is None else of(row)


def renew(tx: Transaction, call_id: str, fence: int, owner: str, lease_us: int) -> bool:
    """Extend a lease that still lives. False: it is lost."""
    return tx.run(_RENEW, {"of": call_id, "mine": fence, "owner": owner, "lease": lease_us}) == 1


def count_raised(tx: Transaction, row_id: str) -> None:
    """Count an attempt that raised while the row was being claimed."""
    tx.run(_COUNT, {"of": row_id})


def bury(tx: Transaction, owner: str, ago_us: int) -> Sequence[str]:
    """End the leases of a dead owner; return the ids of what it held."""
    return [str(row["id"]) for row in tx.rows(_BURY, {"owner": owner, "ago": ago_us})]


def move(
    tx: Transaction, call: ToolCall, to: State, *, fence: int | None, actor: str, said: Mapping[str, Any], **values: Any
) -> bool:
    """Write a status, leaving the one in `call`; False is a lost race (E3). Under `fence`, or under the lock with None.

    `said` goes on the trail beside the call's id, `values` into the row.
    """
    check_move(FOLLOWS, call.status, to, f"ToolCall {call.id}")
    if to is State.RUNNING:
        values |= {"started_at": now(), "first_started_at": call.first_started_at or now()}
    else:
        values |= {"lease_owner": None, "lease_until": None}
    if to not in OPEN:
        values |= {"ended_at": now(), "due_at": None}
    left = {"id": call.id, "status": call.status.value} | ({} if fence is None else {"fence": fence})
    if update_row(tx, CALLS, left, {"status": to.value} | values) != 1:
        return False
    tx.record(call.workspace_id, Event(f"tool_call:{to.value}"), run_id=call.run_id, actor=actor, call=call.id, **said)
    return True


def give_back(tx: Transaction, call_id: str, *, fence: int, due_at: Any, attempts: int) -> bool:
    """End a claim that found it could not begin; `attempts` is the count as it was before this claim."""
    values = {"lease_owner": None, "lease_until": None, "due_at": due_at, "attempts": attempts}
    return update_row(tx, CALLS, {"id": call_id, "fence": fence}, values) == 1


def hold(tx: Transaction, call_id: str, wait_us: int) -> None:
    """Put a call off that a cap keeps back and that nobody has claimed: its status and attempts stay (E7)."""
    tx.run(_HOLD, {"of": call_id, "wait": wait_us})


def let_go(tx: Transaction, call_id: str, wait_us: int, *, fence: int) -> None:
    """End the lease of a running call whose effect is in doubt; due again after `wait_us`. Nobody was lost with it."""
    values = {"lease_owner": None, "lease_until": now(), "due_at": now() + wait_us}
    update_row(tx, CALLS, {"id": call_id, "fence": fence}, values)


def of_run(tx: Transaction, run_id: str) -> Sequence[ToolCall]:
    """Return every call of a Run."""
    return [of(row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]


def of_turn(tx: Transaction, turn_id: str) -> Sequence[ToolCall]:
    """Return the calls that one Turn proposed, in its order."""
    return [of(row) for row in tx.rows(_OF_TURN, {"turn_id": turn_id})]


def set_step(tx: Transaction, call_id: str, step_id: str) -> None:
    """Put a call under a Step of its Run's plan."""
    update_row(tx, CALLS, {"id": call_id}, {"step_id": step_id})


def untold(tx: Transaction, run_id: str) -> Sequence[ToolCall]:
    """Return the calls whose outcome the model has not been told, in its order."""
    return [of(row) for row in tx.rows(_UNTOLD, {"run_id": run_id})]


def open_of(tx: Transaction, run_id: str) -> Sequence[ToolCall]:
    """Return the calls of a Run that have no end yet."""
    return [of(row) for row in tx.rows(_OPEN_OF, {"run_id": run_id})]


def any_under_way(tx: Transaction, run_id: str) -> bool:
    """Whether a call of a Run is allowed or running: it is awaited before the next Turn (E13)."""
    return bool(tx.value(_UNDER_WAY, {"run_id": run_id}))


def mark_told(tx: Transaction, calls: Sequence[ToolCall]) -> None:
    """Note that the transcript holds these calls' results."""
    for call in calls:
        tx.run(_TELL, {"of": call.id})


def unknown_like(tx: Transaction, thread_id: str, tool: str, arguments_digest: str) -> bool:
    """Whether an equal call of this Thread may already have had its effect (E19)."""
    return bool(tx.value(_UNKNOWN_LIKE, {"thread_id": thread_id, "tool": tool, "arguments_digest": arguments_digest}))


def used(tx: Transaction, workspace_id: str, tool: str, within_us: int) -> int:
    """Return how often a tool was begun to be used in a workspace within so many microseconds until now."""
    return int(tx.value(_USED, {"workspace_id": workspace_id, "tool": tool, "within": within_us}))


def judged_lately(tx: Transaction, workspace_id: str, *, within_us: int, most: int) -> Sequence[tuple[str, str]]:
    """Return (id, what explains its Decision, as JSON) of the calls that were judged last, the newest first."""
    rows = tx.rows(_JUDGED, {"workspace_id": workspace_id, "within": within_us, "most": most})
    return [(str(row["id"]), str(row["judged"])) for row in rows]


def judged_of(tx: Transaction, call_id: str) -> str | None:
    """Return what explains a call's Decision, as JSON; None where nothing was kept."""
    found = tx.value(_JUDGED_OF, {"id": call_id})
    return None if found is None else str(found)
