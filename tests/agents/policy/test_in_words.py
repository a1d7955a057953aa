"""Rules and ceilings read as sentences, for whoever looks at a change."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from agents.policy.conditions import Where
from agents.policy.document import Approvers, Ceiling, Rule
from agents.policy.in_words import of_approvers, of_ceiling, of_rule, of_value, of_where
from agents.policy.settings import Guests
from tests.given.policies import allow, ask, deny
from tests.given.policy_documents import WHERES, rules


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (allow("a"), "allows every tool"),
        (deny("a", "send", "post_*"), "denies send and post_*"),
        (
            ask("a", "*", effects=["write", "act"], reaches=["outside"], approvers={"groups": ["S1"], "expires": "2h"}),
            "asks before every tool of what is write or act, outside, approved by admins or people of S1 within 2h",
        ),
        (
            ask("a", "send", approvers={"requester": True, "admins": False}, fallback=True, until="2027-01-31"),
            "asks before send, approved by whoever asked, where no other rule grants it, until 2027-01-31",
        ),
        (
            allow(
                "a",
                "send",
                where={
                    "host": {"any_of": ["a.example", "b.example"], "none_of": ["c.example"]},
                    "amount": {"at_most": 2.5},
                    "external_channel": {"be": False},
                    "calls": {"within": "1h", "at_most": 3},
                    "time": {"between": ["08:00", "18:00"], "days": ["mon", "tue"], "zone": "Europe/Berlin"},
                },
                shadow=True,
            ),
            "allows send where host is one of a.example or b.example and host is none of c.example and amount is at "
            "most 2.5 and external channel is no and the time is from 08:00 to 18:00 on mon and tue in Europe/Berlin "
            "and the number of calls within 1h is at most 3, only tried out",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(rule: Rule, said: str) -> None:
    # given a rule, when told, then all of it is there
    assert of_rule(rule) == said


def test_a_ceiling_reads_as_a_sentence() -> None:
    # given a ceiling under a condition, when told, then it says what it lets through
    ceiling = Ceiling.model_validate({"tools": ["send"], "at_most": "ask", "where": {"who": {"any_of": ["U1"]}}})
    assert of_ceiling(ceiling) == "at most asks before send where who is one of U1"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "yes"),
        (None, "unset"),
        (Decimal(5), "5.00 US dollars"),
        (Guests.CHANNEL_ONLY, "channel_only"),
        (("U1", "U2"), "U1 and U2"),
        ((), "none"),
        ("24h", "24h"),
    ],
)
def test_a_value_reads_as_people_say_it(value: Any, said: str) -> None:
    # given a setting's value, when told, then it is said in plain words
    assert of_value(value) == said


@settings(max_examples=40)
@given(rules(), WHERES)
def test_every_rule_and_condition_has_its_words(rule: Rule, where: Where) -> None:
    # given any rule and any condition, when told, then each attribute that is tested is named
    told = of_rule(rule)
    assert all(tool in told or "every tool" in told for tool in rule.tools)
    words = of_where(where)
    for name, test in where:
        if test is not None:
            assert {"calls": "number of calls", "time": "the time is"}.get(name, name.replace("_", " ")) in words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "admins"),
        ({"requester": True}, "whoever asked or admins"),
        ({"requester": True, "admins": False, "people": ["U2", "U1"]}, "whoever asked, U2 or U1"),
        ({"admins": False, "groups": ["S1", "S2"]}, "people of S1 or people of S2"),
        ({"quorum": 2, "people": ["U1"], "expires": "1d"}, "2 of admins or U1 within 1d"),
    ],
)
def test_who_may_say_yes_reads_as_a_sentence(said: dict[str, Any], words: str) -> None:
    # given approvers, when told, then everyone is named, with how many of them, and for how long they are asked
    assert of_approvers(Approvers.model_validate(said)) == words


@pytest.mark.parametrize(
    ("ceiling", "words"),
    [
        ({"tools": ["send", "*"]}, "at most allows every tool"),
        ({"tools": ["a", "b", "c"], "reaches": ["inside", "thread"]}, "at most allows a, b and c of what is inside or"),
        ({"tools": ["a"], "effects": ["read"]}, "at most allows a of what is read"),
    ],
)
def test_a_ceiling_names_its_tools_and_their_kinds(ceiling: dict[str, Any], words: str) -> None:
    # given a ceiling, when told, then all of its tools and kinds are there
    assert of_ceiling(Ceiling.model_validate(ceiling)).startswith(words)
    assert of_ceiling(Ceiling.model_validate({**ceiling, "at_most": "ask"})).startswith("at most asks before ")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({}, ""),
        ({"groups": {"any_of": ["S1"], "all_of": ["S2"]}}, "groups is one of S1 and groups has all of S2"),
        ({"host": {"in_networks": ["10.0.0.0/8", "::/0"]}}, "host is in 10.0.0.0/8 or ::/0"),
        (
            {"path": {"begins_with": ["/a", "/b", "/c"], "not_with": ["/a/x"]}},
            "path begins with /a, /b or /c and path does not begin with /a/x",
        ),
        ({"amount": {"at_least": 0, "at_most": 1000}}, "amount is at least 0 and amount is at most 1000"),
        ({"member": {"be": True}, "trust": {"be": "trusted"}}, "member is yes and trust is trusted"),
        ({"method": {"none_of": ["GET", "PUT"]}}, "method is none of GET or PUT"),
        ({"time": {"between": ["22:00", "06:00"]}}, "the time is from 22:00 to 06:00 in UTC"),
        ({"time": {"days": ["sun"]}}, "the time is from 00:00 to 24:00 on sun in UTC"),
        (
            {"calls": {"within": "2d", "at_least": 0, "at_most": 7}},
            "the number of calls within 2d is at least 0 and the number of calls within 2d is at most 7",
        ),
    ],
)
def test_conditions_read_as_a_sentence(where: dict[str, Any], words: str) -> None:
    # given conditions, when told, then each operator is there with its values, and what is not asked is not
    assert of_where(Where.model_validate(where)) == words


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (False, "no"),
        ("", "unset"),
        (0, "0"),
        (3, "3"),
        (Decimal("0.1"), "0.10 US dollars"),
        ((True, None, Guests.ALLOW), "yes, unset and allow"),
        (["C1"], "C1"),
    ],
)
def test_each_kind_of_value_has_its_words(value: Any, said: str) -> None:
    # given a value of some kind, when told, then nothing of how it is stored is seen
    assert of_value(value) == said
