"""Shows Deliveries that this process has taken, each once: looked up, sent, adopted or taken back when late (E21)."""

import structlog

from agents.approvals import cards
from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import Delivery, Kind, State
from agents.engine.lease import Claim
from agents.engine.lease import Kind as ClaimKind
from agents.engine.not_shown import give_up, later, not_sent, refused, unsure
from agents.engine.preparing import never_begun, prepared
from agents.engine.room import Room
from agents.engine.sending import Sending, call, look
from agents.engine.taking import take_next
from agents.journal import deliveries, runs
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.runs.life import ENDED
from agents.surface import CallFailed, OutcomeUnknown, Surface, TryLater
from agents.urgency import calls_for

log = structlog.get_logger()

SURE_AFTER = us(5)
"""A message that a look-up missed is believed absent when a second one, this much later, misses it too."""


def carry_on(room: Room, sending: Sending | None) -> None:
    """Carry a Delivery that this process has taken as far as it goes now, and then those of its Run that follow it."""
    while sending is not None:
        delivery = sending.delivery
        with (
            structlog.contextvars.bound_contextvars(run_id=delivery.run_id, delivery_id=delivery.id),
            room.claims.held(ClaimKind.DELIVERY, delivery.id, delivery.fence, since=sending.since) as claim,
            calls_for(delivery.kind),
        ):
            sending = _carry(room, sending, claim)


def _carry(room: Room, sending: Sending, claim: Claim) -> Sending | None:
    """Returns what follows, taken in the transaction that recorded this one as sent."""
    surface = room.surface(sending.place.team_id)
    seconds = room.claims.call_deadline
    try:
        if sending.look_first:
            stands = _standing(room, surface, sending, seconds)
            if stands is None:
                return None
            if stands:
                return _found(room, surface, sending, stands)
        ready = prepared(room, surface, sending, seconds)
        if ready is None:
            return None
        sending = ready
        if not claim.outlives(seconds) and not (room.claims.renew(claim) and claim.outlives(seconds)):
            return None
        at = call(room, surface, sending, claim, seconds)
        if at is None:
            return None
    except TryLater as later_on:
        wait = us(min(max(later_on.retry_after, 0.2), 3600))
        cause = later_on.cause
        room.journal.write(lambda tx: not_sent(room, tx, sending.delivery, wait, cause))
    except OutcomeUnknown as fault:
        cause = fault.cause
        log.warning("the outcome of a try is unknown", cause=cause)
        room.journal.write(lambda tx: unsure(room, tx, sending.delivery, cause))
    except CallFailed as fault:
        cause = fault.cause
        log.warning("a delivery was refused", cause=cause)
        room.journal.write(lambda tx: refused(room, tx, sending.delivery, cause))
    else:
        return _sent(room, surface, sending, at)[1]
    return None


def _standing(room: Room, surface: Surface, sending: Sending, seconds: float) -> list[str] | None:
    """Look whether earlier tries arrived, and return their ts. None: it is not certain yet whether any did."""
    delivery = sending.delivery
    try:
        seen = look(surface, sending, seconds)
    except CallFailed as fault:
        wait = us(min(max(getattr(fault, "retry_after", 5.0), 1.0), 3600))
        room.journal.write(lambda tx: later(tx, delivery, now() + wait))
        return None
    stands = [at for at in seen if at not in delivery.doomed]
    if not stands and not room.journal.write(lambda tx: _absent(room, tx, delivery)):
        return None
    return stands


def _found(room: Room, surface: Surface, sending: Sending, stands: list[str]) -> Sending | None:
    """Adopt the first of the messages that earlier tries left; others go."""
    adopted, following = _sent(room, surface, sending, stands[0], found=True)
    if adopted:
        for extra in stands[1:]:
            _doom(room, surface, sending, extra)
    return following


def _absent(room: Room, tx: Transaction, delivery: Delivery) -> bool:
    """Believe it on the second look. True: it may be sent now."""
    unseen = never_begun(delivery)
    if not unseen and (delivery.absent_at is None or tx.now() - delivery.absent_at < SURE_AFTER):
        absent_at = delivery.absent_at or now()
        later(tx, delivery, now() + SURE_AFTER, absent_at=absent_at)
        return False
    run = runs.lock(tx, delivery.run_id) if delivery.run_id else None
    if delivery.kind is Kind.CARD and run is not None and run.status in ENDED:
        give_up(room, tx, delivery, "its run ended first", run=run)
        return False
    if delivery.kind is Kind.COPY and not cards.any_pending(tx, delivery.beside or ""):
        give_up(room, tx, delivery, "settled before it was asked", run=run)
        return False
    said = {"worker": room.actor, "attempt": delivery.attempts}
    deliveries.set_fields(tx, delivery.id, fence=delivery.fence, absent_at=None, unsure_since=None)
    tx.record(
        delivery.workspace_id,
        Event.DELIVERY_SENDING,
        run_id=delivery.run_id,
        actor=room.actor,
        delivery=delivery.id,
        **said,
    )
    return True


def _sent(
    room: Room, surface: Surface, sending: Sending, at: str, *, found: bool = False
) -> tuple[bool, Sending | None]:
    """Adopt the message; a late writer's own second one is stored as doomed, then deleted.

    Returns whether it is adopted, and what follows it.
    """
    delivery = sending.delivery
    adopted, following = room.journal.write(lambda tx: _adopt(room, tx, delivery, at, found=found))
    # a stream that was taken over is the answer's one message, whoever ended it
    if not adopted and at and at != delivery.adopts:
        _doom(room, surface, sending, at)
    return adopted, following


def _adopt(room: Room, tx: Transaction, delivery: Delivery, at: str, *, found: bool) -> tuple[bool, Sending | None]:
    run = runs.lock(tx, delivery.run_id) if delivery.run_id is not None else None
    said = {"ts": at, "found": found}
    standing = deliveries.by_id(tx, delivery.id)
    if standing is not None and at in standing.doomed:
        return False, None
    if deliveries.move(
        tx, delivery, State.SENT, fence=delivery.fence, actor=room.actor, said=said, posted_at=at or None
    ):
        return True, take_next(room, tx, delivery.thread_id, run)
    return standing is not None and standing.posted_at == at, None


def _doom(room: Room, surface: Surface, sending: Sending, at: str) -> None:
    delivery = sending.delivery

    def store(tx: Transaction) -> bool:
        if delivery.run_id is not None:
            runs.lock(tx, delivery.run_id)
        standing = deliveries.by_id(tx, delivery.id)
        if standing is None or standing.posted_at == at:
            return False
        if at not in standing.doomed:
            deliveries.set_fields(tx, delivery.id, doomed=[*standing.doomed, at])
            tx.record(
                delivery.workspace_id,
                Event.DELIVERY_DOOMED,
                run_id=delivery.run_id,
                actor=room.actor,
                delivery=delivery.id,
                ts=at,
            )
        return True

    if room.journal.write(store):
        try:
            surface.delete(sending.place, at, seconds=room.claims.call_deadline)
        except CallFailed as fault:
            log.warning("a doomed message could not be deleted; the look after the end will", cause=fault.cause)
