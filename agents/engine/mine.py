"""Makes sure, under the lock, that a claim of a Run still stands."""

from agents.errors import LostRace
from agents.journal import runs
from agents.journal.transaction import Transaction
from agents.runs.life import ENDED, Run


def mine(tx: Transaction, asked: Run) -> Run:
    """Lock the Run and make sure that this claim still stands. Raises LostRace."""
    run = runs.lock(tx, asked.id)
    if run is None or run.fence != asked.fence or run.status in ENDED:
        raise LostRace
    return run
