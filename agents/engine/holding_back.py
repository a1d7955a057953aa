"""Keeps Runs back that a freeze holds: no Turn is begun, one that is under way is broken off, and the thread is told.

A Run that is kept back keeps its status and its attempts (E7); a thaw makes it due at once (agents/thawing.py).
"""

from agents.deliveries.life import Kind
from agents.deliveries.saying import say
from agents.engine.room import BACKSTOP, Room
from agents.freezing import frozen_words, over
from agents.journal import freezes, runs, threads
from agents.journal.database import now
from agents.journal.freezes import Freeze
from agents.journal.transaction import Transaction
from agents.runs.life import Run


def over_run(tx: Transaction, run: Run, tool: str = "") -> Freeze | None:
    """Return the freeze that holds all of a Run back, or, with the name of a `tool`, its calls of that; or None."""
    standing = freezes.standing(tx, run.workspace_id)
    if not standing:
        return None
    return over(standing, requester=run.requester, here=threads.place_of(tx, run.thread_id).channel, tool=tool)


def held_back(room: Room, tx: Transaction, run: Run) -> bool:
    """Whether a freeze holds a locked Run back that nobody has claimed; then it is put off and its thread told."""
    freeze = over_run(tx, run)
    if freeze is None:
        return False
    runs.hold(tx, run.id, BACKSTOP)
    _tell(room, tx, run, freeze)
    return True


def put_off(room: Room, tx: Transaction, run: Run) -> bool:
    """Likewise of a Run that this process holds: its claim ends."""
    freeze = over_run(tx, run)
    if freeze is None:
        return False
    runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
    _tell(room, tx, run, freeze)
    return True


def _tell(room: Room, tx: Transaction, run: Run, freeze: Freeze) -> None:
    say(room.hand, tx, run, Kind.NOTICE, frozen_words(freeze), once=f"frozen:{freeze.id}:{run.id}")
