"""Which rows can be claimed at all, in the words of the index over just these rows.

A statement that asks for leases of these rows alone reads what has not ended, however long the history is.
"""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, literal_column

from agents.deliveries.life import State as DeliveryState
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.toolcalls import CALLS
from agents.toolcalls.life import State as CallState


def _in(table: Table, *states: StrEnum) -> ColumnElement[bool]:
    """In one of these states, written out: only so does SQLite see that an index over them alone will do."""
    return table.c.status.in_([literal_column(f"'{state.value}'") for state in states])


CLAIMABLE: Mapping[str, tuple[Table, ColumnElement[bool]]] = {
    "run": (RUNS, RUNS.c.ended_at.is_(None)),
    "tool_call": (CALLS, _in(CALLS, CallState.ALLOWED, CallState.RUNNING)),
    "delivery": (DELIVERIES, _in(DELIVERIES, DeliveryState.PLANNED, DeliveryState.SENDING)),
}
"""By the kind of row: its table, and the condition. No other row holds a lease."""
