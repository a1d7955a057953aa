"""The one more look at the thread of a Run that lost a lease: what our late writers left there is put right (E21)."""

import structlog

from agents.audit.events import Event
from agents.clock import us
from agents.engine.room import Room
from agents.journal import deliveries, runs, threads
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.surface import CallFailed

log = structlog.get_logger()

AGAIN = us(60)
"""When the look is tried again where the thread could not be read."""


def look_after(room: Room, run_id: str) -> None:
    """Remove own messages of this Run that no Delivery adopted, take the sign away, and note it on the trail."""
    run, place, known = room.journal.read(
        lambda tx: (
            (found := runs.by_id(tx, run_id)),
            threads.place_of(tx, found.thread_id) if found else None,
            deliveries.known_in(tx, found.thread_id) if found else {},
        )
    )
    if run is None or place is None:
        return
    surface, seconds = room.surface(place.team_id), room.claims.call_deadline
    removed: list[str] = []
    try:
        for message in surface.own_messages(place, oldest=run.request_ts, seconds=seconds):
            posted_at, of_run = known.get(message.delivery_id, (None, None))
            if of_run == run.id and posted_at is not None and posted_at != message.at:
                surface.delete(place, message.at, seconds=seconds)
                removed.append(message.at)
        surface.clear_sign(place, run.request_ts, seconds=seconds)
    except CallFailed as fault:
        log.warning("the look after a run's end failed; again later", run_id=run_id, cause=fault.cause)
        room.journal.write(lambda tx: runs.set_fields(tx, run_id, look_after_at=now() + AGAIN))
        return

    def done(tx: Transaction) -> None:
        if runs.lock(tx, run_id) is not None:
            runs.set_fields(tx, run_id, look_after_at=None)
            tx.record(
                run.workspace_id,
                Event.RUN_LOOKED_AFTER,
                run_id=run_id,
                actor=room.actor,
                removed=removed,
            )

    room.journal.write(done)
