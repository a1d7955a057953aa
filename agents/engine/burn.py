"""What budgets have left, live: for an admin's desk and for operators. A bounded number of statements."""

from dataclasses import dataclass

from agents.budgets.limits import Limit, Whose, budgets_in, limits_of
from agents.budgets.periods import Period, day_of, first_day
from agents.journal import policies, usage
from agents.journal.transaction import Transaction
from agents.policy.scopes import Scope


@dataclass(frozen=True, slots=True)
class Left:
    """One limit of the workspace or of a channel, with what counts towards it; `channel` is empty for the workspace."""

    limit: Limit
    channel: str
    spent: int
    reserved: int


@dataclass(frozen=True, slots=True)
class Burn:
    """How a workspace spends, in millionths of a US dollar.

    Attributes:
        today, month: spent since the day and the month of UTC began. reserved: of Turns that are under way.
        limits: those of the workspace and of its channels, the nearest to its end first. Limits on one person or one
            Run are not among them.
        held_back: Runs that wait for a budget or a rate.
    """

    today: int
    month: int
    reserved: int
    limits: tuple[Left, ...]
    held_back: int


def burn(tx: Transaction, workspace_id: str) -> Burn:
    """Return it as it stands: five statements, however many channels and Runs there are."""
    day = day_of(tx.now())
    sums = {
        Period.DAY: usage.burnt(tx, workspace_id, day),
        Period.MONTH: usage.burnt(tx, workspace_id, first_day(Period.MONTH, day)),
    }
    organisation, workspace = policies.in_force(tx, workspace_id)
    found = []
    for channel in ("", *(sorted(workspace.channels) if workspace else ())):
        for limit in limits_of(budgets_in(organisation, workspace, channel)):
            of_channel = limit.scope is Scope.CHANNEL
            if limit.whose in {Whose.WORKSPACE, Whose.CHANNEL} and of_channel == bool(channel):
                spent, reserved = sums[limit.period].get((limit.whose, channel), (0, 0))
                found.append(Left(limit, channel, spent, reserved))
    whole = (Whose.WORKSPACE, "")
    today, month = sums[Period.DAY].get(whole, (0, 0)), sums[Period.MONTH].get(whole, (0, 0))
    found.sort(key=lambda one: -one.spent / max(one.limit.micro_usd, 1))
    return Burn(today[0], month[0], month[1], tuple(found), usage.held_back(tx, workspace_id))
