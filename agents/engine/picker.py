"""The one way a row is claimed: candidates unlocked, then the Run's lock unless taken, then the claim (E2, E6)."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from agents.engine.room import CANDIDATES, Room
from agents.engine.shares import load_of, spread
from agents.errors import JournalBusy
from agents.fairness import DueRow, fair_order
from agents.journal import deliveries, delivery_order, runs, toolcalls
from agents.journal.due import Due
from agents.journal.transaction import Transaction

log = structlog.get_logger()

T = TypeVar("T")

LOOKS = 6
"""How often a picker looks again when all it found was locked: settles take milliseconds, a lost poke takes seconds."""


BUSY = 8
"""Claims of this process from which on a lone due row is held to its share too: a quarter of a worker's threads."""

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


def pick(room: Room, due: Due, hint: str, claim: Callable[[Transaction, Trying], T | None]) -> T | None:
    """Run a claiming transaction; again, a few milliseconds later, while everything due is locked by others.

    Without a hint it is looked first whether anything is due: a look takes no lock. A row that raises is passed over
    for a while, so that it does not starve those behind it.
    """
    if not hint and not room.journal.read(lambda tx: bool(due.first(tx, 1))):
        return None
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


def due_runs(room: Room, tx: Transaction, hint: str) -> Sequence[DueRow]:
    """Return Runs to try, in fair order."""
    return _candidates(room, tx, runs.DUE, hint)


def due_calls(room: Room, tx: Transaction, hint: str) -> Sequence[DueRow]:
    """Return calls to try, in fair order."""
    return _candidates(room, tx, toolcalls.DUE, hint)


def due_deliveries(room: Room, tx: Transaction, hint: str) -> Sequence[DueRow]:
    """Return Deliveries to try, each the next of its Thread, in fair order."""
    return _candidates(room, tx, delivery_order.DUE, hint)


def _candidates(room: Room, tx: Transaction, due: Due, hint: str) -> Sequence[DueRow]:
    """The hint serves the idle case: among many it only decides where nothing else does."""
    rows = [row for row in due.first(tx, CANDIDATES + 1 + len(_raised)) if not _passed_over(row.id)]
    if len(rows) < 2 and room.claims.count() < BUSY:
        return rows
    load = load_of(room, tx, due)
    if len(rows) > CANDIDATES:
        rows = [row for row in spread(tx, due, load, CANDIDATES) if not _passed_over(row.id)]
    return list(fair_order(rows, load, hint))


def fence_of(tx: Transaction, call_id: str) -> int:
    """Return a call's fence: it tells whether a claim was made even where nothing is left to run."""
    call = toolcalls.by_id(tx, call_id)
    return call.fence if call else 0
