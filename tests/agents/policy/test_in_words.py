"""Rules and ceilings read as sentences, for whoever looks at a change."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from agents.policy.conditions import Where
from agents.policy.document import Ceiling, Rule
from agents.policy.in_words import of_ceiling, of_rule, of_value, of_where
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
