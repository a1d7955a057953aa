"""Scopes: whose work is worked on now, and the rows under whose lock a cap counts it (E2, E10)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, exists, func, or_, select, union_all
from sqlmodel import Field, SQLModel

from agents.fairness import Scope
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.schema import table_of
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore

LEVELS = ("workspace", "channel", "person")
"""The kinds of scope row, widest first. A person's is for one channel, as in fair order."""


class ScopeRow(SQLModel, table=True):
    """Nothing but a lock: whoever would claim work of a capped scope counts under it.

    A person's without a channel is theirs in the whole workspace: under it is counted what they said yes to.
    """

    __tablename__ = "scope"
    workspace_id: str = Field(primary_key=True, max_length=64)
    channel: str = Field(primary_key=True, max_length=64)
    person: str = Field(primary_key=True, max_length=64)


SCOPES = table_of(ScopeRow)

_KEY = (SCOPES.c.workspace_id, SCOPES.c.channel, SCOPES.c.person)
_LOCK = (
    select(*_KEY)
    .where(
        SCOPES.c.workspace_id == bindparam("workspace"),
        or_(
            and_(SCOPES.c.channel == "", SCOPES.c.person == ""),
            and_(SCOPES.c.channel == bindparam("channel"), SCOPES.c.person.in_(("", bindparam("person")))),
        ),
    )
    .order_by(*_KEY)
    .with_for_update(key_share=True)
)

_LOCK_PERSON = (
    select(*_KEY)
    .where(
        SCOPES.c.workspace_id == bindparam("workspace"),
        SCOPES.c.channel == "",
        SCOPES.c.person == bindparam("person"),
    )
    .with_for_update(key_share=True)
)


_NOW = select(now()).scalar_subquery()
_OF_RUN = RUNS.alias("of_run")


def _held(table: Table, *conditions: ColumnElement[bool]) -> Select[Any]:
    scope = (table.c.workspace_id, table.c.channel, table.c.requester)
    held = (table.c.lease_owner.is_not(None), table.c.lease_until > _NOW)
    return select(*scope, func.count().label("many")).where(*held, *conditions).group_by(*scope)


# whoever holds a Run and runs a quick read of it is one thread, not two
_WORK = union_all(
    _held(RUNS), _held(CALLS, ~exists().where(_OF_RUN.c.id == CALLS.c.run_id, _OF_RUN.c.lease_until > _NOW))
)
_SENDING = _held(DELIVERIES)


def work_held(tx: Transaction) -> Counter[Scope]:
    """Return how many Runs and ToolCalls of each scope somebody works on now."""
    return _counted(tx.rows(_WORK))


def sending_held(tx: Transaction) -> Counter[Scope]:
    """Return how many Deliveries of each scope somebody sends now."""
    return _counted(tx.rows(_SENDING))


def lock(tx: Transaction, scope: Scope) -> None:
    """Lock a workspace, a channel and a person, widest first, until the commit. After any Run (E2)."""
    wanted = {(scope.workspace, "", ""), (scope.workspace, scope.channel, ""), (*scope.levels()[2],)}
    given = {"workspace": scope.workspace, "channel": scope.channel, "person": scope.person}
    if {tuple(row.values()) for row in tx.rows(_LOCK, given)} >= wanted:
        return
    for key in sorted(wanted):
        insert_or_ignore(tx, SCOPES, dict(zip(("workspace_id", "channel", "person"), key, strict=True)))
    tx.rows(_LOCK, given)


def lock_person(tx: Transaction, workspace_id: str, user_id: str) -> None:
    """Lock a person of a workspace, in all its channels, until the commit. After any Run (E2), never beside `lock`."""
    given = {"workspace": workspace_id, "person": user_id}
    if tx.rows(_LOCK_PERSON, given):
        return
    insert_or_ignore(tx, SCOPES, {"workspace_id": workspace_id, "channel": "", "person": user_id})
    tx.rows(_LOCK_PERSON, given)


def _counted(rows: Sequence[dict[str, object]]) -> Counter[Scope]:
    found: Counter[Scope] = Counter()
    for row in rows:
        found[Scope(str(row["workspace_id"]), str(row["channel"]), str(row["requester"]))] += int(str(row["many"]))
    return found
