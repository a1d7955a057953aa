"""Works a Delivery that stands for admins whom nobody here has met: asks the surface who they are, then tells them."""

import structlog

from agents.deliveries.life import Delivery, State
from agents.engine.knowing_admins import learn
from agents.engine.room import Room
from agents.governing.to_admins import pay
from agents.journal import deliveries
from agents.journal.transaction import Transaction
from agents.surface import OutcomeUnknown, Place, Refused, Surface

log = structlog.get_logger()

MOST_TRIES = 4
"""Tries after which those are told who are known: the fifth would end the Delivery with nobody told (E6)."""


def tell_others(room: Room, surface: Surface, delivery: Delivery, place: Place, seconds: float) -> None:
    """Plan what each of them is sent, and end this Delivery in the same transaction. Raises TryLater, OutcomeUnknown.

    Where the surface does not say who they are, those are told who came by meanwhile.
    """
    try:
        learn(room.journal, surface, delivery.workspace_id, place.team_id, seconds)
    except (Refused, OutcomeUnknown) as fault:
        if isinstance(fault, OutcomeUnknown) and delivery.attempts < MOST_TRIES:
            raise
        log.warning("could not ask who the admins are", cause=fault.cause)

    def tell(tx: Transaction) -> None:
        said = {"ts": "", "found": False}
        if deliveries.move(tx, delivery, State.SENT, fence=delivery.fence, actor=room.actor, said=said):
            pay(room.hand, tx, delivery)

    room.journal.write(tell)
