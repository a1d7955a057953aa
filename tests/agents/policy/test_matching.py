"""What each test of a rule makes of what a call has."""

import time as clock
from dataclasses import replace
from typing import Any

import pytest

from agents.labels import Labels
from agents.policy import matching
from agents.policy.conditions import Trigger, Where
from agents.policy.facts import Facts, Failed, NotLoaded, windows_of
from agents.policy.matching import look, values_of, values_of_speaker
from agents.surface import PersonKind
from tests.given.policies import ANN, HERE, NOON, a_call, a_workspace, allow
from tools.contract import Trust

HOUR = 3_600_000_000


def outcome(where: dict[str, Any], call: Facts) -> bool | None:
    """Return whether the tests hold for a call by its first Speaker; None: it is not known."""
    asked = Where.model_validate(where)
    windows = windows_of([a_workspace(allow("x", where=where))])
    zones = [asked.time.zone] if asked.time else []
    plain, personal = matching.tests_of(asked)
    values = {**values_of(call, windows, zones), **values_of_speaker(call.speakers[0])}
    return look((*plain, *personal), values)


def holds(where: dict[str, Any], **known: Any) -> bool:
    """Whether the tests hold for a call of which this is known."""
    return outcome(where, a_call(**known)) is True


@pytest.mark.parametrize(
    ("where", "passes", "fails"),
    [
        ({"here": {"any_of": [HERE]}}, {"here": HERE}, {"here": "C9"}),
        ({"channel": {"none_of": ["C2"]}}, {"channel": "C1"}, {"channel": "C2"}),
        ({"channel": {"any_of": ["C1", "C2"], "none_of": ["C2"]}}, {"channel": "C1"}, {"channel": "C2"}),
        ({"person": {"any_of": ["U1ANN"]}}, {"person": "U1ANN"}, {"person": "U2BEN"}),
        ({"host": {"any_of": ["a.example"]}}, {"host": "a.example"}, {"host": "b.a.example"}),
        ({"host": {"any_of": ["*.a.example"]}}, {"host": "b.a.example"}, {"host": "a.example"}),
        ({"host": {"any_of": ["*.a.example"]}}, {"host": "c.b.a.example"}, {"host": "evil-a.example"}),
        ({"host": {"none_of": ["*.evil.test"]}}, {"host": "a.example"}, {"host": "x.evil.test"}),
        (
            {"host": {"any_of": ["*.a.example"], "none_of": ["x.a.example"]}},
            {"host": "y.a.example"},
            {"host": "x.a.example"},
        ),
        ({"host": {"in_networks": ["10.0.0.0/8"]}}, {"host": "10.2.3.4"}, {"host": "11.2.3.4"}),
        (
            {"host": {"in_networks": ["10.0.0.0/8", "192.168.0.0/16"]}},
            {"host": "192.168.1.1"},
            {"host": "193.168.1.1"},
        ),
        (
            {"host": {"any_of": ["10.0.0.1", "10.0.0.2"], "in_networks": ["10.0.0.0/31"]}},
            {"host": "10.0.0.1"},
            {"host": "10.0.0.2"},
        ),
        (
            {"host": {"none_of": ["10.0.0.1"], "in_networks": ["10.0.0.0/8"]}},
            {"host": "10.0.0.2"},
            {"host": "10.0.0.1"},
        ),
        ({"host": {"any_of": ["b.example", "*.a.example"]}}, {"host": "b.example"}, {"host": "c.b.example"}),
        ({"host": {"in_networks": ["2001:db8::/32"]}}, {"host": "2001:db8::1"}, {"host": "10.2.3.4"}),
        ({"host": {"in_networks": ["10.0.0.0/8"]}}, {"host": "10.2.3.4"}, {"host": "ten.example"}),
        ({"port": {"at_least": 443, "at_most": 443}}, {"port": 443}, {"port": 8443}),
        ({"path": {"begins_with": ["/api"]}}, {"path": "/api"}, {"path": "/apix"}),
        ({"path": {"begins_with": ["/api/"]}}, {"path": "/api/x"}, {"path": "/x/api"}),
        ({"path": {"begins_with": ["/X"]}}, {"path": "/X/y"}, {"path": "/y"}),
        ({"path": {"begins_with": ["/api", "/doc"]}}, {"path": "/doc/x"}, {"path": "/x/doc"}),
        ({"path": {"begins_with": ["/"]}}, {"path": "/"}, {"path": "x"}),
        ({"path": {"begins_with": ["/api"], "not_with": ["/api/admin"]}}, {"path": "/api/x"}, {"path": "/api/admin/x"}),
        ({"path": {"not_with": ["/a/../b"]}}, {"path": "/a/b"}, {"path": "/b/c"}),
        ({"method": {"any_of": ["GET"]}}, {"method": "GET"}, {"method": "POST"}),
        ({"method": {"none_of": ["DELETE"]}}, {"method": "GET"}, {"method": "DELETE"}),
        ({"amount": {"at_most": 100}}, {"amount": 100.0}, {"amount": 100.5}),
        ({"amount": {"at_least": 1}}, {"amount": 1.0}, {"amount": 0.5}),
        ({"external_channel": {"be": False}}, {"external_channel": False}, {"external_channel": True}),
        ({"trigger": {"any_of": ["routine"]}}, {"trigger": Trigger.ROUTINE}, {"trigger": Trigger.MENTION}),
        ({"trust": {"be": "trusted"}}, {"has_read_untrusted": False}, {"has_read_untrusted": True}),
        ({"trust": {"be": "untrusted"}}, {"labels": Labels(trust=Trust.UNTRUSTED)}, {"labels": Labels()}),
        ({"calls": {"within": "1h", "at_most": 3}}, {"counts": {3600: 3}}, {"counts": {3600: 4}}),
        ({"calls": {"within": "2d", "at_least": 1}}, {"counts": {172_800: 1}}, {"counts": {172_800: 0}}),
    ],
)
def test_a_test_holds_for_what_it_names(where: dict[str, Any], passes: dict[str, Any], fails: dict[str, Any]) -> None:
    # given one test, when a call has what it names, or something else, then it holds, or fails
    assert outcome(where, a_call(**passes)) is True
    assert outcome(where, a_call(**fails)) is False


@pytest.mark.parametrize(
    ("where", "passes", "fails"),
    [
        ({"who": {"any_of": ["U1ANN"]}}, {"id": "U1ANN"}, {"id": "U2BEN"}),
        ({"kind": {"none_of": ["guest"]}}, {"kind": PersonKind.MEMBER}, {"kind": PersonKind.GUEST}),
        ({"groups": {"any_of": ["S1", "S2"]}}, {"groups": frozenset({"S2"})}, {"groups": frozenset()}),
        ({"groups": {"all_of": ["S1", "S2"]}}, {"groups": frozenset({"S1", "S2"})}, {"groups": frozenset({"S1"})}),
        ({"groups": {"none_of": ["S1"]}}, {"groups": frozenset()}, {"groups": frozenset({"S1"})}),
        ({"member": {"be": True}}, {"member": True}, {"member": False}),
    ],
)
def test_a_test_of_whoever_asks_holds_for_what_it_names(
    where: dict[str, Any], passes: dict[str, Any], fails: dict[str, Any]
) -> None:
    # given one test of a Speaker, when he is what it names, or not, then it holds, or fails
    assert outcome(where, a_call(speakers=(replace(ANN, **passes),))) is True
    assert outcome(where, a_call(speakers=(replace(ANN, **fails),))) is False


@pytest.mark.parametrize(
    ("time", "hours_after_noon", "expected"),
    [
        ({"between": ["08:00", "18:00"]}, 0, True),
        ({"between": ["08:00", "12:00"]}, 0, False),
        ({"between": ["12:00", "12:01"]}, 0, True),
        ({"between": ["13:00", "14:00"], "zone": "Europe/Berlin"}, 0, True),
        ({"days": ["sat"]}, 0, True),
        ({"days": ["sat"]}, 12, False),
        ({"between": ["22:00", "06:00"]}, 11, True),
        ({"between": ["22:00", "06:00"]}, 17, True),
        ({"between": ["22:00", "06:00"]}, 18, False),
        ({"between": ["22:00", "06:00"], "days": ["sat"]}, 17, True),
        ({"between": ["22:00", "06:00"], "days": ["sun"]}, 17, False),
        ({"between": ["22:00", "06:00"], "days": ["sat"]}, 10, True),
        ({"between": ["22:00", "06:00"], "days": ["fri"]}, 10, False),
        ({"between": ["22:00", "06:00"], "days": ["sat"]}, 9.75, False),
        ({"between": ["18:00", "24:00"]}, 11, True),
        ({"between": ["12:30", "13:15"]}, 0.25, False),
        ({"between": ["12:30", "13:15"]}, 0.5, True),
        ({"between": ["12:30", "13:15"]}, 1, True),
        ({"between": ["12:30", "13:15"]}, 1.25, False),
        ({"between": ["23:45", "00:15"]}, 11.5, False),
        ({"between": ["23:45", "00:15"]}, 11.75, True),
        ({"between": ["23:45", "00:15"]}, 12, True),
        ({"between": ["23:45", "00:15"]}, 12.25, False),
    ],
)
def test_a_time_is_that_of_its_zone_and_a_night_belongs_to_the_day_on_which_it_began(
    time: dict[str, Any], hours_after_noon: float, expected: bool
) -> None:
    # given Saturday noon in UTC and some hours after it, when a time is asked for, then it holds within it
    assert holds({"time": time}, at=NOON + round(hours_after_noon * HOUR)) is expected


def test_a_time_does_not_depend_on_where_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a machine whose own zone is not UTC, when a time is asked for, then it is that of the rule's zone
    try:
        with monkeypatch.context() as patched:
            patched.setenv("TZ", "Asia/Tokyo")
            clock.tzset()
            assert holds({"time": {"between": ["12:00", "12:01"]}}, at=NOON)
            assert holds({"time": {"between": ["13:00", "13:01"], "zone": "Europe/Berlin"}}, at=NOON)
    finally:
        clock.tzset()


def test_all_tests_of_a_rule_must_hold() -> None:
    # given two tests, when one fails, then together they fail, whatever else is not known
    where = {"amount": {"at_most": 10}, "host": {"any_of": ["a.example"]}}
    assert outcome(where, a_call(amount=5.0, host="a.example")) is True
    assert outcome(where, a_call(amount=5.0, host="b.example")) is False
    assert outcome(where, a_call(amount=5.0)) is None
    assert outcome(where, a_call(amount=50.0)) is False
    assert outcome(where, a_call(amount=50.0, host=Failed("timed out"))) is False


def test_what_could_not_be_loaded_is_said_where_it_matters() -> None:
    # given two tests, when what one asks for could not be loaded and the other does not fail, then that is raised
    where = {"amount": {"at_most": 10}, "host": {"any_of": ["a.example"]}}
    for amount in (5.0, None):
        with pytest.raises(NotLoaded, match="timed out"):
            outcome(where, a_call(amount=amount, host=Failed("timed out")))


@pytest.mark.parametrize("unread", [{"labels": Failed("timed out")}, {"has_read_untrusted": Failed("timed out")}])
@pytest.mark.parametrize("trust", Trust)
def test_what_was_read_is_neither_trusted_nor_not_where_nobody_could_look(unread: dict[str, Any], trust: Trust) -> None:
    # given a test of what the Run has read, when that could not be loaded, then it is raised, whatever is asked for
    with pytest.raises(NotLoaded, match="timed out"):
        outcome({"trust": {"be": trust}}, a_call(**unread))


def test_how_often_a_tool_was_used_is_unknown_where_nobody_could_count() -> None:
    # given a test of uses, when they could not be counted, then that is raised; where there is no count, it is unknown
    where = {"calls": {"within": "1h", "at_most": 3}}
    with pytest.raises(NotLoaded, match="timed out"):
        outcome(where, a_call(counts=Failed("timed out")))
    assert outcome(where, a_call(counts={86_400: 1})) is None


def test_an_attribute_that_is_written_and_left_empty_asks_nothing() -> None:
    # given conditions of which one is written without a test, when made ready, then only the others are asked
    where = Where.model_validate({"here": None, "amount": {"at_most": 10}, "who": None, "member": {"be": True}})
    plain, personal = matching.tests_of(where)
    assert [one.attribute for one in plain] == ["amount"]
    assert [one.attribute for one in personal] == ["member"]
