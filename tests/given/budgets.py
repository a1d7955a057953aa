"""Budgets written as an admin would, and what counts towards them."""

from sqlalchemy import func, select

from agents.budgets.admitting import Sums
from agents.budgets.limits import Whose
from agents.budgets.periods import day_of
from agents.engine.sweeper import find_sweeps
from agents.journal import spending
from agents.journal.spending import Spender
from agents.journal.transaction import Transaction
from agents.journal.turns import TURNS
from agents.runs.life import Run
from tests.given.engines import Engine
from tests.given.policies_in_force import put_in_force

SALES = "C0SALES0001"
RULES = """
tagwork: policy/1
default:
  rules:
    - {id: own-run, verdict: allow, tools: ["*"], reaches: [run]}
    - {id: read-in-place, verdict: allow, tools: ["*"], effects: [read], reaches: [thread]}
"""


def of_workspace(engine: Engine, budget: str) -> None:
    """Give the workspace a budget: `day_usd: 5`."""
    put_in_force(engine, f"{RULES}  settings: {{budget: {{{budget}}}}}\n")


def of_channel(engine: Engine, budget: str) -> None:
    """Give #sales a budget of its own, and the workspace none."""
    put_in_force(engine, f"{RULES}channels: {{{SALES}: {{settings: {{budget: {{{budget}}}}}}}}}\n")


def no_budget(engine: Engine) -> None:
    """Take every budget away again."""
    put_in_force(engine, RULES)


def spender_of(run: Run) -> Spender:
    """Return whose money a Run spends."""
    return Spender(run.workspace_id, run.channel, run.requester)


def counted(engine: Engine, run: Run, whose: Whose = Whose.CHANNEL) -> Sums:
    """Return what counts today towards what a Run's spender may spend."""

    def look(tx: Transaction) -> Sums:
        today = day_of(tx.now())
        return spending.sums(tx, spender_of(run), today, today).get((whose, False), Sums())

    return engine.journal.read(look)


def spent_before(engine: Engine, run: Run, micro_usd: int) -> None:
    """Have others of the same scopes have spent so much today."""
    engine.journal.write(lambda tx: spending.add(tx, spender_of(run), day_of(tx.now()), spent=micro_usd))


def ledger(engine: Engine) -> int:
    """Return what all Turns cost together, as their own rows say."""
    return int(engine.journal.read(lambda tx: tx.value(select(func.coalesce(func.sum(TURNS.c.cost_micro_usd), 0)))))


def sweep(engine: Engine) -> None:
    """Look once, as the sweeper does, for what budgets held back."""
    [one] = [one for one in find_sweeps() if one.name == "budgets"]
    one.begin()(engine.room)
