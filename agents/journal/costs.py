"""What Runs cost, summed up for whoever asks. The budgets count for themselves, Turn by Turn."""

from sqlalchemy import func, select

from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction


def cost(
    tx: Transaction, workspace_id: str, within_us: int, *, channel: str | None = None, requester: str | None = None
) -> int:
    """Return the millionths of a US dollar of all Runs of a scope that were asked for within so much time."""
    wanted = [RUNS.c.workspace_id == workspace_id, RUNS.c.created_at > now() - within_us]
    wanted += [] if channel is None else [RUNS.c.channel == channel]
    wanted += [] if requester is None else [RUNS.c.requester == requester]
    return int(tx.value(select(func.coalesce(func.sum(RUNS.c.cost_micro_usd), 0)).where(*wanted)))
