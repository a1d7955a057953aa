"""The one short line of what a Run is doing, where no card says it: shown at best effort, gone with the Run."""

import structlog

from agents.engine.room import Room
from agents.journal import runs, threads
from agents.runs.life import ENDED, Run
from agents.surface import CallFailed

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds that a line may take: it holds up the work that it tells of."""


def show_status(room: Room, run: Run, words: str) -> None:
    """Show the line, and take it away again where the Run ended meanwhile. What goes wrong is only logged."""
    place = room.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    surface = room.surface(place.team_id)
    seconds = min(PATIENCE, room.claims.call_deadline)
    try:
        surface.show_status(place, words, seconds=seconds)
        standing = room.journal.read(lambda tx: runs.by_id(tx, run.id))
        if standing is None or standing.status in ENDED:
            surface.clear_sign(place, run.request_ts, seconds=seconds)
    except CallFailed as fault:
        log.info("a status line was not shown", cause=fault.cause)
