"""Is anything being done? A process that lives is not the proof; a row that is due and that nobody takes is."""

from dataclasses import dataclass

from agents.clock import us
from agents.journal import delivery_order, figures, runs, toolcalls
from agents.journal.transaction import Transaction

LOOKED_AT = 50
"""Rows of a kind that are looked at: the one that has been due for longest is among the first."""

AHEAD = us(3600)
"""A due time further ahead than this comes from a clock that jumped, and counts as due (E5)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How long, in seconds, the oldest due row has waited for somebody to take it, and how many rows are worked on."""

    waiting_seconds: float
    leased: int

    def stands_still(self, seconds: float) -> bool:
        """Whether something has been due for `seconds` while nothing at all was worked on."""
        return self.waiting_seconds > seconds and self.leased == 0


def progress(tx: Transaction) -> Progress:
    """Return how work stands."""
    at = tx.now()
    due = [
        *(row[1] for row in runs.due_to_anyone(tx, LOOKED_AT)),
        *(row[2] for row in toolcalls.due_to_anyone(tx, LOOKED_AT)),
        *(row[2] for row in delivery_order.due_to_anyone(tx, LOOKED_AT)),
    ]
    waited = [at - due_at for due_at in due if due_at <= at + AHEAD]
    return Progress(max([0, *waited]) / 1_000_000, sum(figures.leased(tx).values()))
