"""What an operator does to a Run from outside, without being anybody in its workspace."""

from agents.engine import ending
from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.errors import NotFound
from agents.journal import runs
from agents.journal.transaction import Transaction
from agents.runs.life import ENDED

WORDS = "Stopped by whoever runs Tagwork."
"""What people read in the thread."""


class Unpoked:
    """Pokes nobody: a command has no broker, and the sweep finds within seconds what it made due."""

    def poke(self, queue: Queue, hint: str = "") -> None:
        """Leave it to the sweep."""

    def backlog(self, queue: Queue) -> int:
        """Return 0: it cannot be told."""
        return 0

    def holds(self) -> str:
        """Return an empty text: nothing can be sent."""
        return ""


def stop(tx: Transaction, workspace_id: str, number: int, *, operator: str) -> None:
    """End a Run that has not ended, whoever holds it: its fence is raised, so that nobody writes to it any more.

    In: `operator`, the name of the account on the machine; the trail says `operator:NAME`. Out: the thread says that it
    was stopped and what was done, and is free for the next request. Raises NotFound: no such Run, or it has ended.
    """
    run_id = runs.numbered(tx, workspace_id, number)
    run = runs.lock(tx, run_id) if run_id else None
    if run is None:
        raise NotFound(f"there is no run #{number}")
    if run.status in ENDED:
        raise NotFound(f"run #{number} has already ended: {run.status.value}")
    hand = Hand(f"operator:{operator}", Unpoked())
    ending.stop(hand, tx, run, by=operator, kind="operator", how="command-line", words=f"{WORDS} (#{number})")
