"""What of two rules can be told without a call: that one matches all that another does, or that no call fits both.

Each answer is certain when it is yes; "not known" is told as no. A missing attribute fits a `deny` or `ask` rule and
neither an `allow` rule nor a ceiling, so that one of these covers one of those only where it tests nothing. Pure.
"""

import ipaddress
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from agents.policy.conditions import (
    CountTest,
    Day,
    FlagTest,
    GroupTest,
    HostTest,
    IdTest,
    KindTest,
    Method,
    MethodTest,
    NumberTest,
    PathTest,
    TimeTest,
    Trigger,
    TriggerTest,
    TrustTest,
    Where,
)
from agents.policy.document import Ceiling, Rule
from agents.policy.normalising import path_of
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tools.contract import Effect, Reach


class Kind(Protocol):
    """What is known of a tool beside its name."""

    @property
    def effect(self) -> Effect:
        """What a call of it does."""

    @property
    def reach(self) -> Reach:
        """How far it goes."""


def covers(wide: Rule | Ceiling, narrow: Rule | Ceiling) -> bool:
    """Whether every call that `narrow` matches is certainly matched by `wide`."""
    if fits_missing(narrow) and not fits_missing(wide) and tests_of(wide.where):
        return False
    return (
        all(any(_begins(w, n) for w in wide.tools) for n in narrow.tools)
        and _within(narrow.effects, wide.effects, Effect)
        and _within(narrow.reaches, wide.reaches, Reach)
        and where_covers(wide.where, narrow.where)
    )


def where_covers(wide: Where, narrow: Where) -> bool:
    """Whether whatever holds for `narrow` certainly holds for `wide`."""
    inner = tests_of(narrow)
    return all(name in inner and _implies(test, inner[name]) for name, test in tests_of(wide).items())


def disjoint(one: Rule | Ceiling, other: Rule | Ceiling, catalogue: Mapping[str, Kind] | None = None) -> bool:
    """Whether certainly no call fits both. With a catalogue, only its tools count."""
    if catalogue is not None:
        if not set(matched(one, catalogue)) & set(matched(other, catalogue)):
            return True
    elif not any(_begins(a, b) or _begins(b, a) for a in one.tools for b in other.tools):
        return True
    if one.effects and other.effects and not set(one.effects) & set(other.effects):
        return True
    if one.reaches and other.reaches and not set(one.reaches) & set(other.reaches):
        return True
    if fits_missing(one) or fits_missing(other):
        return False
    right = tests_of(other.where)
    return any(name in right and _excludes(test, right[name]) for name, test in tests_of(one.where).items())


def matched(rule: Rule | Ceiling, catalogue: Mapping[str, Kind]) -> list[str]:
    """Return the tools of a catalogue that a rule is about, by name, effect and reach."""
    return [
        name
        for name, tool in catalogue.items()
        if any(_begins(pattern, name) for pattern in rule.tools)
        and (not rule.effects or tool.effect in rule.effects)
        and (not rule.reaches or tool.reach in rule.reaches)
    ]


def grounds_of(where: Where) -> frozenset[str]:
    """Return the attributes of which a rule that allows names values, and so is a ground: to read pages of those hosts,
    or those channels, that nobody else gave the Run; to act for those apps. A wider rule that names none is no ground.
    """
    named = {
        "host": where.host is not None and bool(where.host.any_of or where.host.in_networks),
        "channel": where.channel is not None and bool(where.channel.any_of),
        "who": where.who is not None and bool(where.who.any_of),
        "kind": where.kind is not None and PersonKind.BOT in (where.kind.any_of or ()),
    }
    return frozenset(name for name, is_so in named.items() if is_so)


def fits_missing(rule: Rule | Ceiling) -> bool:
    """Whether a missing attribute fits: what restricts holds where something is not known, what grants does not."""
    return isinstance(rule, Rule) and rule.verdict is not Verdict.ALLOW


def tests_of(where: Where) -> dict[str, Any]:
    """Return the tests that are written, by attribute."""
    return {name: test for name, test in where if test is not None}


def _begins(pattern: str, name: str) -> bool:
    """Whether a tool's name, or all names that fit the pattern `name`, fit `pattern`."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else pattern == name


def _within(narrow: Collection[StrEnum], wide: Collection[StrEnum], every: type[StrEnum]) -> bool:
    return not wide or (set(narrow) or set(every)) <= set(wide)


def _implies(wide: Any, narrow: Any) -> bool:
    # both are tests of one attribute, so of one type
    judge = IMPLIES.get(type(wide))
    return wide == narrow or (judge is not None and judge(wide, narrow))


def _excludes(one: Any, other: Any) -> bool:
    judge = EXCLUDES.get(type(one))
    return judge is not None and judge(one, other)


def _ids_imply(wide: IdTest, narrow: IdTest) -> bool:
    left = set(narrow.any_of or ()) - set(narrow.none_of or ())
    if wide.any_of is not None and (narrow.any_of is None or not left <= set(wide.any_of)):
        return False
    if wide.none_of is None:
        return True
    if narrow.any_of is not None and not left & set(wide.none_of):
        return True
    return set(wide.none_of) <= set(narrow.none_of or ())


def _groups_imply(wide: GroupTest, narrow: GroupTest) -> bool:
    if wide.any_of is not None:
        some = set(wide.any_of)
        if not ((narrow.any_of and set(narrow.any_of) <= some) or (narrow.all_of and set(narrow.all_of) & some)):
            return False
    return set(wide.all_of or ()) <= set(narrow.all_of or ()) and set(wide.none_of or ()) <= set(narrow.none_of or ())


def admitted(test: MethodTest | KindTest | TriggerTest) -> set[StrEnum]:
    """Return what a test of one of a few fixed values lets through."""
    every: dict[type[Any], type[StrEnum]] = {MethodTest: Method, KindTest: PersonKind, TriggerTest: Trigger}
    return set(every[type(test)] if test.any_of is None else test.any_of) - set(test.none_of or ())


def host_begins(wide: str, narrow: str) -> bool:
    """Whether a host, or all hosts of a `*.` name, are named by `wide`."""
    return narrow.endswith(wide[1:]) if wide.startswith("*.") else wide == narrow


def path_begins(wide: str, narrow: str) -> bool:
    """Whether all paths that begin with `narrow` begin with `wide`, by whole segments, each as calls are compared."""
    outer, inner = ((path_of(one) or one).rstrip("/") for one in (wide, narrow))
    return inner == outer or inner.startswith(outer + "/")


def in_network(host: str, networks: Iterable[str]) -> bool:
    """Whether a host that is written as a number lies in one of the networks; a name never does."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one) for one in networks)


def _list_implies(
    some: tuple[str, ...] | None,
    none: tuple[str, ...] | None,
    narrow_some: tuple[str, ...] | None,
    narrow_none: tuple[str, ...] | None,
    begins: Callable[[str, str], bool],
) -> bool:
    if some is not None and not (narrow_some and all(any(begins(w, n) for w in some) for n in narrow_some)):
        return False
    if none is None:
        return True
    if narrow_some and not any(begins(x, n) or begins(n, x) for x in none for n in narrow_some):
        return True
    return all(any(begins(n, x) for n in narrow_none or ()) for x in none)


def _hosts_imply(wide: HostTest, narrow: HostTest) -> bool:
    if wide.in_networks is not None:
        inside = narrow.in_networks is not None and all(
            any(_subnet(n, w) for w in wide.in_networks) for n in narrow.in_networks
        )
        if not inside and not (narrow.any_of and all(in_network(n, wide.in_networks) for n in narrow.any_of)):
            return False
    return _list_implies(wide.any_of, wide.none_of, narrow.any_of, narrow.none_of, host_begins)


def _subnet(narrow: str, wide: str) -> bool:
    inner, outer = ipaddress.ip_network(narrow), ipaddress.ip_network(wide)
    return inner.prefixlen >= outer.prefixlen and inner.network_address in outer


def _paths_imply(wide: PathTest, narrow: PathTest) -> bool:
    return _list_implies(wide.begins_with, wide.not_with, narrow.begins_with, narrow.not_with, path_begins)


def _numbers_imply(wide: NumberTest | CountTest, narrow: NumberTest | CountTest) -> bool:
    above = wide.at_least is None or (narrow.at_least is not None and narrow.at_least >= wide.at_least)
    below = wide.at_most is None or (narrow.at_most is not None and narrow.at_most <= wide.at_most)
    return above and below


def _counts_imply(wide: CountTest, narrow: CountTest) -> bool:
    return wide.within == narrow.within and _numbers_imply(wide, narrow)


def _times_imply(wide: TimeTest, narrow: TimeTest) -> bool:
    if wide.between == ("00:00", "24:00") and set(wide.days) == set(Day):
        return True
    # neither goes over midnight then
    times = [wide.between[0], *narrow.between, wide.between[1]]
    return wide.zone == narrow.zone and set(narrow.days) <= set(wide.days) and times == sorted(times)


def _ids_exclude(one: IdTest, other: IdTest) -> bool:
    left, right = (set(test.any_of) - set(test.none_of or ()) if test.any_of else None for test in (one, other))
    if left is not None and right is not None:
        return not left & right
    if left is not None:
        return left <= set(other.none_of or ())
    return right is not None and right <= set(one.none_of or ())


def _hosts_exclude(one: HostTest, other: HostTest) -> bool:
    return _lists_exclude(one.any_of, one.none_of, other.any_of, other.none_of, host_begins)


def _paths_exclude(one: PathTest, other: PathTest) -> bool:
    return _lists_exclude(one.begins_with, one.not_with, other.begins_with, other.not_with, path_begins)


def _lists_exclude(
    some: tuple[str, ...] | None,
    none: tuple[str, ...] | None,
    other_some: tuple[str, ...] | None,
    other_none: tuple[str, ...] | None,
    begins: Callable[[str, str], bool],
) -> bool:
    if some and other_some and not any(begins(a, b) or begins(b, a) for a in some for b in other_some):
        return True
    if some and other_none and all(any(begins(x, a) for x in other_none) for a in some):
        return True
    return bool(other_some and none and all(any(begins(x, a) for x in none) for a in other_some))


def _numbers_exclude(one: NumberTest, other: NumberTest) -> bool:
    return any(
        low.at_least is not None and high.at_most is not None and low.at_least > high.at_most
        for low, high in ((one, other), (other, one))
    )


def _values_imply(wide: Any, narrow: Any) -> bool:
    return admitted(narrow) <= admitted(wide)


def _values_exclude(one: Any, other: Any) -> bool:
    return not admitted(one) & admitted(other)


def _flags_exclude(one: Any, other: Any) -> bool:
    return bool(one.be != other.be)


IMPLIES: dict[type[Any], Callable[[Any, Any], bool]] = {
    IdTest: _ids_imply,
    GroupTest: _groups_imply,
    HostTest: _hosts_imply,
    PathTest: _paths_imply,
    NumberTest: _numbers_imply,
    CountTest: _counts_imply,
    TimeTest: _times_imply,
    MethodTest: _values_imply,
    KindTest: _values_imply,
    TriggerTest: _values_imply,
}
"""For each test: whether the second one's holding means that the first one's holds. Equal tests imply each other."""

EXCLUDES: dict[type[Any], Callable[[Any, Any], bool]] = {
    IdTest: _ids_exclude,
    HostTest: _hosts_exclude,
    PathTest: _paths_exclude,
    NumberTest: _numbers_exclude,
    MethodTest: _values_exclude,
    KindTest: _values_exclude,
    TriggerTest: _values_exclude,
    FlagTest: _flags_exclude,
    TrustTest: _flags_exclude,
}
"""For each test: whether both can never hold of one call."""
