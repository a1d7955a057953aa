"""A test that is said never to hold holds for no call, and each way of writing one is found."""

import pytest
from hypothesis import given, settings

from agents.policy.conditions import Where
from agents.policy.document import Rule
from agents.policy.facts import Facts
from agents.policy.impossible import impossible
from agents.policy.verdicts import Verdict
from tests.given.small_policies import facts, holds, wheres


def allows(where: Where) -> Rule:
    return Rule(id="a", verdict=Verdict.ALLOW, tools=("*",), where=where)


@settings(max_examples=150)
@given(wheres(), facts())
def test_what_can_never_hold_holds_for_no_call(where: Where, call: Facts) -> None:
    # given conditions, when one is said to hold never, then a rule that allows under it allows nothing
    assert not impossible(where) or not holds(allows(where), call)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"here": {"any_of": ["C1"], "none_of": ["C1", "C2"]}}, "`none_of` names all that `any_of` names"),
        ({"groups": {"any_of": ["S1"], "none_of": ["S1"]}}, "`none_of` names all that `any_of` names"),
        ({"groups": {"all_of": ["S1", "S2"], "none_of": ["S2"]}}, "`all_of` and `none_of` both name S2"),
        ({"method": {"any_of": ["GET"], "none_of": ["GET"]}}, "`none_of` names all that `any_of` lets through"),
        (
            {"kind": {"none_of": ["admin", "member", "guest", "stranger", "bot", "gone"]}},
            "`none_of` names all that `any_of` lets through",
        ),
        ({"host": {"any_of": ["x.a.example"], "none_of": ["*.a.example"]}}, "`none_of` names all that `any_of` names"),
        ({"host": {"any_of": ["127.1"]}}, "no call's host is ever written as 127.1"),
        (
            {"host": {"any_of": ["a.example"], "in_networks": ["10.0.0.0/8"]}},
            "no host of `any_of` is a number in one of `in_networks`, and a name is never in a network",
        ),
        ({"path": {"begins_with": ["/a/b"], "not_with": ["/a"]}}, "`not_with` names all that `begins_with` names"),
        ({"time": {"between": ["24:00", "00:00"]}}, "it ends when it begins"),
        ({"port": {"at_least": 70_000}}, "ports go from 0 to 65535"),
        ({"port": {"at_least": 80.2, "at_most": 80.8}}, "a port is a whole number, and none lies between"),
    ],
)
def test_each_way_to_ask_for_nothing_is_found(written: dict[str, object], why: str) -> None:
    # given such a condition, then its attribute and the reason are told
    (name,) = written
    assert impossible(Where.model_validate(written)) == [(name, why)]


def test_what_can_hold_is_not_blamed() -> None:
    # given conditions that look alike and can hold, then nothing is said
    assert (
        impossible(
            Where.model_validate(
                {
                    "here": {"any_of": ["C1", "C2"], "none_of": ["C1"]},
                    "groups": {"any_of": ["S1", "S2"], "none_of": ["S1"]},
                    "host": {"any_of": ["*.a.example"], "none_of": ["x.a.example"]},
                    "path": {"begins_with": ["/a"], "not_with": ["/a/b"]},
                    "port": {"at_least": 80, "at_most": 80},
                    "time": {"between": ["22:00", "06:00"]},
                }
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("written", "whys"),
    [
        ({"channel": {"any_of": ["C1", "C2"], "none_of": ["C2", "C1"]}}, ["`none_of` names all that `any_of` names"]),
        (
            {"groups": {"all_of": ["S3", "S1", "S2"], "none_of": ["S2", "S9", "S3"]}},
            ["`all_of` and `none_of` both name S2, S3"],
        ),
        (
            {"groups": {"any_of": ["S1"], "all_of": ["S1"], "none_of": ["S1"]}},
            ["`none_of` names all that `any_of` names", "`all_of` and `none_of` both name S1"],
        ),
        (
            {"host": {"any_of": ["x.a.example", "b.example"], "none_of": ["b.example", "*.a.example"]}},
            ["`none_of` names all that `any_of` names"],
        ),
        ({"host": {"any_of": ["127.1", "010.1"]}}, ["no call's host is ever written as 127.1 or 010.1"]),
        (
            {"host": {"any_of": ["10.0.0.1", "a.example"], "in_networks": ["192.168.0.0/16", "172.16.0.0/12"]}},
            ["no host of `any_of` is a number in one of `in_networks`, and a name is never in a network"],
        ),
        (
            {"path": {"begins_with": ["/a/b", "/c"], "not_with": ["/c", "/a"]}},
            ["`not_with` names all that `begins_with` names"],
        ),
        (
            {"trigger": {"any_of": ["mention", "reply"], "none_of": ["mention", "reply", "direct"]}},
            ["`none_of` names all that `any_of` lets through"],
        ),
        *(({"port": said}, ["ports go from 0 to 65535"]) for said in ({"at_least": 65_536}, {"at_least": 65_535.5})),
        *(({"port": said}, ["ports go from 0 to 65535"]) for said in ({"at_most": -1}, {"at_most": -0.5})),
        ({"port": {"at_least": -9, "at_most": -1}}, ["ports go from 0 to 65535"]),
    ],
)
def test_all_that_contradicts_itself_is_told(written: dict[str, object], whys: list[str]) -> None:
    # given a condition of several values that contradict each other, then each reason is told, under its attribute
    (name,) = written
    assert impossible(Where.model_validate(written)) == [(name, why) for why in whys]


def test_each_attribute_that_can_never_hold_is_told() -> None:
    # given conditions of which two can never hold, then both are told
    where = {"here": {"any_of": ["C1"], "none_of": ["C1"]}, "amount": {"at_least": 1}, "port": {"at_most": -1}}
    assert [name for name, _ in impossible(Where.model_validate(where))] == ["here", "port"]


@pytest.mark.parametrize(
    "written",
    [
        {"here": {"none_of": ["C1"]}},
        {"groups": {"any_of": ["S1"]}},
        {"groups": {"all_of": ["S1"], "none_of": ["S2"]}},
        {"groups": {"none_of": ["S1"]}},
        {"groups": {"all_of": ["S1"]}},
        {"host": {"none_of": ["a.example"]}},
        {"host": {"any_of": ["a.example", "b.example"], "none_of": ["a.example"]}},
        {"host": {"any_of": ["127.1", "a.example"]}},
        {"host": {"any_of": ["*.example"]}},
        {"host": {"in_networks": ["10.0.0.0/8"]}},
        {"host": {"any_of": ["a.example", "10.0.0.1"], "in_networks": ["10.0.0.0/8"]}},
        {"host": {"any_of": ["*.1"], "in_networks": ["10.0.0.0/8"]}},
        {"host": {"any_of": ["a.example", "*.1"], "in_networks": ["10.0.0.0/8"]}},
        {"path": {"not_with": ["/a"]}},
        {"path": {"begins_with": ["/a", "/b"], "not_with": ["/a"]}},
        {"time": {"between": ["00:00", "24:00"]}},
        {"time": {"between": ["24:00", "00:01"]}},
        {"time": {"between": ["23:59", "00:00"]}},
        {"port": {"at_least": 65_535}},
        {"port": {"at_most": 0}},
        {"port": {"at_least": 0.5, "at_most": 1}},
        {"port": {"at_least": -5, "at_most": 0.5}},
        {"amount": {"at_least": 70_000}},
        {"method": {"none_of": ["GET"]}},
    ],
)
def test_what_some_call_meets_is_not_blamed(written: dict[str, object]) -> None:
    # given a condition that just some call meets, then nothing is said
    assert impossible(Where.model_validate(written)) == []
