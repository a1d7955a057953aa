"""A policy as Cedar text: what rules and ceilings decide, for review by those who know Cedar and by its tools. Pure.

Cedar knows no "ask", so there are two actions: `use` is permitted where a call is not denied, `use_unasked` where it is
allowed. What is not known is left out of the request: what restricts holds then, what grants does not, which each
policy says of itself, for Cedar skips a policy whose condition errs. Settings, gates and Budgets are no part of it.

A request has, each only where it is known:
    principal Person: id, kind; groups (of ids), member.
    resource Tool: name, effect, reach; needs_member and counts_channel, from the tool's authority.
    context: at (seconds of UTC), trust; here, channel, person, host, port, path, method, external_channel, trigger;
        ip (a host that is a number), amount (a decimal), "calls N" (uses within N seconds),
        "time ZONE" ({minute of the day, day, before: the day before}).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents.policy.compiling import EPOCH
from agents.policy.conditions import (
    OF_SPEAKERS,
    CountTest,
    FlagTest,
    GroupTest,
    HostTest,
    NumberTest,
    PathTest,
    TimeTest,
    TrustTest,
    Where,
)
from agents.policy.covering import fits_missing
from agents.policy.document import Ceiling, Document, Part, Rule
from agents.policy.normalising import path_of
from agents.policy.verdicts import Verdict
from agents.policy.written_values import seconds_of

USE, UNASKED = 'Action::"use"', 'Action::"use_unasked"'

PLACES = 4
"""Digits behind the point that a decimal of Cedar has."""

TOO_LARGE = 2**63 / 10**PLACES
"""A decimal of Cedar is a number of 64 bits: the first float that none of them is."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The text, and what Cedar cannot say: which rule or ceiling, and why. What is left out makes it stricter."""

    text: str
    left_out: tuple[tuple[str, str], ...]


class CannotSay(Exception):
    """Cedar has no form for a test."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """One scope: its rules, and the ceilings of the scopes over it."""

    name: str
    rules: Sequence[Rule]
    above: tuple[Sequence[Ceiling], ...]
    channel: str | None


@dataclass(frozen=True, slots=True)
class _Made:
    """A rule as conditions.

    Attributes:
        exact: when it holds; None: Cedar cannot say it. broad: whenever it holds, and perhaps more often.
        some, full: when its scope may grant at all, and without a question. maybe: whenever it may, and perhaps more
            often.
    """

    scope: _Scope
    rule: Rule
    exact: str | None
    broad: str
    some: str
    full: str
    maybe: str

    @property
    def plainly(self) -> bool:
        """Whether it takes the place of what counts only as a fallback."""
        return self.rule.verdict is not Verdict.DENY and not self.rule.fallback


def cedar_of(organisation: Document | None, workspace: Document | None) -> Exported:
    """Return the documents that hold in one workspace as Cedar text."""
    left_out: list[tuple[str, str]] = []
    made = [one for scope in _scopes(organisation, workspace) for one in _made(scope, left_out)]
    granted = _any(_all(one.exact, one.some) for one in made if one.plainly and one.exact is not None)
    perhaps = _any(_all(one.broad, one.maybe) for one in made if one.plainly)
    policies = [text for one in made for text in _policies(one, _not(granted), _not(perhaps))]
    membership = "resource.needs_member && !(principal has member && principal.member)"
    head = '@id("membership")\n@scope("built in")'
    policies.append(_policy(head, "forbid", f"action in [{USE}, {UNASKED}]", membership))
    return Exported("\n".join(policies), tuple(dict.fromkeys(left_out)))


def _policies(made: _Made, ungranted: str, surely_ungranted: str) -> Iterator[str]:
    """Yield the policies of one rule. What grants uses what is certain, what restricts what may be."""
    rule = made.rule
    head = f'@id("{rule.id}")\n@scope("{made.scope.name}")'
    if rule.verdict is Verdict.DENY:
        yield _policy(head, "forbid", f"action in [{USE}, {UNASKED}]", made.broad)
        return
    if rule.verdict is Verdict.ASK:
        holds = _all(made.broad, ungranted) if rule.fallback else made.broad
        yield _policy(head, "forbid", f"action == {UNASKED}", holds)
    if made.exact is None:
        return
    holds = _all(made.exact, ungranted) if rule.fallback else made.exact
    yield _policy(head, "permit", f"action == {USE}", _all(holds, made.some))
    if rule.verdict is Verdict.ALLOW:
        holds = _all(made.exact, surely_ungranted) if rule.fallback else made.exact
        yield _policy(head, "permit", f"action == {UNASKED}", _all(holds, made.full))


def _not(condition: str) -> str:
    return f"!({condition})"


def _policy(head: str, effect: str, action: str, condition: str) -> str:
    return f"{head}\n{effect} (principal, {action}, resource)\nwhen {{ {condition} }};\n"


def _scopes(organisation: Document | None, workspace: Document | None) -> Iterator[_Scope]:
    above: tuple[Sequence[Ceiling], ...] = ()
    for name, document in (("organisation", organisation), ("workspace", workspace)):
        if document is None:
            continue
        yield _Scope(name, _rules_of(document, document.default), above, None)
        if document.default.ceilings is not None:
            above = (*above, document.default.ceilings)
    if workspace is not None:
        for channel, part in workspace.channels.items():
            yield _Scope("channel", _rules_of(workspace, part), above, channel)


def _rules_of(document: Document, part: Part) -> list[Rule]:
    bundled = (rule for name in dict.fromkeys(part.bundles) for rule in document.bundles[name].rules)
    return [one for one in (*part.rules, *bundled) if not one.shadow]


def _made(scope: _Scope, left_out: list[tuple[str, str]]) -> Iterator[_Made]:
    some, full, maybe = _caps(scope, left_out)
    for rule in scope.rules:
        place = f"context has here && context.here == {_text(scope.channel)}" if scope.channel else "true"
        until = f"context.at < {((rule.until - EPOCH).days + 1) * 86_400}" if rule.until is not None else "true"
        exact = None
        try:
            exact = broad = _all(place, until, _line(rule))
        except CannotSay as why:
            left_out.append((rule.id, str(why)))
            broad = _all(place, until, _line(rule.model_copy(update={"where": Where()})))
        yield _Made(scope, rule, exact, broad, some, full, maybe)


def _caps(scope: _Scope, left_out: list[tuple[str, str]]) -> tuple[str, str, str]:
    """Return when a scope may grant at all, when without a question, and (whenever it may, and perhaps more often)."""
    some, full, maybe = [], [], []
    for ceilings in scope.above:
        fitting: list[tuple[Ceiling, str]] = []
        for one in ceilings:
            try:
                fitting.append((one, _line(one)))
            except CannotSay as why:
                left_out.append((f"a ceiling over the {scope.name}", str(why)))
        some.append(_any(said for _, said in fitting))
        full.append(_any(said for one, said in fitting if one.at_most is Verdict.ALLOW))
        maybe.append("true" if len(fitting) < len(ceilings) else some[-1])
    counts = "resource.counts_channel" if scope.channel else "true"
    return _all(*some, counts), _all(*full, counts), _all(*maybe, counts)


def _line(line: Rule | Ceiling) -> str:
    # a `*` stands only at the end of a tool's name and means there what it does in a pattern of Cedar
    tools = _any("true" if one == "*" else f"resource.name like {_text(one)}" for one in line.tools)
    effects = f"{_set(one.value for one in line.effects)}.contains(resource.effect)" if line.effects else "true"
    reaches = f"{_set(one.value for one in line.reaches)}.contains(resource.reach)" if line.reaches else "true"
    tests = (_test(name, test, lenient=fits_missing(line)) for name, test in line.where if test is not None)
    return _all(tools, effects, reaches, *tests)


def _test(name: str, test: Any, *, lenient: bool) -> str:
    holder = "principal" if name in OF_SPEAKERS else "context"
    key = {"who": "id"}.get(name, name)
    if isinstance(test, TimeTest):
        key = f"time {test.zone}"
    elif isinstance(test, CountTest):
        key = f"calls {seconds_of(test.within)}"
    value = f"{holder}[{_text(key)}]"
    holds = _holds(name, test, value)
    known = f"{holder} has {_text(key)}"
    return f"(!({known}) || {holds})" if lenient else f"({known} && {holds})"


def _holds(name: str, test: Any, value: str) -> str:
    if isinstance(test, HostTest):
        return _host(test, value)
    if isinstance(test, PathTest):
        return _all(
            _any(_begins(value, one) for one in test.begins_with) if test.begins_with is not None else "true",
            *(f"!({_begins(value, one)})" for one in test.not_with or ()),
        )
    if isinstance(test, GroupTest):
        return _all(
            f"{value}.containsAny({_set(test.any_of)})" if test.any_of is not None else "true",
            f"{value}.containsAll({_set(test.all_of)})" if test.all_of is not None else "true",
            f"!{value}.containsAny({_set(test.none_of)})" if test.none_of is not None else "true",
        )
    if isinstance(test, NumberTest) and name == "amount":
        least = f"{value}.greaterThanOrEqual({_decimal(test.at_least)})" if test.at_least is not None else "true"
        most = f"{value}.lessThanOrEqual({_decimal(test.at_most)})" if test.at_most is not None else "true"
        return _all(least, most)
    if isinstance(test, NumberTest | CountTest):
        least = f"{value} >= {_whole(math.ceil(test.at_least))}" if test.at_least is not None else "true"
        most = f"{value} <= {_whole(math.floor(test.at_most))}" if test.at_most is not None else "true"
        return _all(least, most)
    if isinstance(test, FlagTest):
        return f"{value} == {str(test.be).lower()}"
    if isinstance(test, TrustTest):
        return f"{value} == {_text(test.be.value)}"
    if isinstance(test, TimeTest):
        return _time(test, value)
    return _all(
        f"{_set(test.any_of)}.contains({value})" if test.any_of is not None else "true",
        f"!{_set(test.none_of)}.contains({value})" if test.none_of is not None else "true",
    )


def _host(test: HostTest, value: str) -> str:
    ranges = (f"context.ip.isInRange(ip({_text(one)}))" for one in test.in_networks or ())
    return _all(
        _any(_named(value, one) for one in test.any_of) if test.any_of is not None else "true",
        *(f"!({_named(value, one)})" for one in test.none_of or ()),
        f"(context has ip && {_any(ranges)})" if test.in_networks is not None else "true",
    )


def _named(value: str, host: str) -> str:
    return f"{value} {'like' if host.startswith('*.') else '=='} {_text(host)}"


def _begins(value: str, prefix: str) -> str:
    whole = (path_of(prefix) or prefix).rstrip("/")
    under = _text(f"{whole}/").replace("*", r"\*")
    return f'({value} == {_text(whole)} || {value} like {under[:-1]}*")'


def _time(test: TimeTest, value: str) -> str:
    start, end = (int(one[:2]) * 60 + int(one[3:]) for one in test.between)
    days = _set(one.value for one in test.days)
    today, before = f"{days}.contains({value}.day)", f"{days}.contains({value}.before)"
    if start < end:
        return f"({value}.minute >= {start} && {value}.minute < {end} && {today})"
    return f"(({value}.minute >= {start} && {today}) || ({value}.minute < {end} && {before}))"


def _decimal(number: float) -> str:
    exact = Decimal(repr(number))
    if abs(number) >= TOO_LARGE or exact != round(exact, PLACES):
        raise CannotSay(f"Cedar's decimals cannot be {number}")
    return f'decimal("{exact:.{PLACES}f}")'


def _whole(number: int) -> str:
    if abs(number) >= 2**63:
        raise CannotSay(f"Cedar's whole numbers cannot be {number}")
    return str(number)


def _set(words: Iterable[str]) -> str:
    return f"[{', '.join(_text(str(one)) for one in words)}]"


def _text(text: str) -> str:
    """Return a string of Cedar."""
    return f'"{"".join(_letter(one) for one in text)}"'


def _letter(one: str) -> str:
    if one in '\\"':
        return f"\\{one}"
    return one if " " <= one <= "~" else f"\\u{{{ord(one):x}}}"


def _all(*conditions: str) -> str:
    """Of conditions of which each that has an `||` stands in brackets."""
    told = [one for one in conditions if one != "true"]
    if "false" in told:
        return "false"
    return " && ".join(told) or "true"


def _any(conditions: Iterable[str]) -> str:
    told = [one for one in dict.fromkeys(conditions) if one != "false"]
    if "true" in told:
        return "true"
    return f"({' || '.join(told)})" if told else "false"
