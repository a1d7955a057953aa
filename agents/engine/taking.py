"""Takes a Delivery: what a worker that has just claimed one does with it, decided under its Run's lock (E6, E9)."""

import time
from dataclasses import replace

from agents.approvals import cards as approval_cards
from agents.clock import us
from agents.deliveries.life import ENDED as ENDED_DELIVERIES
from agents.deliveries.life import Delivery, Kind, State
from agents.engine import ending
from agents.engine.lease import Kind as ClaimKind
from agents.engine.not_shown import give_up, later
from agents.engine.recovering import taken_over
from agents.engine.room import MOST_ATTEMPTS, Room
from agents.engine.sending import REPEATABLE, Sending
from agents.journal import deliveries, delivery_order, planning, threads
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.plan import cards
from agents.runs.life import ENDED, Run
from agents.surface import Place

NOT_SHOWN_YET = us(1)
"""When an edit of a message that does not stand yet is tried again."""

MAY_BE_LOST = frozenset({Kind.PRIVATE, Kind.DIRECT})
"""Cannot be found again and cannot be repeated: sent at most once."""


def take(room: Room, tx: Transaction, before: Delivery, run: Run | None) -> tuple[Delivery, Sending | None] | None:
    """Claim a Delivery as it stands in `before`, and its `run`, which is locked. None: it is not to be had.

    Returns it as claimed, and what is to be sent now; None there: it was ended, or waits.
    """
    since = time.monotonic()
    claimed = deliveries.claim(tx, before.id, room.claims.owner, room.claims.lease_us)
    return None if claimed is None else (claimed, _take_up(room, tx, before, claimed, run, since))


def take_next(room: Room, tx: Transaction, thread_id: str, run: Run | None) -> Sending | None:
    """Take what is to be shown next in a Thread, where it is of the locked `run`; what is another's is only poked."""
    following = delivery_order.next_of(tx, thread_id)
    if following is None:
        return None
    took = take(room, tx, following, run) if following.run_id == (run.id if run else None) else None
    if took is not None and took[1] is not None:
        return took[1]
    if took is None or (following := delivery_order.next_of(tx, thread_id)):
        room.hand.poke_deliver(tx, following.id)
    return None


def _take_up(
    room: Room, tx: Transaction, before: Delivery, delivery: Delivery, run: Run | None, since: float
) -> Sending | None:
    if before.lease_owner is not None:
        lost, fence = before.lease_owner, before.fence
        where = (delivery.workspace_id, delivery.run_id, ClaimKind.DELIVERY, delivery.id)
        taken_over(tx, *where, lost=lost, fence=fence, actor=room.actor)
        if delivery.run_id is not None:
            ending.lost_a_lease(tx, delivery.run_id)
    if delivery.attempts > MOST_ATTEMPTS:
        give_up(room, tx, delivery, f"attempts: {delivery.cause or 'lease lost'}")
        return None
    look_first = delivery.status is State.SENDING
    if look_first and delivery.kind in MAY_BE_LOST:
        give_up(room, tx, delivery, "may have been shown; never repeated")
        return None
    if look_first and before.lease_owner is not None and before.lease_until is not None:
        # the old sender may be inside a call until the lease's end plus the call's deadline (E9)
        quiet_at = before.lease_until + us(room.claims.call_deadline)
        if tx.now() < quiet_at:
            later(tx, delivery, quiet_at)
            return None
    edited = deliveries.by_id(tx, delivery.edits) if delivery.edits else None
    if delivery.edits and (edited is None or edited.posted_at is None):
        if edited is not None and edited.status not in ENDED_DELIVERIES:
            # it is on its way, or its outcome is being looked up: there will be something to change, or nothing
            later(tx, delivery, now() + NOT_SHOWN_YET)
        else:
            give_up(room, tx, delivery, "what it changes was never shown")
        return None
    if delivery.kind is Kind.CARD and not look_first and run is not None and run.status in ENDED:
        give_up(room, tx, delivery, "its run ended first")
        return None
    if delivery.kind is Kind.COPY and not look_first and not approval_cards.any_pending(tx, delivery.beside or ""):
        give_up(room, tx, delivery, "settled before it was asked")
        return None
    if not look_first:
        said = {"worker": room.actor, "attempt": delivery.attempts}
        deliveries.move(tx, delivery, State.SENDING, fence=delivery.fence, actor=room.actor, said=said)
    place = _place(tx, delivery, edited)
    return Sending(
        replace(delivery, status=State.SENDING),
        place,
        _says(tx, delivery, run),
        run.request_ts if run else place.root,
        look_first and delivery.kind not in REPEATABLE and delivery.adopts is None,
        edited,
        planning.file_of(tx, delivery) if delivery.kind is Kind.FILE else None,
        since=since,
        line=run is None or run.progress is not None,
        reacted=run is None or run.reacted,
    )


def _place(tx: Transaction, delivery: Delivery, edited: Delivery | None) -> Place:
    """Where it stands, or is to: a copy of a card in direct messages, which are no thread, anything else in its own."""
    place = threads.place_of(tx, delivery.thread_id)
    shown = edited or delivery
    return Place(place.team_id, shown.stands_in or "", "") if shown.kind is Kind.COPY else place


def _says(tx: Transaction, delivery: Delivery, run: Run | None) -> Message:
    """What a Delivery says: as it was planned, or, of a card, as what it shows stands now."""
    if run is not None and cards.is_of_card(tx, delivery):
        return cards.shows(tx, run)
    asks = approval_cards.says(tx, run, delivery) if run is not None else None
    if asks is not None:
        return asks
    return Message(markdown="") if delivery.kind is Kind.FILE else planning.message_of(tx, delivery)
