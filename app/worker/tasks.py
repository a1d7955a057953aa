"""The three Celery tasks: an id comes in as a hint, the engine does the rest."""

import time
from collections.abc import Callable

import structlog
from celery import Celery

from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.errors import JournalBusy
from app.worker.broker import task_name

log = structlog.get_logger()

LONGEST = 300.0
"""Seconds for which one task takes the next due row by itself; then it pokes and returns (E10)."""

BACKLOG = 2
"""Rows in a row after which a task takes it that many are due, and finishes first what others have begun."""

WORK: dict[Queue, Callable[[Room, str], bool]] = {
    Queue.ADVANCE: advance,
    Queue.EXECUTE: execute,
    Queue.DELIVER: deliver,
}


FIRST: dict[Queue, tuple[Callable[[Room, str], bool], ...]] = {
    Queue.ADVANCE: (deliver, execute),
    Queue.EXECUTE: (deliver,),
    Queue.DELIVER: (),
}
"""What a task of a queue does before its own where many are due: its thread may be the only one that is free."""


def register(app: Celery, room: Room) -> None:
    """Register the tasks of this process."""
    for queue, work in WORK.items():
        app.task(name=task_name(queue), shared=False)(_task(room, queue, work))


def _task(room: Room, queue: Queue, work: Callable[[Room, str], bool]) -> Callable[[str], None]:
    def task(hint: str = "") -> None:
        drive(room, queue, work, hint)

    return task


def drive(room: Room, queue: Queue, work: Callable[[Room, str], bool], hint: str = "") -> None:
    """Work the hinted row, then the next due ones in fair order, until none is due, the time is up, or the process
    drains. Where many are due, what has begun comes first: answers before calls, calls before further Runs."""
    ends, worked = time.monotonic() + LONGEST, 0
    try:
        while not room.draining() and time.monotonic() < ends:
            if worked >= BACKLOG and any(one(room, "") for one in FIRST[queue]):
                continue
            if not work(room, hint):
                return
            hint, worked = "", worked + 1
        # somebody goes on with what is due: another process, or another task of this one
        room.poker.poke(queue, hint)
    except JournalBusy as fault:
        log.warning("the journal is away; the sweeper pokes again when it is back", cause=str(fault))
    except Exception:
        # its lease ends by itself and counts an attempt; the rows behind it go on
        log.exception("a row raised", queue=queue.value, hint=hint)
        room.poker.poke(queue)
