"""Rules and ceilings in words, for whoever looks at a change or at what holds. Pure.

They tell all of a rule, so they are for those who may see the policy, and not for a thread.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any

from agents.policy.conditions import CountTest, Day, TimeTest, Where
from agents.policy.document import Approvers, Ceiling, Rule
from agents.policy.verdicts import Verdict

OPERATORS = {
    "any_of": "is one of",
    "none_of": "is none of",
    "all_of": "has all of",
    "in_networks": "is in",
    "begins_with": "begins with",
    "not_with": "does not begin with",
    "at_least": "is at least",
    "at_most": "is at most",
    "be": "is",
}
VERBS = {Verdict.ALLOW: "allows", Verdict.ASK: "asks before", Verdict.DENY: "denies"}


def of_rule(rule: Rule) -> str:
    """Return a rule in words that follow its name."""
    parts = [f"{VERBS[rule.verdict]} {_about(rule)}"]
    if rule.approvers is not None:
        parts.append(f"approved by {of_approvers(rule.approvers)}")
    if rule.fallback:
        parts.append("where no other rule grants it")
    if rule.until is not None:
        parts.append(f"until {rule.until.isoformat()}")
    if rule.shadow:
        parts.append("only tried out")
    return ", ".join(parts)


def of_ceiling(ceiling: Ceiling) -> str:
    """Return a ceiling in words."""
    word = "at most asks before" if ceiling.at_most is Verdict.ASK else "at most allows"
    return f"{word} {_about(ceiling)}"


def of_approvers(approvers: Approvers) -> str:
    """Return who may say yes."""
    who = [
        *(["whoever asked"] if approvers.requester else []),
        *(["admins"] if approvers.admins else []),
        *(approvers.people or ()),
        *(f"people of {one}" for one in approvers.groups or ()),
    ]
    many = f"{approvers.quorum} of " if approvers.quorum > 1 else ""
    within = f" within {approvers.expires}" if approvers.expires else ""
    return f"{many}{_listed(who, 'or')}{within}"


def of_where(where: Where) -> str:
    """Return conditions in words; empty where there are none."""
    return " and ".join(_test(name, test) for name, test in where if test is not None)


def of_value(value: Any) -> str:
    """Return a setting's value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return _listed([of_value(one) for one in value], "and") or "none"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:.2f} US dollars"
    return "unset" if value in (None, "") else str(value)


def _about(line: Rule | Ceiling) -> str:
    tools = "every tool" if "*" in line.tools else _listed(line.tools, "and")
    kinds = [_listed([one.value for one in many], "or") for many in (line.effects, line.reaches) if many]
    of = f" of what is {', '.join(kinds)}" if kinds else ""
    where = of_where(line.where)
    return f"{tools}{of}{f' where {where}' if where else ''}"


def _test(name: str, test: Any) -> str:
    called = name.replace("_", " ")
    if isinstance(test, TimeTest):
        days = "" if set(test.days) == set(Day) else f" on {_listed([one.value for one in test.days], 'and')}"
        return f"the time is from {test.between[0]} to {test.between[1]}{days} in {test.zone}"
    said = {key: value for key, value in test if value is not None}
    if isinstance(test, CountTest):
        called = f"the number of calls within {said.pop('within')}"
    return " and ".join(f"{called} {OPERATORS[key]} {_values(value)}" for key, value in said.items())


def _values(value: Any) -> str:
    if isinstance(value, tuple):
        return _listed([of_value(one) for one in value], "or")
    return f"{value:g}" if isinstance(value, float) else of_value(value)


def _listed(parts: Iterable[str], joins: str) -> str:
    many = list(parts)
    if len(many) < 2:
        return "".join(many)
    return f"{', '.join(many[:-1])} {joins} {many[-1]}"
