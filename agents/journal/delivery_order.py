"""The order in which Deliveries go out: which may be sent now, and what comes next in a Thread (E21)."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, exists, or_, select

from agents.deliveries.life import DECORATIONS, Delivery
from agents.journal.deliveries import DELIVERIES, FIELDS, UNSENT, of
from agents.journal.due import Due, one_of
from agents.journal.leases import is_due, is_free, is_workable
from agents.journal.transaction import Transaction

_EARLIER = DELIVERIES.alias("earlier")
_EDITED = DELIVERIES.alias("edited")
# an edit waits for the message that it changes, and for the edit before it: the last one must be the last to arrive
_EDIT_WAITS = or_(
    exists().where(and_(_EDITED.c.id == DELIVERIES.c.edits, _EDITED.c.status.in_(UNSENT))),
    exists().where(
        and_(
            _EARLIER.c.edits == DELIVERIES.c.edits,
            _EARLIER.c.number < DELIVERIES.c.number,
            _EARLIER.c.status.in_(UNSENT),
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
                _EARLIER.c.status.in_(UNSENT),
                _EARLIER.c.kind.not_in([kind.value for kind in DECORATIONS]),
            )
        ),
    ),
)
_READY = (one_of(DELIVERIES.c.status, UNSENT), _KEEPS_ORDER)

DUE = Due(DELIVERIES, DELIVERIES.c.run_id, *_READY, is_workable(DELIVERIES), then=DELIVERIES.c.number)
"""Deliveries that this code may send now."""

DUE_TO_ANYONE = Due(DELIVERIES, DELIVERIES.c.run_id, *_READY, then=DELIVERIES.c.number)
"""Deliveries that some process may send now, of another version perhaps."""

_UNSENT_OF = (
    select(DELIVERIES.c.id)
    .where(
        DELIVERIES.c.thread_id == bindparam("thread_id"),
        DELIVERIES.c.status.in_(UNSENT),
        DELIVERIES.c.kind.not_in([kind.value for kind in DECORATIONS]),
    )
    .limit(1)
)
_NEXT_OF = (
    select(*FIELDS)
    .where(
        DELIVERIES.c.thread_id == bindparam("thread_id"),
        DELIVERIES.c.status.in_(UNSENT),
        is_due(DELIVERIES),
        is_free(DELIVERIES),
        _KEEPS_ORDER,
    )
    .order_by(DELIVERIES.c.planned_at, DELIVERIES.c.number)
    .limit(1)
)


def due(tx: Transaction, most: int) -> Sequence[tuple[str, str | None, int, int]]:
    """Return (id, run id, due_at, fence) of what this code may send now, in the order of each Thread."""
    return [(row.id, row.run_id, row.due_at, row.fence) for row in DUE.first(tx, most)]


def due_to_anyone(tx: Transaction, most: int) -> Sequence[tuple[str, str | None, int, int]]:
    """Return (id, run id, due_at, fence) of what some process may send now, of another version perhaps."""
    return [(row.id, row.run_id, row.due_at, row.fence) for row in DUE_TO_ANYONE.first(tx, most)]


def next_of(tx: Transaction, thread_id: str) -> Delivery | None:
    """Return the Thread's next Delivery that may be sent now, as far as this transaction sees."""
    row = tx.row(_NEXT_OF, {"thread_id": thread_id})
    return None if row is None else of(row)


def any_unsent(tx: Transaction, thread_id: str) -> bool:
    """Whether something that keeps the Thread's order is still to be sent."""
    return tx.value(_UNSENT_OF, {"thread_id": thread_id}) is not None
