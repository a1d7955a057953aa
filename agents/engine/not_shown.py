"""What becomes of a Delivery that was not shown at this try: again later, looked up first, or given up and told."""

from agents.approvals import cards, settling
from agents.clock import us
from agents.deliveries.life import Delivery, Kind, State
from agents.deliveries.saying import say
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.journal import deliveries, delivery_order, planning, runs
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.questions.answering import not_shown
from agents.runs.life import Run

SAID_DIRECTLY = frozenset({Kind.ANSWER, Kind.FAILURE})
"""What its requester must see, in direct messages where the thread cannot show it."""

GONE = frozenset({"message_not_found", "cant_update_message"})
"""The surface's words for a message that is not there any more."""


SOON = us(5)
"""A wait that is no longer is ended by a poke of our own; others are ended by the sweep, which comes every second."""


def not_sent(room: Room, tx: Transaction, delivery: Delivery, wait: int, cause: str) -> None:
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
    if wait <= SOON:
        room.hand.poke_in(tx, wait / 1_000_000, Queue.DELIVER, delivery.id)
    poke_next(room, tx, delivery)


def unsure(room: Room, tx: Transaction, delivery: Delivery, cause: str) -> None:
    """It may have arrived: looked up before it is tried again."""
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
    poke_next(room, tx, delivery)


def later(tx: Transaction, delivery: Delivery, due_at: object, **values: object) -> None:
    """Give the row back at no cost in attempts; the tries before it still count, or their fifth would never come."""
    values |= {"lease_owner": None, "lease_until": None, "attempts": delivery.attempts - 1}
    deliveries.set_fields(tx, delivery.id, fence=delivery.fence, due_at=due_at, **values)


def refused(room: Room, tx: Transaction, delivery: Delivery, cause: str) -> None:
    """The surface said no."""
    run = runs.lock(tx, delivery.run_id) if delivery.run_id is not None else None
    if delivery.adopts is not None and cause in GONE:
        # someone deleted the stream that it was to become: it is posted like any other
        deliveries.set_fields(tx, delivery.id, fence=delivery.fence, adopts=None)
        not_sent(room, tx, delivery, 0, cause)
        return
    give_up(room, tx, delivery, cause, run=run)


def give_up(room: Room, tx: Transaction, delivery: Delivery, cause: str, run: Run | None = None) -> None:
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
        text = planning.message_of(tx, delivery).markdown
        say(
            room.hand,
            tx,
            run,
            Kind.DIRECT,
            f"I could not post this in the thread where you asked (#{run.number}):\n\n{text}",
        )
    if run is not None and delivery.kind is Kind.QUESTION:
        not_shown(tx, room.hand, run, delivery.id, cause)
    if run is not None and delivery.kind is Kind.APPROVAL:
        settling.not_shown(room.hand, tx, run, delivery.id, cause)
    if run is not None and delivery.kind is Kind.COPY:
        cards.copy_not_shown(room.hand, tx, run, delivery)
    if run is not None and delivery.kind is Kind.FILE:
        name = planning.file_of(tx, delivery).name
        words = f"I could not attach {name}: Slack refused it ({cause}). Please tell whoever runs Tagwork."
        say(room.hand, tx, run, Kind.NOTICE, f"{words} (#{run.number})")
    poke_next(room, tx, delivery)


def poke_next(room: Room, tx: Transaction, delivery: Delivery) -> None:
    """Poke for what of its Thread may be shown now: what waited for this one, or need not wait for it."""
    following = delivery_order.next_of(tx, delivery.thread_id)
    if following is not None:
        room.hand.poke_deliver(tx, following.id)
