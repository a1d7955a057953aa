"""What a model call cost is charged to its Run. Under the Run's lock."""

from datetime import UTC, datetime
from typing import Any

import structlog

from agents.journal import runs
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.models.cost import cost_of
from agents.models.provider import Usage
from agents.runs.life import Run

log = structlog.get_logger()


def charge(tx: Transaction, run: Run, usage: Usage, **fields: Any) -> int:
    """Add a call's cost and tokens to its Run, and write further `fields` of it with them.

    Returns the cost in millionths of a US dollar.
    """
    cost = cost_of(run.model, usage, datetime.now(UTC).date())
    if not cost.known:
        log.warning("no price for this model; charged as the dearest", model=run.model)
    runs.set_fields(
        tx,
        run.id,
        cost_micro_usd=RUNS.c.cost_micro_usd + cost.micro_usd,
        tokens=RUNS.c.tokens + (usage.prompt + usage.output),
        **fields,
    )
    return cost.micro_usd
