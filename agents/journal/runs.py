"""Runs. Every function that changes one expects its row to be locked in this transaction (E1), but `renew`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, bindparam, select, update
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.journal.database import now
from agents.journal.due import Due, index_scopes
from agents.journal.leases import burying, claiming, counting, holding, is_workable, renewing
from agents.journal.schema import columns_of, count, ident, moment, needs, table_of, word
from agents.journal.threads import THREADS
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_row, update_row
from agents.lives import check_move
from agents.policy.conditions import Trigger
from agents.runs.life import ENDED, FOLLOWS, UNENDED, Run, State


class RunRow(SQLModel, table=True):
    """One delegated request, with the two counters of E1 and the lease of E6."""

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("workspace_id", "number"),)
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    thread_id: str = ident(to="thread.id", index=True)
    channel: str = word()
    parent_id: str | None = ident(null=True, to="run.id")
    number: int = count()
    requester: str = word()
    trigger: str = word()
    status: str = word()
    due_at: int | None = moment(null=True)
    lease_owner: str | None = word(null=True, length=200)
    lease_until: int | None = moment(null=True)
    fence: int = count()
    attempts: int = count()
    pending: int = count()
    open: int = count()
    next_delivery: int = count()
    turns: int = count()
    cost_micro_usd: int = count(big=True)
    tokens: int = count(big=True)
    model: str = word(length=127)
    effort: str = word()
    prompt_content_id: str | None = ident(null=True)
    tools_content_id: str | None = ident(null=True)
    request_ts: str = word()
    created_at: int = moment()
    begun_at: int | None = moment(null=True)
    ended_at: int | None = moment(null=True)
    cause: str | None = word(null=True, length=255)
    waited_us: int = count(big=True)
    plan_title: str | None = word(null=True, length=255)
    progress: str | None = word(null=True, length=255)
    reacted: bool = Field(default=False, nullable=False)
    left_out: int = count()
    lost_lease: bool = Field(default=False, nullable=False)
    look_after_at: int | None = moment(null=True)
    erased_at: int | None = moment(null=True)
    labels: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    held_since: int | None = moment(null=True)
    held_for_micro_usd: int = count(big=True)
    held_under: str | None = word(null=True, length=200)
    needs: int = needs()


RUNS = table_of(RunRow)
_UNENDED = tuple(state.value for state in UNENDED)
Index(
    "uq_run_unended_root",
    RUNS.c.thread_id,
    unique=True,
    sqlite_where=RUNS.c.parent_id.is_(None) & RUNS.c.status.in_(("queued", "working", "waiting")),
    postgresql_where=RUNS.c.parent_id.is_(None) & RUNS.c.status.in_(("queued", "working", "waiting")),
)
Index(
    "ix_run_due",
    RUNS.c.due_at,
    sqlite_where=RUNS.c.ended_at.is_(None),
    postgresql_where=RUNS.c.ended_at.is_(None),
)
Index(
    "ix_run_look_after",
    RUNS.c.look_after_at,
    sqlite_where=RUNS.c.look_after_at.is_not(None),
    postgresql_where=RUNS.c.look_after_at.is_not(None),
)
Index(
    "ix_run_held_back",
    RUNS.c.held_since,
    sqlite_where=RUNS.c.held_since.is_not(None),
    postgresql_where=RUNS.c.held_since.is_not(None),
)
Index("ix_run_begun", RUNS.c.workspace_id, RUNS.c.begun_at)
Index("ix_run_of_channel", RUNS.c.workspace_id, RUNS.c.channel, RUNS.c.number)

index_scopes(RUNS, RUNS.c.ended_at.is_(None))
Index(
    "ix_run_to_erase",
    RUNS.c.workspace_id,
    RUNS.c.ended_at,
    sqlite_where=RUNS.c.erased_at.is_(None),
    postgresql_where=RUNS.c.erased_at.is_(None),
)

_FIELDS = columns_of(RUNS, list(Run.__dataclass_fields__))
_BY_ID = select(*_FIELDS).where(RUNS.c.id == bindparam("id"))
_LOCK = _BY_ID.with_for_update(key_share=True)
_TRY_LOCK = _BY_ID.with_for_update(key_share=True, skip_locked=True)
_UNENDED_OF = select(RUNS.c.id).where(
    RUNS.c.thread_id == bindparam("thread_id"), RUNS.c.parent_id.is_(None), RUNS.c.ended_at.is_(None)
)


DUE = Due(RUNS, RUNS.c.id, RUNS.c.ended_at.is_(None), RUNS.c.status.in_(_UNENDED), is_workable(RUNS), then=RUNS.c.id)
"""Runs that this code may claim."""

DUE_TO_ANYONE = Due(RUNS, RUNS.c.id, RUNS.c.ended_at.is_(None), then=RUNS.c.id)
"""Runs that some process may claim, of another version perhaps."""

_CLAIM = claiming(RUNS, _UNENDED, _FIELDS)
_RENEW = renewing(RUNS)
_BURY = burying(RUNS)
_COUNT = counting(RUNS)
_HOLD = holding(RUNS)
_LEAVE_TO = (
    update(RUNS).where(RUNS.c.id == bindparam("of"), RUNS.c.needs < bindparam("least")).values(needs=bindparam("least"))
)
_NOW_DUE = update(RUNS).where(RUNS.c.id == bindparam("of"), RUNS.c.ended_at.is_(None)).values(due_at=now())
_LAST_OF = (
    select(*_FIELDS)
    .where(RUNS.c.thread_id == bindparam("thread_id"), RUNS.c.parent_id.is_(None))
    .order_by(RUNS.c.created_at.desc(), RUNS.c.number.desc())
    .limit(1)
)
_SEEN = RUNS.c.status != State.SILENT.value
_LAST_SEEN = _LAST_OF.where(_SEEN)
_ASKED = RUNS.c.trigger != Trigger.AMBIENT.value
_UNENDED_ASKED_OF = _UNENDED_OF.where(_ASKED)
_NEWEST_STATES = (
    select(RUNS.c.status)
    .where(RUNS.c.workspace_id == bindparam("workspace_id"), RUNS.c.channel == bindparam("channel"))
    .order_by(RUNS.c.number.desc())
    .limit(bindparam("most"))
)
_IN_CHANNEL = (
    select(*_FIELDS)
    .join(THREADS, THREADS.c.id == RUNS.c.thread_id)
    .where(
        RUNS.c.workspace_id == bindparam("workspace_id"),
        RUNS.c.parent_id.is_(None),
        THREADS.c.channel == bindparam("channel"),
    )
)
_UNENDED_IN = _IN_CHANNEL.where(RUNS.c.ended_at.is_(None), _ASKED).order_by(RUNS.c.created_at)
_ENDED_IN = (
    _IN_CHANNEL.where(RUNS.c.ended_at.is_not(None), _SEEN)
    .order_by(RUNS.c.ended_at.desc(), RUNS.c.number.desc())
    .limit(bindparam("most"))
)
_UNENDED_FOR = (
    select(*_FIELDS)
    .where(
        RUNS.c.workspace_id == bindparam("workspace_id"),
        RUNS.c.parent_id.is_(None),
        RUNS.c.requester == bindparam("requester"),
        RUNS.c.ended_at.is_(None),
        _ASKED,
    )
    .order_by(RUNS.c.created_at)
)
_HELD_UNDER = (
    select(RUNS.c.id, RUNS.c.workspace_id, RUNS.c.held_under)
    .where(RUNS.c.held_since.is_not(None), RUNS.c.ended_at.is_(None))
    .order_by(RUNS.c.held_since)
)
_BEGUN = (
    select(RUNS.c.begun_at)
    .where(RUNS.c.workspace_id == bindparam("workspace_id"), RUNS.c.begun_at > bindparam("since"), _ASKED)
    .order_by(RUNS.c.begun_at.desc())
    .limit(1)
    .offset(bindparam("after"))
)
_BEGUN_BY = {
    (False, False): _BEGUN,
    (True, False): _BEGUN.where(RUNS.c.channel == bindparam("channel")),
    (False, True): _BEGUN.where(RUNS.c.requester == bindparam("person")),
    (True, True): _BEGUN.where(RUNS.c.channel == bindparam("channel"), RUNS.c.requester == bindparam("person")),
}
_LOOK_AFTER = (
    select(RUNS.c.id).where(RUNS.c.look_after_at <= now()).order_by(RUNS.c.look_after_at).limit(bindparam("most"))
)


def of(row: Mapping[str, Any]) -> Run:
    """Return the value of a row."""
    return Run(**{**row, "status": State(row["status"])})


def create(tx: Transaction, **values: Any) -> None:
    """Insert a queued Run that is due now."""
    insert_row(tx, RUNS, {"status": State.QUEUED.value, "created_at": now(), "due_at": now()} | values)


def by_id(tx: Transaction, run_id: str) -> Run | None:
    """Return a Run without locking it."""
    row = tx.row(_BY_ID, {"id": run_id})
    return None if row is None else of(row)


def lock(tx: Transaction, run_id: str) -> Run | None:
    """Lock a Run until the commit and return it as it stands then."""
    row = tx.row(_LOCK, {"id": run_id})
    return None if row is None else of(row)


def try_lock(tx: Transaction, run_id: str) -> Run | None:
    """Lock a Run unless someone else has; None then."""
    row = tx.row(_TRY_LOCK, {"id": run_id})
    return None if row is None else of(row)


def unended_of(tx: Transaction, thread_id: str, *, unasked: bool = False) -> str | None:
    """Return the id of the Thread's root Run that has not ended, unlocked. `unasked`: also one that nobody knows of."""
    found = tx.value(_UNENDED_OF if unasked else _UNENDED_ASKED_OF, {"thread_id": thread_id})
    return None if found is None else str(found)


def last_of(tx: Transaction, thread_id: str, *, silent: bool = False) -> Run | None:
    """Return the Thread's newest root Run, unlocked, or None where it never had one.

    `silent`: also one that ended without a word, and that nobody knows of.
    """
    row = tx.row(_LAST_OF if silent else _LAST_SEEN, {"thread_id": thread_id})
    return None if row is None else of(row)


def newest_states(tx: Transaction, workspace_id: str, channel: str, most: int) -> Sequence[State]:
    """Return how the `most` newest Runs of a channel stand, the newest first."""
    given = {"workspace_id": workspace_id, "channel": channel, "most": most}
    return [State(row["status"]) for row in tx.rows(_NEWEST_STATES, given)]


def unended_in(tx: Transaction, workspace_id: str, channel: str) -> Sequence[Run]:
    """Return a channel's root Runs that someone asked for and that have not ended, oldest first."""
    return [of(row) for row in tx.rows(_UNENDED_IN, {"workspace_id": workspace_id, "channel": channel})]


def ended_in(tx: Transaction, workspace_id: str, channel: str, most: int) -> Sequence[Run]:
    """Return the `most` root Runs of a channel that ended last and not in silence, newest first."""
    return [of(row) for row in tx.rows(_ENDED_IN, {"workspace_id": workspace_id, "channel": channel, "most": most})]


def unended_for(tx: Transaction, workspace_id: str, requester: str) -> Sequence[Run]:
    """Return the root Runs that someone asked for and that have not ended, oldest first."""
    return [of(row) for row in tx.rows(_UNENDED_FOR, {"workspace_id": workspace_id, "requester": requester})]


def due(tx: Transaction, most: int) -> Sequence[tuple[str, int, int]]:
    """Return (id, due_at, fence) of Runs that this code may claim, longest due first."""
    return [(row.id, row.due_at, row.fence) for row in DUE.first(tx, most)]


def due_to_anyone(tx: Transaction, most: int) -> Sequence[tuple[str, int, int]]:
    """Return (id, due_at, fence) of Runs that some process may claim, of another version perhaps, longest due first."""
    return [(row.id, row.due_at, row.fence) for row in DUE_TO_ANYONE.first(tx, most)]


def claim(tx: Transaction, run_id: str, owner: str, lease_us: int) -> Run | None:
    """Claim a locked Run, or return None where it is not to be had."""
    row = tx.row(_CLAIM, {"of": run_id, "owner": owner, "lease": lease_us})
    return None if row is None else of(row)


def renew(tx: Transaction, run_id: str, fence: int, owner: str, lease_us: int) -> bool:
    """Extend a lease that still lives. False: it is lost."""
    return tx.run(_RENEW, {"of": run_id, "mine": fence, "owner": owner, "lease": lease_us}) == 1


def count_raised(tx: Transaction, row_id: str) -> None:
    """Count an attempt that raised while the row was being claimed."""
    tx.run(_COUNT, {"of": row_id})


def bury(tx: Transaction, owner: str, ago_us: int) -> Sequence[str]:
    """End the leases of a dead owner; return the ids of what it held."""
    return [str(row["id"]) for row in tx.rows(_BURY, {"owner": owner, "ago": ago_us})]


def move(tx: Transaction, run: Run, to: State, *, fence: int | None, actor: str, **said: Any) -> bool:
    """Write a status, leaving the one in `run`; False is a lost race (E3). Under `fence`, or under the lock with None.

    An ended Run keeps no lease and no due time.
    """
    check_move(FOLLOWS, run.status, to, f"Run {run.id}")
    values: dict[str, Any] = {"status": to.value}
    if to is State.WORKING and run.begun_at is None:
        values["begun_at"] = now()
    if to in ENDED:
        values |= {"ended_at": now(), "due_at": None, "lease_owner": None, "lease_until": None, "held_since": None}
        values["cause"] = said.get("cause")
    left = {"id": run.id, "status": run.status.value} | ({} if fence is None else {"fence": fence})
    if update_row(tx, RUNS, left, values) != 1:
        return False
    tx.record(run.workspace_id, Event(f"run:{to.value}"), run_id=run.id, actor=actor, **said)
    return True


def set_fields(tx: Transaction, run_id: str, **values: Any) -> None:
    """Write fields of a locked Run that are no status: counters, due time, prompt, money."""
    update_row(tx, RUNS, {"id": run_id}, values)


def leave_to(tx: Transaction, run_id: str, least: int) -> None:
    """Leave a locked Run to those who can work at least this format (E24); what it needed before, it still needs."""
    tx.run(_LEAVE_TO, {"of": run_id, "least": least})


def reacts(tx: Transaction, run_id: str) -> None:
    """Note that a mark is about to be made on the request of a Run."""
    if lock(tx, run_id) is not None:
        set_fields(tx, run_id, reacted=True)


def give_back(tx: Transaction, run_id: str, *, due_at: Any, fence: int, keep_attempts: bool = False) -> bool:
    """End a claim: no lease, a new due time, and the attempts counted anew unless nothing came of it."""
    values: dict[str, Any] = {"lease_owner": None, "lease_until": None, "due_at": due_at}
    if not keep_attempts:
        values["attempts"] = 0
    return update_row(tx, RUNS, {"id": run_id, "fence": fence}, values) == 1


def hold(tx: Transaction, run_id: str, wait_us: int) -> None:
    """Put a locked Run off that a cap keeps back and that nobody has claimed: its status and attempts stay (E7)."""
    tx.run(_HOLD, {"of": run_id, "wait": wait_us})


def make_due(tx: Transaction, run_id: str) -> None:
    """Make a locked, unended Run due now."""
    tx.run(_NOW_DUE, {"of": run_id})


def held_under(tx: Transaction) -> Sequence[tuple[str, str, str | None]]:
    """Return id and workspace of the Runs that a budget or a rate holds back, and under which policies it does."""
    return [(row["id"], row["workspace_id"], row["held_under"]) for row in tx.rows(_HELD_UNDER)]


def begun_before(
    tx: Transaction, workspace_id: str, *, channel: str | None, person: str | None, since: int, many: int
) -> int | None:
    """Return when the last but `many` - 1 Run of a scope that was asked for began; None: fewer did after `since`.

    In: journal time; channel and person as far as they narrow the scope.
    """
    given: dict[str, Any] = {"workspace_id": workspace_id, "since": since, "after": many - 1}
    given |= {name: value for name, value in (("channel", channel), ("person", person)) if value is not None}
    found = tx.value(_BEGUN_BY[channel is not None, person is not None], given)
    return None if found is None else int(found)


def to_look_after(tx: Transaction, most: int) -> Sequence[str]:
    """Return ended Runs whose thread is to be looked at once more (E21)."""
    return [str(row["id"]) for row in tx.rows(_LOOK_AFTER, {"most": most})]


def numbered(tx: Transaction, workspace_id: str, number: int) -> str | None:
    """Return the id of the Run that people see under a number."""
    found = tx.value(select(RUNS.c.id).where(RUNS.c.workspace_id == workspace_id, RUNS.c.number == number))
    return None if found is None else str(found)


def listed(tx: Transaction, *, workspace_id: str | None = None, most: int = 50) -> Sequence[Run]:
    """Return the newest root Runs."""
    statement = select(*_FIELDS).where(RUNS.c.parent_id.is_(None)).order_by(RUNS.c.created_at.desc()).limit(most)
    if workspace_id is not None:
        statement = statement.where(RUNS.c.workspace_id == workspace_id)
    return [of(row) for row in tx.rows(statement)]
