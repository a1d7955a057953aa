"""The three Celery tasks: an id comes in as a hint, the engine does the rest."""

import time
from collections.abc import Callable

import structlog
from celery import Celery

from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.poke import Poke, Queue
from agents.engine.room import Room
from agents.errors import JournalBusy
from app.worker.broker import task_name

log = structlog.get_logger()

LONGEST = 300.0
"""Seconds for which one task takes the next due row by itself; then it pokes and returns (E10)."""

BACKLOG = 2
"""Rows in a row after which a task takes it that many are due, and finishes first what others have begun."""

Work = Callable[[Room, str], Poke | bool]

WORK: dict[Queue, Work] = {
    Queue.ADVANCE: advance,
    Queue.EXECUTE: execute,
    Queue.DELIVER: deliver,
}

FIRST: dict[Queue, tuple[Queue, ...]] = {
    Queue.ADVANCE: (Queue.DELIVER, Queue.EXECUTE),
    Queue.EXECUTE: (Queue.DELIVER,),
    Queue.DELIVER: (),
}
"""What a task of a queue does before its own where many are due: its thread may be the only one that is free."""


def register(app: Celery, room: Room) -> None:
    """Register the tasks of this process."""
    for queue in WORK:
        app.task(name=task_name(queue), shared=False)(_task(room, queue))


def _task(room: Room, queue: Queue) -> Callable[[str], None]:
    def task(hint: str = "") -> None:
        drive(room, queue, hint)

    return task


def drive(room: Room, queue: Queue, hint: str = "") -> None:
    """Work the hinted row, then the next due ones in fair order, until none is due, the time is up, or the process
    drains. Where many are due, what has begun comes first: answers before calls, calls before further Runs. What work
    itself makes due is worked next, without a poke."""
    ends, worked, own = time.monotonic() + LONGEST, 0, Poke(queue, hint)
    try:
        while not room.draining() and time.monotonic() < ends:
            if worked >= BACKLOG and own == Poke(queue, "") and _others(room, queue):
                continue
            made = WORK[own.queue](room, own.hint)
            if isinstance(made, Poke):
                own = made
                continue
            if not made and own.queue is queue:
                return
            own, worked = Poke(queue, ""), worked + 1
        # somebody goes on with what is due: another process, or another task of this one
        room.poker.poke(own.queue, own.hint)
    except JournalBusy as fault:
        log.warning("the journal is away; the sweeper pokes again when it is back", cause=str(fault))
    except Exception:
        # its lease ends by itself and counts an attempt; the rows behind it go on
        log.exception("a row raised", queue=own.queue.value, hint=own.hint)
        room.poker.poke(own.queue)


def _others(room: Room, queue: Queue) -> bool:
    """Work one row of those that come before a queue's own. False: none was due."""
    for other in FIRST[queue]:
        made = WORK[other](room, "")
        if isinstance(made, Poke):
            room.poker.poke(made.queue, made.hint)
        if made:
            return True
    return False
