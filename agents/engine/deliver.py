"""Works one due Delivery, and those of its Run that follow it: stored first, shown once (E21)."""

from agents.deliveries.life import Delivery
from agents.engine import picker
from agents.engine.carrying import carry_on
from agents.engine.room import Room
from agents.engine.sending import Sending
from agents.engine.taking import take
from agents.journal import deliveries, delivery_order, runs
from agents.journal.transaction import Transaction


def deliver(room: Room, hint: str = "") -> bool:
    """Claim one due Delivery and carry it as far as it goes now. False: nothing was due."""
    took = picker.pick(room, delivery_order.DUE, hint, lambda tx, trying: _claim(room, tx, hint, trying))
    if took is None:
        return False
    carry_on(room, took[1])
    return True


def _claim(room: Room, tx: Transaction, hint: str, trying: picker.Trying) -> tuple[Delivery, Sending | None] | None:
    taken = False
    for row in picker.due_deliveries(room, tx, hint):
        delivery_id = trying.row_id = row.id
        run = runs.try_lock(tx, row.run_id) if row.run_id is not None else None
        if row.run_id is not None and run is None:
            taken = True
            continue
        before = deliveries.by_id(tx, delivery_id)
        took = take(room, tx, before, run) if before is not None else None
        if took is not None:
            return took
    if taken:
        raise picker.AllTaken
    return None
