"""How long people are waited for, which is no work of a Run (its ceiling of minutes). Under the Run's lock."""

from agents.approvals.life import Approval
from agents.journal import approvals, runs
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.runs.life import Run


def count(tx: Transaction, run: Run, settled: Approval) -> None:
    """Count what was waited for an Approval that has just been settled. What others are waited for too, they count."""
    until = min((one.asked_at for one in approvals.pending_of(tx, run.id)), default=tx.now())
    runs.set_fields(tx, run.id, waited_us=RUNS.c.waited_us + max(0, until - settled.asked_at))


def lasting(tx: Transaction, run: Run, at: int) -> int:
    """Return for how many microseconds people have been waited for at journal time `at`, which nothing counted yet."""
    # what is pending belongs to an open call: most Turns need no look
    pending = approvals.pending_of(tx, run.id) if run.open else ()
    return max(0, at - min((one.asked_at for one in pending), default=at))
