"""What nearly allowed a call is told by what the call had, the nearest first, and what was far off is not told."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agents.policy.conditions import Where
from agents.policy.document import Document, Rule
from agents.policy.facts import Facts, Failed
from agents.policy.judgement import Miss
from agents.policy.near_misses import MISSING, WORDS
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from tests.given.policies import ANN, BEN, a_call, a_part, a_workspace, allow, an_organisation, ask, deny, judged
from tools.contract import Effect, Reach


def misses(call: Facts, workspace: Document, organisation: Document | None = None) -> list[str]:
    """Return the rules that a denied call just missed, by name."""
    judgement = judged(call, workspace, organisation)
    assert judgement.verdict is Verdict.DENY
    return [one.rule for one in judgement.misses]


@pytest.mark.parametrize(
    ("rule", "call", "failed"),
    [
        (allow("a", until=date(2026, 11, 27)), a_call(), ["it held until 2026-11-27"]),
        (
            allow("a", effects=("read",)),
            a_call(effect=Effect.ACT, reach=Reach.INSIDE),
            ["it is not for what is `act` and `inside`"],
        ),
        (
            ask("a", reaches=("thread",)),
            a_call(effect=Effect.WRITE, reach=Reach.OUTSIDE),
            ["it is not for what is `write` and `outside`"],
        ),
        (
            allow("a", effects=("act",), reaches=("inside",), where={"amount": {"at_most": 5}}),
            a_call(effect=Effect.ACT, reach=Reach.INSIDE, amount=9.0),
            ["the amount 9.0 is not within its limits"],
        ),
        (allow("a", where={"here": {"any_of": ["C9"]}}), a_call(), ["it is not for this channel"]),
        (
            allow("a", where={"channel": {"any_of": ["C9"]}}),
            a_call(channel="C2"),
            ["channel `C2` is not one that it names"],
        ),
        (
            allow("a", where={"channel": {"any_of": ["C9"]}}),
            a_call(),
            ["it needs a channel's id, and the call names none"],
        ),
        (
            allow("a", where={"groups": {"any_of": ["S1"]}, "who": {"any_of": ["U9"]}}),
            a_call(speakers=(replace(ANN, groups=Failed("timeout")),)),
            ["it is not known in which user groups whoever asks is", "it is not for whoever asks"],
        ),
        (
            allow("a", where={"external_channel": {"be": False}}),
            a_call(),
            ["it is not known whether the channel is shared with another organisation"],
        ),
        (
            allow("a", where={"port": {"at_most": 80}, "method": {"any_of": ["GET"]}}),
            a_call(port=443, method="PUT"),
            ["method PUT is not one that it names", "port 443 is not one that it names"],
        ),
        (
            allow("a", until=date(2026, 11, 1), where={"who": {"any_of": ["U9"]}}),
            a_call(),
            ["it held until 2026-11-01", "it is not for whoever asks"],
        ),
        (
            allow("a", where={"calls": {"within": "1h", "at_most": 2}, "groups": {"any_of": ["S9"]}}),
            a_call(counts={3_600: 7}),
            [
                "the tool was used 7 times, which is not within its limits",
                "it is for other user groups than those of whoever asks",
            ],
        ),
    ],
)
def test_what_a_call_missed_a_rule_by_is_told_by_what_it_had(rule: Rule, call: Facts, failed: list[str]) -> None:
    # given a rule that would have granted a call but for one or two things, when denied, then these are told
    assert judged(call, a_workspace(rule)).misses == (Miss(Scope.WORKSPACE, "a", tuple(failed)),)


THREE: list[dict[str, Any]] = [
    {"where": {"port": {"at_most": 80}, "amount": {"at_most": 5}, "who": {"any_of": ["U9"]}}},
    {"where": {"port": {"at_most": 80}, "path": {"begins_with": ["/a"]}}, "until": date(2026, 11, 27)},
    {"where": {"who": {"any_of": ["U9"]}}, "until": date(2026, 11, 27), "effects": ("read",)},
]


@pytest.mark.parametrize("said", THREE)
def test_a_rule_that_missed_by_three_things_was_about_something_else(said: dict[str, Any]) -> None:
    # given a rule of which three things do not fit, when a call is denied, then it is not told
    assert misses(a_call(port=443, amount=9.0, path="/b"), a_workspace(allow("far", **said))) == []


def test_the_nearest_is_told_first_then_the_broadest_then_by_name() -> None:
    # given rules of three scopes that a call misses by one or two things, when denied, then they stand in that order
    one = {"amount": {"at_most": 5}}
    two = {**one, "port": {"at_most": 80}}
    call = a_call(amount=9.0, port=443)
    over = an_organisation(allow("z-near", where=one), allow("a-far", where=two))
    here = a_part(allow("a-near", where=one))
    assert misses(call, a_workspace(allow("b-near", where=one), here=here), over) == ["z-near", "b-near", "a-near"]
    assert misses(call, a_workspace(allow("c-near", where=one), allow("b-near", where=one)), over) == [
        *("z-near", "b-near", "c-near")
    ]
    assert misses(call, a_workspace(allow("z", where=one)), over) == ["z-near", "z", "a-far"]


def test_a_rule_that_holds_for_whoever_asked_missed_nothing() -> None:
    # given a rule for the first who asked, and another who wrote to the request, when it is denied for the other's
    # sake, then nothing of the rule failed, and it is not told; where the other asked first, it is
    policy = a_workspace(allow("ours", where={"groups": {"any_of": ["S1"]}}))
    assert misses(a_call(speakers=(ANN, BEN)), policy) == []
    assert misses(a_call(speakers=(BEN, ANN)), policy) == ["ours"]


def test_what_denies_or_is_only_tried_out_or_names_other_tools_was_never_near() -> None:
    # given such rules, when a call just misses them and is denied, then none is told
    where = {"amount": {"at_most": 5}}
    rules = deny("no", where=where), allow("soon", where=where, shadow=True), allow("other", "burn", where=where)
    assert misses(a_call(amount=9.0), a_workspace(*rules)) == []


def test_of_each_attribute_there_are_words_for_what_is_otherwise_and_for_what_is_not_known() -> None:
    assert set(WORDS) == set(MISSING)
    assert set(WORDS) == set(Where.model_fields)
