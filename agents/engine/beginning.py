"""What a Run's first Turn begins with: where and when it is, and what was posted in its thread before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from agents.engine.room import Room
from agents.in_force import in_force
from agents.journal import threads, turns
from agents.journal.transaction import Transaction
from agents.planner import opening
from agents.planner.old_threads import fitting
from agents.runs.life import Run
from agents.surface import CallFailed, Place, TryLater
from tools.contract import Posted

log = structlog.get_logger()

PAGE = 200
"""Messages of one look at the thread."""

MOST_READ = 5_000
"""Messages of an old thread that are read before a Run begins, in 25 looks: Slack gives the oldest first, and the
newest matter most. What follows them is not counted, and said to follow."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The blocks before the first Input, every message that was read for them, and how many of these are not shown."""

    blocks: Sequence[dict[str, Any]] = ()
    posted: Sequence[Posted] = ()
    left_out: int = 0


def beginning_here(room: Room, tx: Transaction, run: Run) -> Beginning | None:
    """Return what a Run begins with, without the surface; None where its thread is older than its request."""
    if run.turns and turns.has_messages(tx, run.id):
        return Beginning()
    place = threads.place_of(tx, run.thread_id)
    if place.root != run.request_ts:
        return None
    written = _instructions(room, tx, run, place)
    return Beginning(
        opening.opening((), at_us=run.created_at, channel=place.channel, instructions=written, unasked=run.unasked)
    )


def beginning(room: Room, run: Run) -> Beginning:
    """Return what a Run begins with, or nothing where the model has answered it before. Raises TryLater."""
    if run.turns and room.journal.read(lambda tx: turns.has_messages(tx, run.id)):
        return Beginning()
    place = room.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    written = room.journal.read(lambda tx: _instructions(room, tx, run, place))
    posted: Sequence[Posted] = ()
    more = False
    if place.root != run.request_ts:
        try:
            posted, more = _whole_thread(room, run, place)
        except TryLater:
            raise
        except CallFailed as fault:
            # the request stands on its own; read_thread will say what is wrong if the model needs the thread
            log.warning("the thread could not be read for the first turn", cause=fault.cause)
    fits = fitting(posted)
    blocks = opening.opening(
        fits.shown,
        left_out=fits.left_out,
        more=more,
        at_us=run.created_at,
        channel=place.channel,
        instructions=written,
        unasked=run.unasked,
    )
    return Beginning(blocks, posted, fits.left_out)


def _instructions(room: Room, tx: Transaction, run: Run, place: Place) -> list[str]:
    holding = in_force(tx, run.workspace_id, room.conduct.policy).holding(place.channel)
    return [one.value for one in holding.instructions]


def _whole_thread(room: Room, run: Run, place: Place) -> tuple[Sequence[Posted], bool]:
    """Read the thread by pages. Returns its messages but the request, and whether MOST_READ cut it short."""
    surface = room.surface(place.team_id)
    read: list[Posted] = []
    more = True
    while more and len(read) < MOST_READ:
        after = read[-1].at if read else ""
        page, more = surface.messages(place, after=after, limit=PAGE, seconds=room.claims.call_deadline)
        read += page
        more = more and bool(page)
    return [one for one in read if one.at != run.request_ts], more
