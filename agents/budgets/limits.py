"""The limits that hold for one Run, one for each number that some scope's budget names. Pure.

A scope's limit counts what belongs to it: the workspace's all of the workspace, a channel's all of that channel. What a
scope says of one person counts what that person spends within it. The organisation's limits hold in each workspace.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from agents.budgets.periods import Period
from agents.policy.document import Document
from agents.policy.resolving import Said, parts_for
from agents.policy.scopes import Scope
from agents.policy.settings import Budget

NO_BUDGET = Budget()

MICRO = 1_000_000
"""Millionths of a US dollar in one."""


class Whose(StrEnum):
    """What is counted. The values stand in rows."""

    WORKSPACE = "workspace"
    CHANNEL = "channel"
    PERSON = "person"  #: one person, in all of the workspace
    MEMBER = "member"  #: one person, in one channel
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Limit:
    """So much money and no more. `scope`: whose word it is. `whose`: what counts towards it."""

    scope: Scope
    whose: Whose
    period: Period
    micro_usd: int


@dataclass(frozen=True, slots=True)
class Rate:
    """So many Runs may begin within an hour."""

    scope: Scope
    whose: Whose
    runs: int


def budgets_in(organisation: Document | None, workspace: Document | None, channel: str) -> tuple[Said[Budget], ...]:
    """Return the budget of each scope that limits anything in a channel, the broadest first."""
    return tuple(
        Said(part.settings.budget, scope)
        for scope, _, part in parts_for(organisation, workspace, channel)
        if part.settings.budget != NO_BUDGET
    )


def limits_of(budgets: Iterable[Said[Budget]]) -> tuple[Limit, ...]:
    """Return every limit on money."""
    return tuple(one for said in budgets for one in _limits(said.scope, said.value))


def rates_of(budgets: Iterable[Said[Budget]]) -> tuple[Rate, ...]:
    """Return every limit on how many Runs may begin."""
    return tuple(one for said in budgets for one in _rates(said.scope, said.value))


def _limits(scope: Scope, budget: Budget) -> Iterator[Limit]:
    whole, person = _counted(scope)
    for usd, whose, period in (
        (budget.run_usd, Whose.RUN, Period.RUN),
        (budget.person_day_usd, person, Period.DAY),
        (budget.day_usd, whole, Period.DAY),
        (budget.month_usd, whole, Period.MONTH),
    ):
        if usd is not None:
            yield Limit(scope, whose, period, micro(usd))


def _rates(scope: Scope, budget: Budget) -> Iterator[Rate]:
    whole, person = _counted(scope)
    if budget.person_runs_an_hour is not None:
        yield Rate(scope, person, budget.person_runs_an_hour)
    if budget.runs_an_hour is not None:
        yield Rate(scope, whole, budget.runs_an_hour)


def _counted(scope: Scope) -> tuple[Whose, Whose]:
    return (Whose.CHANNEL, Whose.MEMBER) if scope is Scope.CHANNEL else (Whose.WORKSPACE, Whose.PERSON)


def micro(usd: Decimal) -> int:
    """Return US dollars, given to the cent, in millionths."""
    return int(usd * MICRO)
