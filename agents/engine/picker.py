"""The one way a row is claimed: candidates unlocked, then the Run's lock unless taken, then the claim (E2, E6)."""

import random
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from agents.engine.room import CANDIDATES, Room
from agents.journal import deliveries, runs, toolcalls
from agents.journal.transaction import Transaction

T = TypeVar("T")

LOOKS = 6
"""How often a picker looks again when all it found was locked: settles take milliseconds, a lost poke takes seconds."""


class AllTaken(Exception):
    """Something is due, and others have its Run locked at this moment."""


def pick(room: Room, claim: Callable[[Transaction], T | None]) -> T | None:
    """Run a claiming transaction; again, a few milliseconds later, while everything due is locked by others."""
    for look in range(1, LOOKS + 1):
        try:
            return room.journal.write(claim)
        except AllTaken:
            threading.Event().wait(random.uniform(0.002, 0.01) * look)  # noqa: S311
    return None


def due_runs(tx: Transaction, hint: str) -> Sequence[str]:
    """Return ids of Runs to try, the hint first: it is only a hint, whether it is due is decided by the claim."""
    return _first(hint, [row[0] for row in runs.due(tx, CANDIDATES)])


def due_calls(tx: Transaction, hint: str) -> Sequence[tuple[str, str]]:
    """Return (call, run) to try, the hint first."""
    found = [(row[0], row[1]) for row in toolcalls.due(tx, CANDIDATES)]
    hinted = toolcalls.by_id(tx, hint) if hint else None
    return _first((hinted.id, hinted.run_id), found) if hinted else found


def due_deliveries(tx: Transaction, hint: str) -> Sequence[tuple[str, str | None]]:
    """Return (delivery, run) to try. The hint is tried only where it is its Run's turn."""
    found = [(row[0], row[1]) for row in deliveries.due(tx, CANDIDATES)]
    hinted = next((row for row in found if row[0] == hint), None)
    return _first(hinted, found) if hinted else found


def fence_of(tx: Transaction, call_id: str) -> int:
    """Return a call's fence: it tells whether a claim was made even where nothing is left to run."""
    call = toolcalls.by_id(tx, call_id)
    return call.fence if call else 0


def _first(one: T, others: Sequence[T]) -> Sequence[T]:
    return [one, *(other for other in others if other != one)] if one else others
