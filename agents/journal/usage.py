"""What Turns cost, summed as people ask for it: from the Turns' own rows, which are the ledger."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, case, cast, func, select

from agents.budgets.limits import Whose
from agents.journal.runs import RUNS
from agents.journal.spending import SPENDING
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.journal.turns import TURNS
from agents.policy.conditions import Trigger

_OF_RUNS = TURNS.join(RUNS, RUNS.c.id == TURNS.c.run_id)
_WHERE = (
    RUNS.c.workspace_id == bindparam("workspace_id"),
    TURNS.c.started_at >= bindparam("since"),
)
_PERSON = case((RUNS.c.trigger == Trigger.AMBIENT.value, ""), else_=RUNS.c.requester)
BY = {"person": _PERSON, "channel": RUNS.c.channel, "model": TURNS.c.model}


def _by(name: str) -> Select[Any]:
    return (
        select(
            BY[name].label("of"),
            cast(func.sum(TURNS.c.cost_micro_usd), BigInteger).label("micro_usd"),
            func.count().label("turns"),
            func.count(func.distinct(RUNS.c.id)).label("runs"),
        )
        .select_from(_OF_RUNS)
        .where(*_WHERE)
        .group_by(BY[name])
    )


_BY = {name: _by(name) for name in BY}
_WITH_TOOLS = (
    select(TURNS.c.id, TURNS.c.run_id, TURNS.c.cost_micro_usd, CALLS.c.tool)
    .select_from(_OF_RUNS.outerjoin(CALLS, CALLS.c.turn_id == TURNS.c.id))
    .where(*_WHERE)
    .order_by(TURNS.c.id, CALLS.c.position)
)
_BURN = (
    select(
        SPENDING.c.whose,
        SPENDING.c.of_id,
        *(
            cast(func.sum(column), BigInteger).label(name)
            for name, column in (("spent", SPENDING.c.spent_micro_usd), ("reserved", SPENDING.c.reserved_micro_usd))
        ),
    )
    .where(
        SPENDING.c.workspace_id == bindparam("workspace_id"),
        SPENDING.c.day >= bindparam("first"),
        SPENDING.c.whose.in_((Whose.WORKSPACE.value, Whose.CHANNEL.value)),
    )
    .group_by(SPENDING.c.whose, SPENDING.c.of_id)
)
_TODAY = select(
    cast(func.coalesce(func.sum(SPENDING.c.spent_micro_usd), 0), BigInteger).label("spent"),
    cast(func.coalesce(func.sum(SPENDING.c.reserved_micro_usd), 0), BigInteger).label("reserved"),
).where(SPENDING.c.whose == Whose.WORKSPACE.value, SPENDING.c.day == bindparam("day"))
_HELD = select(func.count()).where(RUNS.c.held_since.is_not(None))
_HELD_IN = _HELD.where(RUNS.c.workspace_id == bindparam("workspace_id"))


def summed(tx: Transaction, workspace_id: str, by: str, since: int) -> list[dict[str, Any]]:
    """Return for each person, channel or model what Turns begun since then cost: of, micro_usd, turns, runs.

    Of the person "" is what nobody asked for.
    """
    return tx.rows(_BY[by], {"workspace_id": workspace_id, "since": since})


def with_tools(tx: Transaction, workspace_id: str, since: int) -> Iterator[tuple[str, str, int, str | None]]:
    """Yield Turn, Run, cost (millionths of a US dollar) and tool, once for each call of the Turn; a Turn without calls
    once, without a tool.
    """
    for row in tx.rows(_WITH_TOOLS, {"workspace_id": workspace_id, "since": since}):
        yield row["id"], row["run_id"], int(row["cost_micro_usd"]), row["tool"]


def burnt(tx: Transaction, workspace_id: str, first: int) -> dict[tuple[Whose, str], tuple[int, int]]:
    """Return what the workspace and each of its channels has spent and reserved since a day, in one statement."""
    rows = tx.rows(_BURN, {"workspace_id": workspace_id, "first": first})
    return {(Whose(row["whose"]), row["of_id"]): (int(row["spent"]), int(row["reserved"])) for row in rows}


def today(tx: Transaction, day: int) -> tuple[int, int]:
    """Return what all workspaces together have spent on a day, and what is reserved on it."""
    row = tx.row(_TODAY, {"day": day}) or {}
    return int(row["spent"]), int(row["reserved"])


def held_back(tx: Transaction, workspace_id: str | None = None) -> int:
    """Return how many Runs a budget or a rate holds back, of one workspace or of all."""
    if workspace_id is None:
        return int(tx.value(_HELD))
    return int(tx.value(_HELD_IN, {"workspace_id": workspace_id}))
