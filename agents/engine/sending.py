"""The calls that show a Delivery to people, one for each kind, and the look whether an earlier one arrived (E21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from agents.deliveries.life import Delivery, Kind
from agents.engine.lease import Claim
from agents.engine.left_streams import put_right
from agents.engine.room import Room
from agents.engine.telling_admins import tell_others
from agents.journal import approvals, deliveries, questions, runs, toolcalls
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.runs.life import ENDED
from agents.surface import OutFile, Place, Surface

REPEATABLE = frozenset({Kind.SIGN_OFF, Kind.SIGN, Kind.EDIT, Kind.STREAM, Kind.TO_ADMINS})
"""Done again without a look where the outcome of a try is unknown."""


class Sign(Enum):
    """What a Run's sign tells people."""

    WORKS = "works"
    WAITS = "waits"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Sending:
    """A Delivery that this process has claimed.

    Attributes:
        look_first: a try of it may have arrived.
        edited: the message that an edit changes.
        file: what a FILE gives to people.
        since: a moment of the monotonic clock before it was claimed.
        line, reacted: what may stand beside the Run's sign.
    """

    delivery: Delivery
    place: Place
    message: Message
    oldest: str
    look_first: bool
    edited: Delivery | None = None
    file: OutFile | None = None
    since: float | None = None
    line: bool = True
    reacted: bool = True


def call(room: Room, surface: Surface, sending: Sending, claim: Claim, seconds: float) -> str | None:
    """Make the one call that people see. Returns the message's ts, or ""; None: it may not be made now."""
    delivery, place, message = sending.delivery, sending.place, sending.message
    match delivery.kind:
        case Kind.SIGN_OFF:
            surface.clear_sign(place, message.markdown, line=sending.line, reaction=sending.reacted, seconds=seconds)
            return ""
        case Kind.SIGN:
            _show_sign(room, surface, sending, seconds)
            return ""
        case Kind.EDIT if sending.edited is not None:
            edited = sending.edited
            surface.edit(place, edited.posted_at or "", message, edited.id, seconds=seconds)
            return ""
        case Kind.STREAM:
            put_right(room, delivery, place)
            return None
        case Kind.TO_ADMINS:
            tell_others(room, surface, delivery, place, seconds)
            return None
        case Kind.PRIVATE:
            surface.tell_privately(place, delivery.user_id or "", message.markdown, seconds=seconds)
            return ""
        case Kind.DIRECT:
            return surface.post_direct(place.team_id, delivery.user_id or "", message, delivery.id, seconds=seconds)
        case Kind.FILE if sending.file is not None:
            return _share(room, surface, sending, sending.file, claim, seconds)
        case _ if delivery.adopts is not None:
            works = delivery.kind is Kind.INTERIM
            surface.end_stream(place, delivery.adopts, message, delivery.id, works=works, seconds=seconds)
            return delivery.adopts
        case _:
            return surface.post(place, message, delivery.id, seconds=seconds)


def _show_sign(room: Room, surface: Surface, sending: Sending, seconds: float) -> None:
    """Show what the Run does now, and look again: a sign that the Run has outlived is taken away (E15)."""
    run_id, at = sending.delivery.run_id or "", sending.message.markdown
    shown: Sign | None = None
    while shown is not (is_now := room.journal.read(lambda tx: _sign_of(tx, run_id))):
        shown = is_now
        if shown is Sign.WORKS:
            surface.show_sign(sending.place, at, reacts=lambda: _reacts(room, run_id), seconds=seconds)
        else:
            surface.clear_sign(sending.place, at, waits=shown is Sign.WAITS, seconds=seconds)


def _reacts(room: Room, run_id: str) -> None:
    room.journal.write(lambda tx: runs.reacts(tx, run_id))


def _sign_of(tx: Transaction, run_id: str) -> Sign:
    run = runs.by_id(tx, run_id)
    if run is None or run.status in ENDED:
        return Sign.ENDED
    asks = questions.open_of(tx, run_id) is not None or bool(approvals.pending_of(tx, run_id))
    waits = run.held_since is not None or (asks and not toolcalls.any_under_way(tx, run_id))
    return Sign.WAITS if waits else Sign.WORKS


def _share(room: Room, surface: Surface, sending: Sending, file: OutFile, claim: Claim, seconds: float) -> str | None:
    """Show a file: its bytes go first, unseen, and its id is stored before it is shown (E21)."""
    delivery = sending.delivery
    file_id = delivery.file_id
    if file_id is None:
        uploaded = surface.upload(file, seconds=seconds)
        if not room.journal.write(
            lambda tx: deliveries.set_fields(tx, delivery.id, fence=delivery.fence, file_id=uploaded)
        ):
            return None
        file_id = uploaded
        if not claim.outlives(seconds) and not (room.claims.renew(claim) and claim.outlives(seconds)):
            return None
    return surface.share(sending.place, file_id, file, seconds=seconds)


def look(surface: Surface, sending: Sending, seconds: float) -> Sequence[str]:
    """Return the ts of every message that an earlier try of this Delivery left."""
    delivery = sending.delivery
    if delivery.kind is Kind.COPY and delivery.stands_in is None:
        return ()
    if delivery.kind is not Kind.FILE:
        return surface.find(sending.place, delivery.id, oldest=sending.oldest, seconds=seconds)
    if delivery.file_id is None:
        # nobody sees bytes that were never shared
        return ()
    return surface.shared(sending.place, delivery.file_id, seconds=seconds)
