"""Pokes again what has been due for over two seconds with no live lease: lost pokes, dead workers, timers that came."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from agents.clock import us
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.engine.shares import load_of, one_of_each
from agents.engine.sweeper import Sweep
from agents.fairness import DueRow, fair_order
from agents.journal import delivery_order, processes, runs, toolcalls
from agents.journal.due import Due
from agents.journal.transaction import Transaction

OVERDUE = us(2)
"""How long a row may be due before it is poked again: a poke takes milliseconds."""

LOOKED_AT = 500
"""Rows of a kind that one sweep reads; where more are due, also the one of each workspace that comes first."""

DUE = {
    Queue.DELIVER: delivery_order.DUE_TO_ANYONE,
    Queue.EXECUTE: toolcalls.DUE_TO_ANYONE,
    Queue.ADVANCE: runs.DUE_TO_ANYONE,
}
"""Of each kind, what some process may claim, of another version perhaps."""

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds between two pokes of one row: doubled each time (E10)."""

FORGET_AFTER = 600.0


@dataclass
class Poked:
    """When a row was poked, as it stood: a new due time or a raised fence begins afresh."""

    due_at: int
    fence: int
    at: float
    pause: float = FIRST_PAUSE


class Memory:
    """What this sweeper has poked. `clock` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._poked: dict[str, Poked] = {}
        self._held = ""

    def begin_anew(self, held: str) -> None:
        """Forget everything where what was poked is not held any more: the broker was flushed, or is another one."""
        if held != self._held:
            self._poked.clear()
        self._held = held

    def may(self, row_id: str, due_at: int, fence: int) -> bool:
        """Whether a row may be poked now; notes that it is."""
        known = self._poked.get(row_id)
        if known is None or (known.due_at, known.fence) != (due_at, fence):
            self._poked[row_id] = Poked(due_at, fence, self._clock())
            return True
        if self._clock() - known.at < known.pause:
            return False
        known.at, known.pause = self._clock(), min(known.pause * 2, LONGEST_PAUSE)
        return True

    def forget_old(self) -> None:
        """Drop rows that were not poked for a long time."""
        at = self._clock()
        self._poked = {row: known for row, known in self._poked.items() if at - known.at < FORGET_AFTER}


def _begin() -> Callable[[Room], None]:
    memory = Memory()

    def sweep(room: Room) -> None:
        slots, found = room.journal.read(lambda tx: _overdue(room, tx))
        memory.forget_old()
        held = room.poker.holds() if any(found.values()) else ""
        if not held:
            # what cannot be sent must not count as sent: the row would be left alone when the broker is back
            return
        memory.begin_anew(held)
        for queue, rows in found.items():
            if not rows:
                continue
            room_left = max(2 * slots, 2) - room.poker.backlog(queue)
            for row in rows:
                if room_left <= 0:
                    break
                if memory.may(row.id, row.due_at, row.fence):
                    room.poker.poke(queue, row.id)
                    room_left -= 1

    return sweep


def _overdue(room: Room, tx: Transaction) -> tuple[int, dict[Queue, list[DueRow]]]:
    return processes.live_slots(tx), {queue: _late(room, tx, due) for queue, due in DUE.items()}


def _late(room: Room, tx: Transaction, due: Due) -> list[DueRow]:
    """What has been due for long, in fair order; nothing of a scope that has all it may have: its workers go on."""
    by = tx.now() - OVERDUE
    rows = due.first(tx, LOOKED_AT)
    # a due time from a clock that jumped ahead counts as due (E5)
    late = [row for row in rows if row.due_at <= by or row.due_at > by + us(3600)]
    if not late:
        return late
    load = load_of(room, tx, due)
    if len(rows) == LOOKED_AT:
        seen = {row.id for row in late}
        late += [row for row in one_of_each(tx, due, load) if row.due_at <= by and row.id not in seen]
    return list(fair_order(late, load))


SWEEP = Sweep(name="due", every=1.0, begin=_begin)
