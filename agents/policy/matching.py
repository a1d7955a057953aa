"""What a test of a rule makes of a call. Pure.

Tests are made ready once (`tests_of`) and then looked at often: each knows under which name its value stands among a
call's values (`values_of`), and whether a value passes.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from agents.policy.conditions import (
    OF_SPEAKERS,
    CountTest,
    Day,
    FlagTest,
    GroupTest,
    HostTest,
    NumberTest,
    PathTest,
    TimeTest,
    TrustTest,
    Where,
)
from agents.policy.facts import Facts, Failed, NotLoaded, Speaker
from agents.policy.normalising import path_of
from agents.policy.written_values import seconds_of
from tools.contract import Trust

Passes: TypeAlias = Callable[[Any], bool]

DAYS = tuple(Day)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ReadyTest(NamedTuple):
    """One test of a rule: under which name the call's value stands, and whether a value passes."""

    attribute: str
    key: str
    passes: Passes


def tests_of(where: Where) -> tuple[tuple[ReadyTest, ...], tuple[ReadyTest, ...]]:
    """Return the tests of a call, and those that each Speaker must pass for himself."""
    made = [_ready(name, getattr(where, name)) for name in sorted(where.model_fields_set) if getattr(where, name)]
    return (
        tuple(one for one in made if one.attribute not in OF_SPEAKERS),
        tuple(one for one in made if one.attribute in OF_SPEAKERS),
    )


def look(tests: Iterable[ReadyTest], values: Mapping[str, object]) -> bool | None:
    """Return whether all tests hold; None: none fails, and the value of at least one is not known.

    One that fails settles it, whatever else is not known.

    Raises:
        NotLoaded: no test fails, and the value of one could not be loaded.
    """
    holds: bool | None = True
    broken: Failed | None = None
    for _, key, passes in tests:
        value = values[key]
        if value is None:
            holds = None
        elif isinstance(value, Failed):
            broken = value
        elif not passes(value):
            return False
    if broken is not None:
        raise NotLoaded(broken.cause)
    return holds


def values_of(facts: Facts, windows: Iterable[int], zones: Iterable[str]) -> dict[str, object]:
    """Return a call's values by name; None: not known, or it has none.

    `windows`: spans in seconds within which uses are counted; `zones`: in which the time is asked for.
    """
    values: dict[str, object] = {
        "here": facts.here or None,
        "channel": facts.channel,
        "person": facts.person,
        "host": facts.host,
        "port": facts.port,
        "path": facts.path,
        "method": facts.method,
        "amount": facts.amount,
        "external_channel": facts.external_channel,
        "trigger": facts.trigger,
        "trust": trust_of(facts),
    }
    counts = facts.counts
    for window in windows:
        values[f"calls:{window}"] = counts if isinstance(counts, Failed) else counts.get(window)
    if zones:
        at = EPOCH + timedelta(microseconds=facts.at)
        for zone in zones:
            values[f"time:{zone}"] = at.astimezone(ZoneInfo(zone))
    return values


def values_of_speaker(speaker: Speaker) -> dict[str, object]:
    """Return what stands for one Speaker alone."""
    return {"who": speaker.id or None, "kind": speaker.kind, "groups": speaker.groups, "member": speaker.member}


def trust_of(facts: Facts) -> Trust | Failed:
    """Return how far what the Run has read may be trusted: the lower of what is said and of its Labels'."""
    read, labels = facts.has_read_untrusted, facts.labels
    if isinstance(read, Failed):
        return read
    if isinstance(labels, Failed):
        return labels
    return Trust.UNTRUSTED if read or labels.trust is Trust.UNTRUSTED else Trust.TRUSTED


def wholes_of(prefixes: Iterable[str]) -> frozenset[str]:
    """Return how paths begin, in the form in which a call's path stands: each begins some or is one itself."""
    return frozenset((path_of(one) or one).rstrip("/") for one in prefixes)


def _ready(name: str, test: Any) -> ReadyTest:
    key = name
    passes: Passes
    if isinstance(test, TimeTest):
        key, passes = f"time:{test.zone}", _in_time(test)
    elif isinstance(test, CountTest):
        key, passes = f"calls:{seconds_of(test.within)}", _between(test.at_least, test.at_most)
    elif isinstance(test, HostTest):
        passes = _of_host(test)
    elif isinstance(test, PathTest):
        passes = _of_path(test)
    elif isinstance(test, NumberTest):
        passes = _between(test.at_least, test.at_most)
    elif isinstance(test, GroupTest):
        passes = _of_groups(test)
    elif isinstance(test, FlagTest | TrustTest):
        wanted = test.be
        passes = lambda value: value == wanted  # noqa: E731 (one line beside its siblings)
    else:
        passes = _one_of(test.any_of, test.none_of)
    return ReadyTest(name, key, passes)


def _one_of(any_of: Iterable[str] | None, none_of: Iterable[str] | None) -> Passes:
    never = frozenset(none_of or ())
    if any_of is None:
        return lambda value: value not in never
    return (frozenset(any_of) - never).__contains__


def _of_groups(test: GroupTest) -> Passes:
    any_of = frozenset(test.any_of or ())
    all_of, never = frozenset(test.all_of or ()), frozenset(test.none_of or ())
    return lambda groups: (not any_of or bool(any_of & groups)) and all_of <= groups and not never & groups


def _between(least: float | None, most: float | None) -> Passes:
    return lambda value: (least is None or value >= least) and (most is None or value <= most)


def _of_host(test: HostTest) -> Passes:
    listed = _listed(test.any_of) if test.any_of is not None else None
    never = _listed(test.none_of or ())
    networks = None if test.in_networks is None else [ipaddress.ip_network(one) for one in test.in_networks]

    def passes(host: str) -> bool:
        if never(host) or (listed is not None and not listed(host)):
            return False
        return networks is None or _is_in(host, networks)

    return passes


def _listed(hosts: Iterable[str]) -> Callable[[str], bool]:
    names = frozenset(hosts)
    under = tuple(one[1:] for one in names if one.startswith("*."))
    return lambda host: host in names or host.endswith(under)


def _is_in(host: str, networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)


def _of_path(test: PathTest) -> Passes:
    wanted = None if test.begins_with is None else _begins(test.begins_with)
    never = _begins(test.not_with or ())
    return lambda path: not never(path) and (wanted is None or wanted(path))


def _begins(prefixes: Iterable[str]) -> Callable[[str], bool]:
    whole = wholes_of(prefixes)
    under = tuple(one + "/" for one in whole)
    return lambda path: path in whole or path.startswith(under)


def _in_time(test: TimeTest) -> Passes:
    start, end = (_minutes(one) for one in test.between)
    days = frozenset(test.days)
    in_one_day = [start, end] == sorted((start, end))

    def passes(at: datetime) -> bool:
        minute, today = at.hour * 60 + at.minute, DAYS[at.weekday()]
        if in_one_day:
            return start <= minute < end and today in days
        # over midnight: what is after it belongs to the day on which it began
        return (minute >= start and today in days) or (minute < end and DAYS[at.weekday() - 1] in days)

    return passes


def _minutes(time_of_day: str) -> int:
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])
