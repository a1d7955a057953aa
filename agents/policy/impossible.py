"""Conditions that no call can meet: they look right and do nothing, or what they mean to keep is open. Pure.

What one test alone contradicts by its form (an `at_least` above its `at_most`) is refused where it is read
(conditions.py); here is what its lists contradict together.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

from agents.policy.conditions import (
    GroupTest,
    HostTest,
    IdTest,
    KindTest,
    MethodTest,
    NumberTest,
    PathTest,
    TimeTest,
    TriggerTest,
    Where,
)
from agents.policy.covering import admitted, host_begins, in_network, path_begins, tests_of
from agents.policy.normalising import host_of

LAST_PORT = 65_535


def impossible(where: Where) -> list[tuple[str, str]]:
    """Return each attribute whose test can never hold, with why, in words that follow "can never hold: "."""
    return [
        (attribute, why) for attribute, test in tests_of(where).items() for why in LOOKS.get(type(test), _nothing)(test)
    ] + [("port", why) for why in _port(where.port)]


def _nothing(_test: Any) -> Iterator[str]:
    yield from ()


def _ids(test: IdTest) -> Iterator[str]:
    if test.any_of and set(test.any_of) <= set(test.none_of or ()):
        yield "`none_of` names all that `any_of` names"


def _groups(test: GroupTest) -> Iterator[str]:
    if test.any_of and set(test.any_of) <= set(test.none_of or ()):
        yield "`none_of` names all that `any_of` names"
    both = sorted(set(test.all_of or ()) & set(test.none_of or ()))
    if both:
        yield f"`all_of` and `none_of` both name {', '.join(both)}"


def _values(test: MethodTest | KindTest | TriggerTest) -> Iterator[str]:
    if not admitted(test):
        yield "`none_of` names all that `any_of` lets through"


def _hosts(test: HostTest) -> Iterator[str]:
    if test.any_of and all(any(host_begins(none, one) for none in test.none_of or ()) for one in test.any_of):
        yield "`none_of` names all that `any_of` names"
    if test.any_of and not any(one.startswith("*.") or host_of(one) == one for one in test.any_of):
        yield f"no call's host is ever written as {' or '.join(test.any_of)}"
    if test.any_of and test.in_networks:
        numbers = [one for one in test.any_of if in_network(one, test.in_networks)]
        if not numbers and not any(one.startswith("*.") for one in test.any_of):
            yield "no host of `any_of` is a number in one of `in_networks`, and a name is never in a network"


def _paths(test: PathTest) -> Iterator[str]:
    if test.begins_with and all(any(path_begins(no, one) for no in test.not_with or ()) for one in test.begins_with):
        yield "`not_with` names all that `begins_with` names"


def _times(test: TimeTest) -> Iterator[str]:
    if test.between == ("24:00", "00:00"):
        yield "it ends when it begins"


def _port(test: NumberTest | None) -> Iterator[str]:
    if test is None:
        return
    least = 0 if test.at_least is None else math.ceil(test.at_least)
    most = LAST_PORT if test.at_most is None else math.floor(test.at_most)
    if least > LAST_PORT or most < 0:
        yield f"ports go from 0 to {LAST_PORT}"
    elif least > most:
        yield "a port is a whole number, and none lies between"


LOOKS: dict[type[Any], Callable[[Any], Iterator[str]]] = {
    IdTest: _ids,
    GroupTest: _groups,
    HostTest: _hosts,
    PathTest: _paths,
    MethodTest: _values,
    KindTest: _values,
    TriggerTest: _values,
    TimeTest: _times,
}
