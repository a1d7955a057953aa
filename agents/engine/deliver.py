"""Sends one Delivery, once: stored first, looked up before it is tried again, adopted or taken back when late (E21)."""

import time
from dataclasses import replace

import structlog

from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import ENDED as ENDED_DELIVERIES
from agents.deliveries.life import Delivery, Kind, State
from agents.deliveries.saying import say
from agents.engine import ending, picker
from agents.engine.lease import Claim
from agents.engine.lease import Kind as ClaimKind
from agents.engine.poke import Queue
from agents.engine.recovering import taken_over
from agents.engine.room import MOST_ATTEMPTS, Room
from agents.engine.sending import REPEATABLE, Sending, call, look
from agents.journal import deliveries, runs, threads
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.plan import cards
from agents.questions.answering import not_shown
from agents.runs.life import ENDED, Run
from agents.surface import CallFailed, OutcomeUnknown, Surface, TryLater

log = structlog.get_logger()

SURE_AFTER = us(5)
"""A message that a look-up missed is believed absent when a second one, this much later, misses it too."""

SAID_DIRECTLY = frozenset({Kind.ANSWER, Kind.FAILURE})
"""What its requester must see, in direct messages where the thread cannot show it."""

NOT_SHOWN_YET = us(1)
"""When an edit of a message that does not stand yet is tried again."""

GONE = frozenset({"message_not_found", "cant_update_message"})
"""The surface's words for a message that is not there any more."""

MAY_BE_LOST = frozenset({Kind.PRIVATE, Kind.DIRECT})
"""Cannot be found again and cannot be repeated: sent at most once."""


def deliver(room: Room, hint: str = "") -> bool:
    """Claim one due Delivery and carry it as far as it goes now. False: nothing was due."""
    before = time.monotonic()
    took = picker.pick(room, lambda tx, trying: _claim(room, tx, hint, trying))
    if took is None:
        return False
    delivery, sending = took
    if sending is None:
        return True
    with (
        structlog.contextvars.bound_contextvars(run_id=delivery.run_id, delivery_id=delivery.id),
        room.claims.held(ClaimKind.DELIVERY, delivery.id, delivery.fence, since=before) as claim,
    ):
        _carry(room, sending, claim)
    return True


def _claim(room: Room, tx: Transaction, hint: str, trying: picker.Trying) -> tuple[Delivery, Sending | None] | None:
    taken = False
    for delivery_id, run_id in picker.due_deliveries(tx, hint):
        trying.row_id = delivery_id
        if run_id is not None and runs.try_lock(tx, run_id) is None:
            taken = True
            continue
        before = deliveries.by_id(tx, delivery_id)
        claimed = deliveries.claim(tx, delivery_id, room.claims.owner, room.claims.lease_us)
        if before is not None and claimed is not None:
            return claimed, _take_up(room, tx, before, claimed)
    if taken:
        raise picker.AllTaken
    return None


def _take_up(room: Room, tx: Transaction, before: Delivery, delivery: Delivery) -> Sending | None:
    if before.lease_owner is not None:
        lost, fence = before.lease_owner, before.fence
        where = (delivery.workspace_id, delivery.run_id, ClaimKind.DELIVERY, delivery.id)
        taken_over(tx, *where, lost=lost, fence=fence, actor=room.actor)
        if delivery.run_id is not None:
            ending.lost_a_lease(tx, delivery.run_id)
    if delivery.attempts > MOST_ATTEMPTS:
        _give_up(room, tx, delivery, f"attempts: {delivery.cause or 'lease lost'}")
        return None
    look_first = delivery.status is State.SENDING
    if look_first and delivery.kind in MAY_BE_LOST:
        _give_up(room, tx, delivery, "may have been shown; never repeated")
        return None
    if look_first and before.lease_owner is not None and before.lease_until is not None:
        # the old sender may be inside a call until the lease's end plus the call's deadline (E9)
        quiet_at = before.lease_until + us(room.claims.call_deadline)
        if tx.now() < quiet_at:
            _later(tx, delivery, quiet_at)
            return None
    run = runs.by_id(tx, delivery.run_id) if delivery.run_id else None
    edited = deliveries.by_id(tx, delivery.edits) if delivery.edits else None
    if delivery.edits and (edited is None or edited.posted_at is None):
        if edited is not None and edited.status not in ENDED_DELIVERIES:
            # it is on its way, or its outcome is being looked up: there will be something to change, or nothing
            _later(tx, delivery, now() + NOT_SHOWN_YET)
        else:
            _give_up(room, tx, delivery, "what it changes was never shown")
        return None
    if delivery.kind is Kind.CARD and not look_first and run is not None and run.status in ENDED:
        _give_up(room, tx, delivery, "its run ended first")
        return None
    if not look_first:
        said = {"worker": room.actor, "attempt": delivery.attempts}
        deliveries.move(tx, delivery, State.SENDING, fence=delivery.fence, actor=room.actor, said=said)
    place = threads.place_of(tx, delivery.thread_id)
    return Sending(
        replace(delivery, status=State.SENDING),
        place,
        _says(tx, delivery, run),
        run.request_ts if run else place.root,
        look_first and delivery.kind not in REPEATABLE and delivery.adopts is None,
        edited,
        deliveries.file_of(tx, delivery) if delivery.kind is Kind.FILE else None,
    )


def _says(tx: Transaction, delivery: Delivery, run: Run | None) -> Message:
    """What a Delivery says: as it was planned, or, of a card, as its plan stands now."""
    if run is not None and cards.is_of_card(tx, delivery):
        return cards.shows(tx, run)
    return Message(markdown="") if delivery.kind is Kind.FILE else deliveries.message_of(tx, delivery)


def _carry(room: Room, sending: Sending, claim: Claim) -> None:
    surface = room.surface(sending.place.team_id)
    seconds = room.claims.call_deadline
    try:
        if sending.look_first and not _found_or_absent(room, surface, sending, seconds):
            return
        if not claim.outlives(seconds) and not (room.claims.renew(claim) and claim.outlives(seconds)):
            return
        at = call(room, surface, sending, claim, seconds)
        if at is None:
            return
    except TryLater as later:
        wait = us(min(max(later.retry_after, 0.2), 3600))
        cause = later.cause
        room.journal.write(lambda tx: _not_sent(room, tx, sending.delivery, wait, cause))
    except OutcomeUnknown as fault:
        cause = fault.cause
        log.warning("the outcome of a try is unknown", cause=cause)
        room.journal.write(lambda tx: _unsure(tx, sending.delivery, cause))
    except CallFailed as fault:
        cause = fault.cause
        log.warning("a delivery was refused", cause=cause)
        room.journal.write(lambda tx: _refused(room, tx, sending.delivery, cause))
    else:
        _sent(room, surface, sending, at)


def _found_or_absent(room: Room, surface: Surface, sending: Sending, seconds: float) -> bool:
    """Look whether an earlier try arrived. True: it is certain that none did, and it may be sent now."""
    delivery = sending.delivery
    try:
        seen = look(surface, sending, seconds)
    except CallFailed as fault:
        wait = us(min(max(getattr(fault, "retry_after", 5.0), 1.0), 3600))
        room.journal.write(lambda tx: _later(tx, delivery, now() + wait))
        return False
    found = [at for at in seen if at not in delivery.doomed]
    if found:
        if _sent(room, surface, sending, found[0], found=True):
            for extra in found[1:]:
                _doom(room, surface, sending, extra)
        return False
    return room.journal.write(lambda tx: _absent(room, tx, delivery))


def _absent(room: Room, tx: Transaction, delivery: Delivery) -> bool:
    """Believe it on the second look. True: it may be sent now."""
    unseen = delivery.kind is Kind.FILE and delivery.file_id is None
    if not unseen and (delivery.absent_at is None or tx.now() - delivery.absent_at < SURE_AFTER):
        absent_at = delivery.absent_at or now()
        _later(tx, delivery, now() + SURE_AFTER, absent_at=absent_at)
        return False
    run = runs.lock(tx, delivery.run_id) if delivery.run_id else None
    if delivery.kind is Kind.CARD and run is not None and run.status in ENDED:
        _give_up(room, tx, delivery, "its run ended first", run=run)
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


def _sent(room: Room, surface: Surface, sending: Sending, at: str, *, found: bool = False) -> bool:
    """Adopt the message; a late writer's own second one is stored as doomed, then deleted. True where it is adopted."""
    delivery = sending.delivery
    adopted = room.journal.write(lambda tx: _adopt(room, tx, delivery, at, found=found))
    # a stream that was taken over is the answer's one message, whoever ended it
    if not adopted and at and at != delivery.adopts:
        _doom(room, surface, sending, at)
    return adopted


def _adopt(room: Room, tx: Transaction, delivery: Delivery, at: str, *, found: bool) -> bool:
    if delivery.run_id is not None:
        runs.lock(tx, delivery.run_id)
    said = {"ts": at, "found": found}
    standing = deliveries.by_id(tx, delivery.id)
    if standing is not None and at in standing.doomed:
        return False
    if deliveries.move(
        tx, delivery, State.SENT, fence=delivery.fence, actor=room.actor, said=said, posted_at=at or None
    ):
        _next(room, tx, delivery)
        return True
    return standing is not None and standing.posted_at == at


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


def _not_sent(room: Room, tx: Transaction, delivery: Delivery, wait: int, cause: str) -> None:
    """Known not to have arrived: planned again, due later, at no cost in attempts."""
    if delivery.run_id is not None:
        runs.lock(tx, delivery.run_id)
    deliveries.move(
        tx,
        delivery,
        State.PLANNED,
        fence=delivery.fence,
        actor=room.actor,
        said={"kind": delivery.kind.value, "terminal": delivery.terminal, "wait_us": wait, "cause": cause},
        due_at=now() + wait,
        attempts=0,
        cause=cause[:255],
    )


def _unsure(tx: Transaction, delivery: Delivery, cause: str) -> None:
    deliveries.set_fields(
        tx,
        delivery.id,
        fence=delivery.fence,
        lease_owner=None,
        lease_until=None,
        due_at=now() + us(1),
        unsure_since=now(),
        absent_at=None,
        cause=cause[:255],
    )


def _later(tx: Transaction, delivery: Delivery, due_at: object, **values: object) -> None:
    """Give the row back at no cost in attempts; the tries before it still count, or their fifth would never come."""
    values |= {"lease_owner": None, "lease_until": None, "attempts": delivery.attempts - 1}
    deliveries.set_fields(tx, delivery.id, fence=delivery.fence, due_at=due_at, **values)


def _refused(room: Room, tx: Transaction, delivery: Delivery, cause: str) -> None:
    run = runs.lock(tx, delivery.run_id) if delivery.run_id is not None else None
    if delivery.adopts is not None and cause in GONE:
        # someone deleted the stream that it was to become: it is posted like any other
        deliveries.set_fields(tx, delivery.id, fence=delivery.fence, adopts=None)
        _not_sent(room, tx, delivery, 0, cause)
        return
    _give_up(room, tx, delivery, cause, run=run)


def _give_up(room: Room, tx: Transaction, delivery: Delivery, cause: str, run: Run | None = None) -> None:
    """It cannot be shown in the thread: kept with its reason, and told to the requester directly where possible."""
    moved = deliveries.move(
        tx,
        delivery,
        State.GIVEN_UP,
        fence=delivery.fence,
        actor=room.actor,
        said={"cause": cause},
        cause=cause[:255],
    )
    if not moved:
        return
    run = run or (runs.by_id(tx, delivery.run_id) if delivery.run_id else None)
    if run is not None and delivery.kind in SAID_DIRECTLY:
        text = deliveries.message_of(tx, delivery).markdown
        say(
            room.hand,
            tx,
            run,
            Kind.DIRECT,
            f"I could not post this in the thread where you asked (#{run.number}):\n\n{text}",
        )
    if run is not None and delivery.kind is Kind.QUESTION:
        not_shown(tx, room.hand, run, delivery.id, cause)
    if run is not None and delivery.kind is Kind.FILE:
        name = deliveries.file_of(tx, delivery).name
        words = f"I could not attach {name}: Slack refused it ({cause}). Please tell whoever runs Tagwork."
        say(room.hand, tx, run, Kind.NOTICE, f"{words} (#{run.number})")
    _next(room, tx, delivery)


def _next(room: Room, tx: Transaction, delivery: Delivery) -> None:
    """Poke what waited for this one."""
    following = deliveries.next_of(tx, delivery.thread_id)
    if following:
        room.poke_later(tx, Queue.DELIVER, following)
