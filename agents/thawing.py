"""What goes on when a freeze ends: each Run that it held back is due, in a transaction of its own (E2)."""

from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.journal import freezes, runs
from agents.journal.freezes import What
from agents.journal.transaction import Journal, Transaction


def made_due(journal: Journal, hand: Hand, workspace_id: str, kind: What, what: str) -> int:
    """Make every Run due that a freeze held back; return how many. Where this breaks off, each is looked at within ten
    minutes anyway.
    """
    held = journal.read(lambda tx: freezes.held_back(tx, workspace_id, kind, what))

    def due(tx: Transaction, run_id: str) -> None:
        run = runs.lock(tx, run_id)
        if run is not None and run.ended_at is None and run.lease_owner is None:
            runs.make_due(tx, run_id)
            hand.poke_later(tx, Queue.ADVANCE, run_id)

    for run_id in held:
        journal.write(lambda tx, run_id=run_id: due(tx, run_id))  # type: ignore[misc]
    return len(held)
