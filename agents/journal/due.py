"""Looks for due rows in fair order: over workspaces, in each over channels, in each over people, in each by due time.

A look reads as many rows as it gives, however many are due: the first by their due time while they are few, else the
keys of each level one by one, each found by a seek in the index (workspace, channel, requester, due time).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Index,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from agents.fairness import DueRow, Scope
from agents.journal.database import now
from agents.journal.leases import FARTHEST_DUE, FARTHEST_LEASE
from agents.journal.transaction import Transaction


class Due:
    """The due rows of one table that are free and meet `conditions`. Rows with one due time are taken by `then`."""

    def __init__(
        self, table: Table, run_id: ColumnElement[Any], *conditions: ColumnElement[bool], then: ColumnElement[Any]
    ) -> None:
        # asked once a statement, and not for every row
        at = select(now()).scalar_subquery()
        scope = (table.c.workspace_id, table.c.channel, table.c.requester)
        self._ok = (*conditions, table.c.due_at <= at, _free(table, at))
        rows = select(table.c.id, run_id.label("run_id"), table.c.due_at, table.c.fence, *scope)
        ordered = (table.c.due_at, then)
        most: BindParameter[int] = bindparam("most")
        far = (*conditions, table.c.due_at > at + FARTHEST_DUE, _free(table, at))
        self._first = union_all(
            # a due time from a clock that jumped counts as due (E5)
            *(
                select(part.subquery())
                for part in (
                    rows.where(*self._ok).order_by(*ordered).limit(most),
                    rows.where(*far).order_by(*ordered).limit(most),
                )
            )
        )
        self._of = (
            rows.where(*self._ok, *(column == bindparam(f"key{at}") for at, column in enumerate(scope)))
            .order_by(*ordered)
            .limit(most)
        )
        self._keys = [self._level((*scope, table.c.due_at), level) for level in range(3)]

    def _level(self, index: Sequence[ColumnElement[Any]], level: int) -> Select[Any]:
        """A statement that walks the keys of one level under those above it, from the one `after` on."""
        above, key = index[:level], index[level]

        def following(one: ColumnElement[Any]) -> ScalarSelect[Any]:
            within = (column == bindparam(f"key{at}") for at, column in enumerate(above))
            return select(key).where(*within, key > one, *self._ok).order_by(*index[level:]).limit(1).scalar_subquery()

        step = select(following(bindparam("after")).label("key"), literal(1).label("many")).cte("step", recursive=True)
        further = select(following(step.c.key), step.c.many + 1).where(
            step.c.key.is_not(None), step.c.many < bindparam("most")
        )
        step = step.union_all(further)
        return select(step.c.key).where(step.c.key.is_not(None))

    def first(self, tx: Transaction, most: int) -> Sequence[DueRow]:
        """Return at most so many rows, longest due first."""
        found = [_row(row) for row in tx.rows(self._first, {"most": most})]
        return sorted(found, key=lambda row: row.due_at)[:most]

    def keys(self, tx: Transaction, above: Sequence[str], after: str, most: int) -> Sequence[str]:
        """Return the workspaces (nothing `above`), channels or people with due rows that come after one, in order."""
        given = {f"key{at}": key for at, key in enumerate(above)}
        return [str(row["key"]) for row in tx.rows(self._keys[len(above)], {**given, "after": after, "most": most})]

    def of(self, tx: Transaction, scope: Scope, most: int) -> Sequence[DueRow]:
        """Return the rows of one person in one channel, longest due first."""
        given = {"key0": scope.workspace, "key1": scope.channel, "key2": scope.person}
        return [_row(row) for row in tx.rows(self._of, {**given, "most": most})]


def index_scopes(table: Table, claimable: ColumnElement[bool]) -> None:
    """Add the indexes that fair order needs: due rows by scope, and those that somebody works on."""
    scope = (table.c.workspace_id, table.c.channel, table.c.requester)
    held = table.c.lease_owner.is_not(None)
    Index(f"ix_{table.name}_fair", *scope, table.c.due_at, sqlite_where=claimable, postgresql_where=claimable)
    # by the owner, which a heartbeat leaves alone: PostgreSQL then writes no index entry for it
    Index(f"ix_{table.name}_held", *scope, sqlite_where=held, postgresql_where=held)


def one_of(column: ColumnElement[Any], words: Sequence[str]) -> ColumnElement[bool]:
    """`column` is one of our own `words`, written into the statement: PostgreSQL sees that a partial index fits."""
    return column.in_([literal_column(f"'{one}'") for one in words])


def _free(table: Table, at: ScalarSelect[Any]) -> ColumnElement[bool]:
    until = table.c.lease_until
    return or_(until.is_(None), until <= at, until > at + FARTHEST_LEASE)


def _row(row: dict[str, Any]) -> DueRow:
    scope = Scope(row["workspace_id"], row["channel"], row["requester"])
    return DueRow(row["id"], row["run_id"], row["due_at"], row["fence"], scope)
