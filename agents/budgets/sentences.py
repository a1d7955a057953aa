"""What people are told of budgets. Pure."""

from agents.budgets.admitting import UsedUp
from agents.budgets.limits import MICRO, Limit, Rate, Whose
from agents.budgets.periods import Period, in_words
from agents.policy.scopes import Scope

WHO = {
    Scope.ORGANISATION: "whoever runs Tagwork",
    Scope.WORKSPACE: "an admin of this workspace",
    Scope.CHANNEL: "an admin of this workspace, or whoever may change this channel's settings,",
}
"""Who can raise a scope's limit."""

COUNTED = {
    Whose.WORKSPACE: "this workspace's budget",
    Whose.CHANNEL: "this channel's budget",
    Whose.PERSON: "the budget of one person in this workspace",
    Whose.MEMBER: "the budget of one person in this channel",
    Whose.RUN: "the budget of one request",
}

SPAN = {Period.RUN: "", Period.DAY: " a day", Period.MONTH: " a month"}


def dollars(micro_usd: int) -> str:
    """Return an amount to the cent, rounded up where it is less than one."""
    cents = -(-micro_usd // 10_000)
    return f"US$ {cents / 100:.2f}"


def limit_in_words(limit: Limit) -> str:
    """Return what a limit is: `this channel's budget of US$ 5.00 a day`."""
    return f"{COUNTED[limit.whose]} of {dollars(limit.micro_usd)}{SPAN[limit.period]}"


def rate_in_words(rate: Rate) -> str:
    """Return what a rate is: `5 requests of one person in this workspace may begin within an hour`."""
    what = {
        Whose.WORKSPACE: "in this workspace",
        Whose.CHANNEL: "in this channel",
        Whose.PERSON: "of one person in this workspace",
        Whose.MEMBER: "of one person in this channel",
    }[rate.whose]
    many = "no request" if rate.runs == 0 else "one request" if rate.runs == 1 else f"{rate.runs} requests"
    return f"{many} {what} may begin within an hour"


def waits(used: UsedUp, ends: int | None, number: int) -> str:
    """Return what the thread of a Run is told whose next Turn does not fit. `ends`: when the period is over."""
    so_much = f"{used.spent / MICRO:.2f} of it are spent, and one more step may cost up to {used.needs / MICRO:.2f}"
    goes_on = "I go on as soon as it is raised"
    when = f"{goes_on}, or at {in_words(ends)}, when it begins anew." if ends else f"{goes_on}."
    who = WHO.get(used.limit.scope, WHO[Scope.WORKSPACE])
    return (
        f"I wait: {limit_in_words(used.limit)} is used up ({so_much}). {_capital(who)} can raise it. {when} (#{number})"
    )


WENT_ON = "There is money again; I went on."


def alert(limit: Limit, percent: int, spent: int, place: str) -> str:
    """Return what someone who can raise a limit is told. `place`: whose it is, as Slack shows it; may be empty."""
    of = f" ({place})" if place else ""
    told = f"{_capital(limit_in_words(limit))}{of}"
    if percent >= 100:
        return f"{told} is used up: {dollars(spent)} are spent. Requests there wait until it is raised or begins anew."
    return f"{told} is {percent} % used: {dollars(spent)} are spent. When it is used up, requests there wait."


def slowed(rate: Rate, begins: int, number: int) -> str:
    """Return what a requester is told whose Run does not begin yet. `begins`: when it may."""
    who = WHO.get(rate.scope, WHO[Scope.WORKSPACE])
    return (
        f"This waits its turn: {rate_in_words(rate)}. I look again at {in_words(begins)}. "
        f"{_capital(who)} can raise that. (#{number})"
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
