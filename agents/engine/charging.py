"""What a model call cost is charged to its Run and counted towards every budget, once. Under the Run's lock (E23)."""

from datetime import UTC, datetime
from typing import Any

import structlog

from agents.audit.events import Event
from agents.journal import runs, spending, threads, turns
from agents.journal.runs import RUNS
from agents.journal.spending import Spender
from agents.journal.transaction import Transaction
from agents.journal.turns import Turn
from agents.models.cost import cost_of
from agents.models.provider import Usage
from agents.runs.life import Run

log = structlog.get_logger()

NOTHING = Usage()


def charge(tx: Transaction, run: Run, turn: Turn, usage: Usage, **fields: Any) -> int:
    """Charge a Turn that ends with what it really cost, and write further `fields` of its Run with that.

    Returns the cost in millionths of a US dollar.
    """
    cost = _cost(run, usage)
    _add(tx, run, turn, cost, usage, **fields)
    return cost


def charge_reserved(tx: Transaction, run: Run, turn: Turn, heard: Usage = NOTHING) -> int:
    """Charge a Turn that ends and of which nobody knows what it cost: what was reserved, or what was `heard` if more.

    Where the true usage still arrives, `usage_came` puts it right. Returns what was charged.
    """
    cost = max(turn.reserved_micro_usd, _cost(run, heard) if heard != NOTHING else 0)
    if cost or heard != NOTHING:
        _add(tx, run, turn, cost, heard)
    return cost


def usage_came(tx: Transaction, asked: Run, turn: Turn, usage: Usage, *, actor: str) -> None:
    """The true usage of a Turn arrives that others have ended meanwhile: it is recorded once, whatever became of the
    Run. It matches the Turn, not the fence (E3).
    """
    run = runs.lock(tx, asked.id)
    charged = turns.unsettled(tx, turn.id)
    if run is None or charged is None:
        return
    cost = _cost(run, usage)
    if not turns.settle(tx, turn.id, cost_micro_usd=cost, usage=usage.as_json()):
        return
    runs.set_fields(
        tx,
        run.id,
        cost_micro_usd=RUNS.c.cost_micro_usd + (cost - charged),
        tokens=RUNS.c.tokens + (usage.prompt + usage.output),
    )
    if turn.day is not None:
        spending.add(tx, spender_of(tx, run), turn.day, spent=cost - charged)
    tx.record(
        run.workspace_id,
        Event.TURN_USAGE_CAME,
        run_id=run.id,
        actor=actor,
        turn=turn.id,
        model=run.model,
        cost_micro_usd=cost,
        charged_micro_usd=charged,
        **usage.as_json(),
    )


def spender_of(tx: Transaction, run: Run) -> Spender:
    """Return whose money a Run spends: where nobody asked, no person's."""
    channel = run.channel or threads.place_of(tx, run.thread_id).channel
    return Spender(run.workspace_id, channel, "" if run.unasked else run.requester)


def _add(tx: Transaction, run: Run, turn: Turn, cost: int, usage: Usage, **fields: Any) -> None:
    runs.set_fields(
        tx,
        run.id,
        cost_micro_usd=RUNS.c.cost_micro_usd + cost,
        tokens=RUNS.c.tokens + (usage.prompt + usage.output),
        **fields,
    )
    if turn.day is not None:
        spending.add(tx, spender_of(tx, run), turn.day, spent=cost, reserved=-turn.reserved_micro_usd)


def _cost(run: Run, usage: Usage) -> int:
    cost = cost_of(run.model, usage, datetime.now(UTC).date())
    if not cost.known:
        log.warning("no price for this model; charged as the dearest", model=run.model)
    return cost.micro_usd
