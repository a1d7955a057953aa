"""What a budget says becomes limits; a Turn is admitted by them; what people are told of them."""

from datetime import date
from decimal import Decimal

import pytest

from agents.budgets import estimating, periods, sentences
from agents.budgets.admitting import Busy, Sums, UsedUp, admitted, reached
from agents.budgets.limits import Limit, Rate, Whose, limits_of, rates_of
from agents.budgets.periods import DAY_US, Period
from agents.budgets.using import ANSWERING, by_tool
from agents.policy.resolving import Said
from agents.policy.scopes import Scope
from agents.policy.settings import Budget

DOLLAR = 1_000_000
DAY = Limit(Scope.CHANNEL, Whose.CHANNEL, Period.DAY, DOLLAR)
LEAP = periods.day_of(int(date(2028, 2, 29).strftime("%s")) * 1_000_000 + 43_200_000_000)


def test_each_scope_limits_what_belongs_to_it_and_all_count() -> None:
    # given a workspace that limits a person's day and its month, and a channel that limits the same of its own
    budget = Budget(person_day_usd=Decimal("1.50"), month_usd=Decimal(100), person_runs_an_hour=3)
    found = limits_of([Said(budget, Scope.WORKSPACE), Said(budget, Scope.CHANNEL)])

    # then the workspace's count all of it, and the channel's what is spent there
    assert [(one.scope, one.whose, one.period, one.micro_usd) for one in found] == [
        (Scope.WORKSPACE, Whose.PERSON, Period.DAY, 1_500_000),
        (Scope.WORKSPACE, Whose.WORKSPACE, Period.MONTH, 100 * DOLLAR),
        (Scope.CHANNEL, Whose.MEMBER, Period.DAY, 1_500_000),
        (Scope.CHANNEL, Whose.CHANNEL, Period.MONTH, 100 * DOLLAR),
    ]
    assert rates_of([Said(budget, Scope.CHANNEL)]) == (Rate(Scope.CHANNEL, Whose.MEMBER, 3),)


@pytest.mark.law("E23")
@pytest.mark.parametrize(
    ("spent", "reserved", "needs", "found"),
    [
        (0, 0, DOLLAR, None),
        (600_000, 300_000, 100_000, None),
        (600_000, 300_000, 100_001, Busy(DAY)),
        (900_001, 0, 100_000, UsedUp(DAY, 900_001, 100_000)),
        (900_001, 90_000, 100_000, UsedUp(DAY, 900_001, 100_000)),
        (DOLLAR, 0, 0, UsedUp(DAY, DOLLAR, 0)),
    ],
)
def test_a_turn_is_admitted_where_all_that_was_spent_and_reserved_and_it_may_cost_fits(
    spent: int, reserved: int, needs: int, found: object
) -> None:
    # given a limit of a dollar, when a Turn wants to start, then it may up to the last millionth; what is used up is
    # told apart from what is only reserved by others
    assert admitted([DAY], lambda limit: Sums(spent, reserved), needs) == found


def test_a_day_and_a_month_end_where_the_calendar_says() -> None:
    # given the 29th of February of a leap year, when its periods end, then both do at the same midnight
    assert periods.iso(LEAP) == "2028-02-29"
    assert periods.ends_at(Period.DAY, LEAP) == periods.ends_at(Period.MONTH, LEAP) == (LEAP + 1) * DAY_US
    assert periods.iso(periods.first_day(Period.MONTH, LEAP)) == "2028-02-01"
    assert periods.ends_at(Period.RUN, LEAP) is None


def test_alerts_come_at_three_quarters_near_the_end_and_at_it() -> None:
    # given a limit of a dollar, when more and more is spent, then each part is reached exactly where it stands
    assert [reached(DAY, spent) for spent in (749_999, 750_000, 949_999, 950_000, DOLLAR)] == [None, 75, 75, 95, 100]
    assert reached(DAY, 0, used_up=True) == 100


@pytest.mark.law("E23")
def test_an_estimate_is_what_an_uncached_prompt_and_the_longest_reply_cost() -> None:
    # given a prompt of 2,000 bytes, one of 200 bytes and 100 tokens of reply, when it is weighed at Sonnet 5.5's prices
    system, messages = [{"text": "x" * 1_987}], [{"text": "é" * 93}]
    found = estimating.most("claude-sonnet-5-5", system, [], messages, max_tokens=100, on=date(2026, 11, 24))

    # then two bytes are a token; the first is written for an hour, the tools' empty list too, the second for 5 minutes
    assert found == round((1_000 + 1) * 4 + 100 * 2.5 + 100 * 10)


def test_people_read_what_is_used_up_by_whose_word_and_who_can_raise_it() -> None:
    # given a channel's day of a dollar that is used up, when its thread is told, then all of it is there
    told = sentences.waits(UsedUp(DAY, 900_000, 164_000), 86_400_000_000, 142)
    assert told == (
        "I wait: this channel's budget of US$ 1.00 a day is used up (0.90 of it are spent, and one more step may cost "
        "up to 0.16). An admin of this workspace, or whoever may change this channel's settings, can raise it. I go on "
        "as soon as it is raised, or at 1970-01-02 00:00 UTC, when it begins anew. (#142)"
    )


def test_what_tools_cost_adds_up_to_the_last_millionth() -> None:
    # given a Turn of three calls and one without, when they are shared out, then nothing is lost or made up
    rows = [("t1", "r1", 100, "look"), ("t1", "r1", 100, "look"), ("t1", "r1", 100, "send"), ("t2", "r1", 7, None)]
    found = by_tool(rows)
    assert {tool: used.micro_usd for tool, used in found.items()} == {"look": 67, "send": 33, ANSWERING: 7}
