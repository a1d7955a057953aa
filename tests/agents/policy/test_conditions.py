"""What a rule may ask of a call: in which words, with which values, and what is refused when it is written."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

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
from agents.surface import PersonKind
from tests.given.policies import ANN, BEN, a_call, a_workspace, allow, judged
from tools.contract import Trust

WRITTEN: list[tuple[type[BaseModel], dict[str, Any]]] = [
    (IdTest, {"any_of": ("C1",)}),
    (IdTest, {"none_of": ("C1",)}),
    (GroupTest, {"any_of": ("S1",)}),
    (GroupTest, {"all_of": ("S1",)}),
    (GroupTest, {"none_of": ("S1",)}),
    (HostTest, {"any_of": ("a.example",)}),
    (HostTest, {"none_of": ("*.a.example",)}),
    (HostTest, {"in_networks": ("10.0.0.0/8", "2001:db8::/32")}),
    (PathTest, {"begins_with": ("/api",)}),
    (PathTest, {"not_with": ("/api",)}),
    (MethodTest, {"any_of": (Method.GET,)}),
    (MethodTest, {"none_of": (Method.GET,)}),
    (NumberTest, {"at_least": 0.0}),
    (NumberTest, {"at_most": 2.5}),
    (NumberTest, {"at_least": 443.0, "at_most": 443.0}),
    (KindTest, {"any_of": (PersonKind.ADMIN,)}),
    (KindTest, {"none_of": (PersonKind.GUEST,)}),
    (TriggerTest, {"any_of": (Trigger.ROUTINE,)}),
    (TriggerTest, {"none_of": (Trigger.ROUTINE,)}),
    (FlagTest, {"be": False}),
    (TrustTest, {"be": Trust.UNTRUSTED}),
    (CountTest, {"within": "1h", "at_least": 0}),
    (CountTest, {"within": "1h", "at_most": 3}),
    (CountTest, {"within": "1h", "at_least": 3, "at_most": 3}),
]
"""Tests, each with all that it says."""


@pytest.mark.parametrize(("test", "said"), WRITTEN)
def test_what_is_not_written_is_not_asked(test: type[BaseModel], said: dict[str, Any]) -> None:
    # given a test with some operators, when it is read, then it says these, and no other operator says anything
    assert {name: value for name, value in test.model_validate(said) if value is not None} == said


def test_a_rule_without_conditions_asks_nothing() -> None:
    # given no conditions, when read, then none of what a rule may ask is asked
    asked = dict(Where())
    assert set(asked.values()) == {None}
    assert set(asked) == {
        *("here", "channel", "person", "host", "port", "path", "method", "amount", "who", "kind", "groups", "member"),
        *("external_channel", "trigger", "trust", "time", "calls"),
    }


def test_a_time_is_all_day_on_all_days_in_utc_unless_it_says_otherwise() -> None:
    # given times that say one thing each, when read, then the rest is as wide as it can be
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert TimeTest(zone="Europe/Berlin").model_dump() == {
        "between": ("00:00", "24:00"),
        "days": week,
        "zone": "Europe/Berlin",
    }
    assert TimeTest(between=("08:00", "18:00")).model_dump() == {
        "between": ("08:00", "18:00"),
        "days": week,
        "zone": "UTC",
    }
    assert TimeTest(days=(Day.SAT,)).model_dump() == {"between": ("00:00", "24:00"), "days": ("sat",), "zone": "UTC"}


def test_the_words_of_a_policy_stay_as_admins_wrote_them() -> None:
    # given policies that are kept as text, when a later release reads them, then by these words; a week begins on
    # Monday, as the calendar that times are told by has it
    assert [one.value for one in Trigger] == ["mention", "reply", "direct", "shortcut", "routine", "ambient"]
    assert [one.value for one in Day] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert [one.value for one in Method] == ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize(
    ("where", "why"),
    [
        ({"here": {}}, "names no operator"),
        ({"here": {"any_of": None}}, "names no operator"),
        ({"here": {"any_of": None, "none_of": None}}, "names no operator"),
        ({"here": {"anyof": ["C1"]}}, "Extra inputs"),
        ({"here": {"any_of": ["C1"], "all_of": ["C1"]}}, "Extra inputs"),
        ({"hear": {"any_of": ["C1"]}}, "Extra inputs"),
        ({"host": {"any_of": []}}, "at least 1 item"),
        ({"host": {"none_of": []}}, "at least 1 item"),
        ({"host": {"in_networks": []}}, "at least 1 item"),
        ({"host": {"any_of": [f"h{at}.example" for at in range(501)]}}, "at most 500 items"),
        ({"host": {"none_of": [f"h{at}.example" for at in range(501)]}}, "at most 500 items"),
        ({"host": {"in_networks": [f"10.{at // 256}.{at % 256}.0/24" for at in range(501)]}}, "at most 500 items"),
        ({"host": {"in_networks": ["10.0.0.0/33"]}}, "10.0.0.0/33"),
        ({"host": {"in_networks": ["10.0.0.1/8"]}}, "has host bits set"),
        ({"host": {"in_networks": ["10.0.0.0/8", "10.0.0.300/32"]}}, "10.0.0.300/32"),
        ({"path": {"begins_with": []}}, "at least 1 item"),
        ({"path": {"not_with": []}}, "at least 1 item"),
        ({"method": {"any_of": ["get"]}}, "'GET', 'HEAD', 'POST', 'PUT', 'PATCH' or 'DELETE'"),
        ({"amount": {"at_least": 2, "at_most": 1}}, "can never hold: at_least 2.0 is above at_most 1.0"),
        ({"amount": {"at_most": float("nan")}}, "finite number"),
        ({"member": {}}, "Field required"),
        ({"trust": {}}, "Field required"),
        ({"time": {}}, "names no operator"),
        ({"time": {"zone": "Europe/Atlantis"}}, "is no time zone: 'Europe/Atlantis'"),
        ({"time": {"zone": "../etc/passwd"}}, "is no time zone: '../etc/passwd'"),
        ({"time": {"between": ["08:00", "08:00"]}}, "can never hold: it ends when it begins"),
        ({"time": {"days": []}}, "at least 1 item"),
        ({"calls": {"at_most": 3}}, "Field required"),
        ({"calls": {"within": "1h"}}, "names no number: say at_least or at_most"),
        ({"calls": {"within": "1h", "at_least": 4, "at_most": 3}}, "can never hold: at_least 4 is above at_most 3"),
        ({"calls": {"within": "1h", "at_least": -1}}, "greater than or equal to 0"),
    ],
)
def test_what_would_mean_nothing_is_refused_when_it_is_written(where: dict[str, Any], why: str) -> None:
    # given conditions that name nothing, misspell something or can never hold, when read, then they are refused, and
    # it is said why
    with pytest.raises(ValidationError) as refused:
        Where.model_validate(where)
    assert why in str(refused.value)


@pytest.mark.parametrize(
    "where",
    [
        {"host": {"any_of": [f"h{at}.example" for at in range(500)]}},
        {"host": {"in_networks": [f"10.{at // 256}.{at % 256}.0/24" for at in range(500)]}},
        {"host": {"any_of": ["a.example"], "in_networks": None}},
        {"here": {"any_of": None, "none_of": ["C1"]}},
        {"time": {"between": ["22:00", "06:00"]}},
    ],
)
def test_what_means_something_is_taken(where: dict[str, Any]) -> None:
    # given as many values as a list may have, an operator that says nothing beside one that does, or a time over
    # midnight, when read, then it is as it was written
    written = Where.model_validate(where).model_dump(exclude_unset=True, mode="json")
    assert written == where


def test_conditions_cannot_be_changed_once_they_are_read() -> None:
    # given conditions, when something would change one, or a test of one, then it fails
    where = Where.model_validate({"here": {"any_of": ["C1"]}})
    for changed, name in ((where, "here"), (where.here, "any_of")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(changed, name, None)


@pytest.mark.parametrize(
    ("where", "like_ann", "like_ben"),
    [
        ({"who": {"any_of": ["U1ANN"]}}, {}, {}),
        ({"kind": {"any_of": ["admin"]}}, {"kind": PersonKind.ADMIN}, {}),
        ({"groups": {"any_of": ["S1"]}}, {"groups": frozenset({"S1"})}, {"groups": frozenset()}),
        ({"member": {"be": True}}, {"member": True}, {"member": False}),
    ],
)
def test_what_is_asked_of_whoever_asks_is_asked_of_each_of_them(
    where: dict[str, Any], like_ann: dict[str, Any], like_ben: dict[str, Any]
) -> None:
    # given a rule for some people, when two ask of whom it is for one, then it does not count for the other
    policy = a_workspace(allow("some", where=where), authority={"*": "channel"})
    ann, ben = replace(ANN, **like_ann), replace(BEN, **like_ben)
    assert judged(a_call(speakers=(ann,)), policy).verdict == "allow"
    judgement = judged(a_call(speakers=(ann, ben)), policy)
    assert (judgement.verdict, judgement.rule, judgement.narrowed_by) == ("deny", "default", ("U2BEN",))
