"""Pokes again what has been due for over two seconds with no live lease: lost pokes, dead workers, timers that came."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

from agents.clock import us
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.engine.sweeper import Sweep
from agents.journal import deliveries, processes, runs, toolcalls
from agents.journal.transaction import Transaction

OVERDUE = us(2)
"""How long a row may be due before it is poked again: a poke takes milliseconds."""

LOOKED_AT = 500
"""Rows of a kind that one sweep reads."""

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
        slots, found = room.journal.read(_overdue)
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
            for row_id, due_at, fence in rows:
                if room_left <= 0:
                    break
                if memory.may(row_id, due_at, fence):
                    room.poker.poke(queue, row_id)
                    room_left -= 1

    return sweep


def _overdue(tx: Transaction) -> tuple[int, dict[Queue, list[tuple[str, int, int]]]]:
    by = tx.now() - OVERDUE

    def late(rows: Iterable[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        # a due time from a clock that jumped ahead counts as due (E5)
        return [row for row in rows if row[1] <= by or row[1] > by + us(3600)]

    return processes.live_slots(tx), {
        Queue.DELIVER: late((row[0], row[2], row[3]) for row in deliveries.due_to_anyone(tx, LOOKED_AT)),
        Queue.EXECUTE: late((row[0], row[2], row[3]) for row in toolcalls.due_to_anyone(tx, LOOKED_AT)),
        Queue.ADVANCE: late(runs.due_to_anyone(tx, LOOKED_AT)),
    }


SWEEP = Sweep(name="due", every=1.0, begin=_begin)
