"""Figures of the whole journal, each by one cheap statement over what has not ended."""

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, select

from agents.clock import us
from agents.journal.claimable import CLAIMABLE
from agents.journal.database import now
from agents.journal.leases import is_due, is_free
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.runs.life import UNENDED

AHEAD = us(3600)
"""A due time further ahead than this comes from a clock that jumped (E5), and tells nothing about an age."""


def _oldest(table: Table, unended: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.min(table.c.due_at)).where(unended, is_due(table), is_free(table)).scalar_subquery()


_OLDEST = select(
    now().label("at"), *(_oldest(table, unended).label(kind) for kind, (table, unended) in CLAIMABLE.items())
)
_LEASED = select(
    *(
        select(func.count()).where(unended, table.c.lease_until > now()).scalar_subquery().label(kind)
        for kind, (table, unended) in CLAIMABLE.items()
    )
)
_BY_STATE = select(RUNS.c.status, func.count().label("many")).where(RUNS.c.ended_at.is_(None)).group_by(RUNS.c.status)


def due_ages(tx: Transaction) -> dict[str, float]:
    """Return for how many seconds the oldest due row of each kind has waited for somebody to take it; 0: none waits."""
    found = tx.row(_OLDEST) or {}
    at = found.pop("at")
    return {kind: 0.0 if due is None or due > at + AHEAD else max(0, at - due) / 1e6 for kind, due in found.items()}


def leased(tx: Transaction) -> dict[str, int]:
    """Return how many rows of each kind somebody works on now."""
    return {kind: int(many) for kind, many in (tx.row(_LEASED) or {}).items()}


def runs_by_state(tx: Transaction) -> dict[str, float]:
    """Return how many Runs are in each of the states that are no end."""
    found = {row["status"]: float(row["many"]) for row in tx.rows(_BY_STATE)}
    return {state.value: found.get(state.value, 0.0) for state in sorted(UNENDED)}
