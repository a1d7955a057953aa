"""What every row that can be claimed shares: when it may be, how it is claimed, renewed and given back (E6, E7)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, or_, update
from sqlalchemy.sql.dml import ReturningUpdate, Update

from agents.clock import us
from agents.formats import WORKS
from agents.journal.database import now

FARTHEST_DUE = us(24 * 3600)
"""No due time is set further ahead than this; one that is came from a clock that jumped, and counts as due (E5)."""

FARTHEST_LEASE = us(1800)
"""Likewise for leases: three times the last moment of a claim (E8)."""


def is_due(table: Table) -> ColumnElement[bool]:
    """The row's time has come."""
    return or_(table.c.due_at <= now(), table.c.due_at > now() + FARTHEST_DUE)


def is_free(table: Table) -> ColumnElement[bool]:
    """No lease lives on the row."""
    return or_(
        table.c.lease_until.is_(None), table.c.lease_until <= now(), table.c.lease_until > now() + FARTHEST_LEASE
    )


def is_workable(table: Table) -> ColumnElement[bool]:
    """This code can work the row; one that needs newer code is left to it (E24)."""
    return table.c.needs <= WORKS


def claiming(table: Table, statuses: Sequence[str], returned: Sequence[ColumnElement[Any]]) -> ReturningUpdate[Any]:
    """UPDATE that claims the row `of` for `owner` during `lease` microseconds, if it is due, free, in such a status and
    of a format that this code can work.

    A lease that ran out without a result leaves `due_at` as it was, so an abandoned row is due at once.
    """
    return (
        update(table)
        .where(
            table.c.id == bindparam("of"),
            table.c.status.in_(statuses),
            is_due(table),
            is_free(table),
            is_workable(table),
        )
        .values(
            lease_owner=bindparam("owner"),
            lease_until=now() + bindparam("lease"),
            fence=table.c.fence + 1,
            attempts=table.c.attempts + 1,
        )
        .returning(*returned)
    )


def renewing(table: Table) -> Update:
    """UPDATE of a heartbeat: under the fence, taking no other lock (E1)."""
    return (
        update(table)
        .where(
            table.c.id == bindparam("of"),
            table.c.fence == bindparam("mine"),
            table.c.lease_owner == bindparam("owner"),
            table.c.lease_until > now(),
        )
        .values(lease_until=now() + bindparam("lease"))
    )


def holding(table: Table) -> Update:
    """UPDATE that puts a row off which a cap keeps back, unless somebody has claimed it meanwhile (E7)."""
    return (
        update(table)
        .where(table.c.id == bindparam("of"), is_due(table), is_free(table))
        .values(due_at=now() + bindparam("wait"))
    )


def counting(table: Table) -> Update:
    """UPDATE that counts an attempt which raised before its claim could be committed, or it would never end (E6)."""
    return update(table).where(table.c.id == bindparam("of")).values(attempts=table.c.attempts + 1)


def burying(table: Table) -> ReturningUpdate[Any]:
    """UPDATE that ends at once every lease of an owner who is known to be dead (E6), and gives the ids.

    The lease is set to have ended `ago` microseconds in the past, so that nobody waits once more for a deadline that a
    dead process cannot use (E9).
    """
    return (
        update(table)
        .where(and_(table.c.lease_owner == bindparam("owner"), table.c.lease_until > now() - bindparam("ago")))
        .values(lease_until=now() - bindparam("ago"))
        .returning(table.c.id)
    )
