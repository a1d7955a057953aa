"""What a Delivery needs before people can see it, and that nobody sees: its place, or who else is to be shown it."""

from dataclasses import replace

from agents.approvals.directing import shown_as
from agents.deliveries.life import Delivery, Kind
from agents.engine.room import Room
from agents.engine.sending import Sending
from agents.journal import deliveries
from agents.surface import Place, Surface


def prepared(room: Room, surface: Surface, sending: Sending, seconds: float) -> Sending | None:
    """Return what is to be sent, complete. None: its fence was lost. Raises what the surface's calls raise."""
    delivery = sending.delivery
    match delivery.kind:
        case Kind.APPROVAL:
            return replace(sending, message=shown_as(room, delivery, sending.place, sending.message))
        case Kind.COPY if delivery.stands_in is None:
            channel = surface.open_direct(sending.place.team_id, delivery.user_id or "", seconds=seconds)
            # stored first, so that whoever takes over knows where to look for it (E21)
            if not room.journal.write(
                lambda tx: deliveries.set_fields(tx, delivery.id, fence=delivery.fence, stands_in=channel)
            ):
                return None
            place = Place(sending.place.team_id, channel, "")
            return replace(sending, delivery=replace(delivery, stands_in=channel), place=place)
        case _:
            return sending


def never_begun(delivery: Delivery) -> bool:
    """Whether no try of a Delivery can have come as far as people: what goes first, unseen, was not recorded."""
    match delivery.kind:
        case Kind.FILE:
            return delivery.file_id is None
        case Kind.COPY:
            return delivery.stands_in is None
        case _:
            return False
