"""Streams that nobody grows any more: ended before the next Turn begins, adopted by the answer, or taken away (E21)."""

from collections.abc import Sequence

import structlog

from agents.clock import us
from agents.deliveries.life import Delivery, Kind, State
from agents.engine.hand import Hand
from agents.engine.room import Room
from agents.journal import deliveries, runs, threads
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.runs.life import ENDED, Run
from agents.runs.life import State as RunState
from agents.surface import CallFailed, Place

log = structlog.get_logger()

INTERRUPTED = Message(markdown="_Interrupted. I'm starting this answer again._")
"""What a half-shown answer says until the whole one takes its place."""

WITHDRAWN = "interrupted"
"""The cause on a stream that says so."""

LOOK_AGAIN = us(60)
"""When a stream that is still somebody's is looked at again."""


def end_left(room: Room, run: Run) -> None:
    """End every stream that a broken Turn of this Run left, so that the surface itself refuses its old writer.

    Raises TryLater, OutcomeUnknown or Refused where the surface could not be reached.
    """
    left = room.journal.read(lambda tx: left_of(tx, run.id))
    if not left:
        return
    place = room.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    surface, seconds = room.surface(place.team_id), room.claims.call_deadline
    for stream in left:
        due: dict[str, object] = {"due_at": now() + us(seconds)}
        if stream.posted_at is not None and stream.cause != WITHDRAWN:
            surface.close_stream(place, stream.posted_at, works=True, seconds=seconds)
            surface.edit(place, stream.posted_at, INTERRUPTED, stream.id, seconds=seconds)
            due = {"cause": WITHDRAWN}
        elif stream.posted_at is not None:
            continue
        # one without a ts may still be opened by a worker that was lost inside the call (E9)
        room.journal.write(lambda tx, of=stream.id, due=due: deliveries.set_fields(tx, of, **due))  # type: ignore[misc]


def withdraw(room: Room, run: Run) -> None:
    """Have a half-shown answer say that it broke off, at best effort; whoever begins the next Turn makes sure of it."""
    standing = room.journal.read(lambda tx: runs.by_id(tx, run.id))
    if standing is None or standing.status in ENDED:
        return
    try:
        end_left(room, run)
    except CallFailed as fault:
        log.info("a broken answer was not withdrawn yet", cause=fault.cause)


def left_of(tx: Transaction, run_id: str) -> Sequence[Delivery]:
    """Return the Run's streams that no message has adopted, oldest first."""
    return [one for one in deliveries.of_run(tx, run_id) if one.kind is Kind.STREAM and one.status is State.SENDING]


def adopt(hand: Hand, tx: Transaction, run: Run, most: int) -> list[str | None]:
    """Return `most` ts, oldest first, for the messages that take a stream over; None for one that is posted anew.

    Under the Run's lock. Streams beyond that go when the Run ends (`let_go`).
    """
    adopted: list[str | None] = []
    for stream in left_of(tx, run.id):
        if stream.posted_at is None or len(adopted) == most:
            continue
        said = {"ts": stream.posted_at, "found": False}
        if deliveries.move(tx, stream, State.SENT, fence=None, actor=hand.actor, said=said):
            adopted.append(stream.posted_at)
    return adopted + [None] * (most - len(adopted))


def let_go(hand: Hand, tx: Transaction, run: Run) -> None:
    """Have each stream that nothing adopts looked at: closed, and gone where an answer stands without it."""
    for stream in left_of(tx, run.id):
        deliveries.set_fields(tx, stream.id, due_at=now())
        hand.poke_deliver(tx, stream.id)


def put_right(room: Room, delivery: Delivery, place: Place) -> None:
    """Carry a stream that came due by itself: nobody grows it any more, or its opening has no recorded outcome.

    Raises TryLater, OutcomeUnknown or Refused.
    """
    run = room.journal.read(lambda tx: runs.by_id(tx, delivery.run_id or ""))
    if run is None:
        return
    if delivery.posted_at is None:
        _take_away_unknown(room, place, run, delivery)
        return
    if run.status not in ENDED:
        # whoever has the Run ends it before the next Turn, and its answer adopts it
        room.journal.write(lambda tx: _later(tx, delivery))
        return
    surface, seconds = room.surface(place.team_id), room.claims.call_deadline
    surface.close_stream(place, delivery.posted_at, seconds=seconds)
    if run.status is RunState.DONE or delivery.cause == WITHDRAWN:
        surface.delete(place, delivery.posted_at, seconds=seconds)
    said = {"ts": delivery.posted_at, "found": False}
    room.journal.write(
        lambda tx: deliveries.move(tx, delivery, State.SENT, fence=delivery.fence, actor=room.actor, said=said)
    )


def _later(tx: Transaction, delivery: Delivery) -> None:
    free = {"lease_owner": None, "lease_until": None, "attempts": delivery.attempts - 1}
    deliveries.set_fields(tx, delivery.id, fence=delivery.fence, due_at=now() + LOOK_AGAIN, **free)


def _take_away_unknown(room: Room, place: Place, run: Run, stream: Delivery) -> None:
    """Own messages of the thread that no Delivery knows are this stream, unless another is being opened right now."""
    surface, seconds = room.surface(place.team_id), room.claims.call_deadline
    bare = [
        message.at
        for message in surface.own_messages(place, oldest=run.request_ts, seconds=seconds)
        if not message.delivery_id and not message.files
    ]
    # read after the thread: what was opened before that read has its row by now
    known, opening = room.journal.read(
        lambda tx: (
            {at for at, _ in deliveries.known_in(tx, run.thread_id).values()},
            [one for one in left_of(tx, run.id) if one.posted_at is None and one.id != stream.id],
        )
    )
    if opening:
        room.journal.write(lambda tx: _later(tx, stream))
        return
    for at in bare:
        if at not in known:
            surface.close_stream(place, at, works=run.status not in ENDED, seconds=seconds)
            surface.delete(place, at, seconds=seconds)

    def gone(tx: Transaction) -> None:
        runs.lock(tx, run.id)
        said = {"cause": "taken away"}
        deliveries.move(tx, stream, State.GIVEN_UP, fence=stream.fence, actor=room.actor, said=said, cause="taken away")

    room.journal.write(gone)
