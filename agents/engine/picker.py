"""The one way a row is claimed: candidates unlocked, then the Run's lock unless taken, then the claim (E2, E6)."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from agents.engine.room import CANDIDATES, Room
from agents.errors import JournalBusy
from agents.journal import deliveries, runs, toolcalls
from agents.journal.transaction import Transaction

log = structlog.get_logger()

T = TypeVar("T")

LOOKS = 6
"""How often a picker looks again when all it found was locked: settles take milliseconds, a lost poke takes seconds."""


PASSED_OVER = 10.0
"""Seconds for which this process passes over a row that raised while it was claimed (E10)."""

_raised: dict[str, float] = {}
"""Until when, on the monotonic clock, each such row is passed over."""


class AllTaken(Exception):
    """Something is due, and others have its Run locked at this moment."""


@dataclass
class Trying:
    """The row that a claiming transaction looks at just now."""

    row_id: str = ""


def pick(room: Room, claim: Callable[[Transaction, Trying], T | None]) -> T | None:
    """Run a claiming transaction; again, a few milliseconds later, while everything due is locked by others.

    A row that raises is passed over for a while, so that it does not starve those behind it.
    """
    looks = 0
    while looks < LOOKS:
        trying = Trying()
        try:
            return room.journal.write(lambda tx, trying=trying: claim(tx, trying))  # type: ignore[misc]
        except AllTaken:
            looks += 1
            threading.Event().wait(random.uniform(0.002, 0.01) * looks)  # noqa: S311
        except JournalBusy:
            raise
        except Exception:
            if not trying.row_id:
                raise
            log.exception("a row raised while it was claimed; others are taken first", row=trying.row_id)
            _pass_over(trying.row_id)
            _count(room, trying.row_id)
    return None


def _count(room: Room, row_id: str) -> None:
    """Count the attempt, which the rollback took back: the fifth ends the row, whatever it is that raises."""
    for word in (runs, toolcalls, deliveries):
        room.journal.write(lambda tx, word=word: word.count_raised(tx, row_id))  # type: ignore[misc]


def _pass_over(row_id: str) -> None:
    at = time.monotonic()
    for old in [one for one, until in _raised.copy().items() if until <= at]:
        _raised.pop(old, None)
    _raised[row_id] = at + PASSED_OVER


def _passed_over(row_id: str) -> bool:
    return _raised.get(row_id, 0.0) > time.monotonic()


def due_runs(tx: Transaction, hint: str) -> Sequence[str]:
    """Return ids of Runs to try, the hint first: it is only a hint, whether it is due is decided by the claim."""
    found = _first(hint, [row[0] for row in runs.due(tx, CANDIDATES + len(_raised))])
    return [run_id for run_id in found if not _passed_over(run_id)]


def due_calls(tx: Transaction, hint: str) -> Sequence[tuple[str, str]]:
    """Return (call, run) to try, the hint first."""
    found = [(row[0], row[1]) for row in toolcalls.due(tx, CANDIDATES + len(_raised)) if not _passed_over(row[0])]
    hinted = toolcalls.by_id(tx, hint) if hint and not _passed_over(hint) else None
    return _first((hinted.id, hinted.run_id), found) if hinted else found


def due_deliveries(tx: Transaction, hint: str) -> Sequence[tuple[str, str | None]]:
    """Return (delivery, run) to try. The hint is tried only where it is its Run's turn."""
    found = [(row[0], row[1]) for row in deliveries.due(tx, CANDIDATES + len(_raised)) if not _passed_over(row[0])]
    hinted = next((row for row in found if row[0] == hint), None)
    return _first(hinted, found) if hinted else found


def fence_of(tx: Transaction, call_id: str) -> int:
    """Return a call's fence: it tells whether a claim was made even where nothing is left to run."""
    call = toolcalls.by_id(tx, call_id)
    return call.fence if call else 0


def _first(one: T, others: Sequence[T]) -> Sequence[T]:
    return [one, *(other for other in others if other != one)] if one else others
