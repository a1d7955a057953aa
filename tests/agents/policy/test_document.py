"""What a policy may say: its keys, its limits, what stands for what is not said, and what contradicts itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.policy.conditions import Where
from agents.policy.document import Approvers, Authority, Bundle, Ceiling, Document, Of, Part, Rule
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict

A_RULE = {"id": "a", "verdict": "ask", "tools": ["send"]}


def a_policy(**said: Any) -> Document:
    """Return a policy, as it would be read from its text."""
    return Document.model_validate(said)


def a_rule(**said: Any) -> dict[str, Any]:
    """Return a rule, as it would be read from its text."""
    return {**A_RULE, **said}


def refusal(**said: Any) -> str:
    """Return why a policy is none."""
    with pytest.raises(ValidationError) as refused:
        a_policy(**said)
    (fault,) = refused.value.errors()
    return fault["msg"]


def test_what_is_not_said_is_left_to_others_or_kept_small() -> None:
    # given a policy that says nothing, then it is a workspace's, gives nothing, limits nothing and asks nobody
    said = a_policy()
    assert (said.tagwork, said.of, said.version) == ("policy/1", Of.WORKSPACE, 0)
    assert (said.authority, said.bundles, said.channels) == ({}, {}, {})
    part = said.default
    assert (part.ceilings, part.rules, part.settings, part.bundles) == (None, (), Settings(), ())

    # and a rule, a ceiling and a bundle mean no more than what they say
    rule = Rule.model_validate(A_RULE)
    assert (rule.effects, rule.reaches, rule.where, rule.reason) == ((), (), Where(), "")
    assert (rule.approvers, rule.fallback, rule.shadow, rule.until) == (None, False, False, None)
    ceiling = Ceiling(tools=("*",))
    assert (ceiling.effects, ceiling.reaches, ceiling.where, ceiling.at_most) == ((), (), Where(), Verdict.ALLOW)
    bundle = Bundle()
    assert (bundle.instructions, bundle.rules, bundle.grants) == ("", (), ())

    # and where a rule names approvers without a word on whom, an admin says yes, alone, and never whoever asked
    approvers = Approvers()
    assert (approvers.requester, approvers.admins, approvers.people, approvers.groups) == (False, True, None, None)
    assert (approvers.quorum, approvers.expires) == (1, None)


@pytest.mark.parametrize(
    "said",
    [
        {"defualt": {}},
        {"default": {"rule": []}},
        {"default": {"rules": [a_rule(reson="x")]}},
        {"default": {"rules": [a_rule(approvers={"admin": True})]}},
        {"default": {"ceilings": [{"tools": ["*"], "at_least": "ask"}]}},
        {"bundles": {"docs": {"rule": []}}},
    ],
)
def test_a_key_that_there_is_not_is_refused_and_never_passed_over(said: dict[str, Any]) -> None:
    # given a key that is misspelt, in any part, then there is no policy
    assert refusal(**said) == "Extra inputs are not permitted"


@pytest.mark.parametrize(
    ("part", "key"),
    [
        (Document(), "version"),
        (Part(), "rules"),
        (Rule.model_validate(A_RULE), "shadow"),
        (Ceiling(tools=("*",)), "tools"),
        (Bundle(), "rules"),
        (Approvers(), "quorum"),
    ],
)
def test_nothing_in_a_policy_changes_once_it_is_read(part: Document | Part | Rule, key: str) -> None:
    # given any part of a policy, when something is put into it, then it is refused
    with pytest.raises(ValidationError, match="frozen"):
        setattr(part, key, ())


LIMITS = {
    "a tool at least": ({"tools": ["send"]}, {"tools": []}, "at least 1 item"),
    "tools of a line": ({"tools": ["send"] * 500}, {"tools": ["send"] * 501}, "at most 500 items"),
    "a reason": ({"reason": "x" * 300}, {"reason": "x" * 301}, "at most 300 characters"),
    "a yes at least": ({"approvers": {"quorum": 1}}, {"approvers": {"quorum": 0}}, "greater than or equal to 1"),
    "yes of how many": ({"approvers": {"quorum": 10}}, {"approvers": {"quorum": 11}}, "less than or equal to 10"),
}


@pytest.mark.parametrize(("fits", "does_not", "why"), LIMITS.values(), ids=LIMITS.keys())
def test_a_rule_has_limits(fits: dict[str, Any], does_not: dict[str, Any], why: str) -> None:
    # given a rule with as much as it may have, then it is one; with one more or fewer, it is none
    assert a_policy(default={"rules": [a_rule(**fits)]}).default.rules
    assert why in refusal(default={"rules": [a_rule(**does_not)]})


def test_a_policy_has_limits() -> None:
    # given as many rules, and as long instructions, as there may be
    rules = tuple(Rule(id=f"r{at}", verdict=Verdict.DENY, tools=("send",)) for at in range(5_001))
    assert len(Document(default=Part(rules=rules[1:])).default.rules) == 5_000
    assert a_policy(bundles={"docs": {"instructions": "x" * 10_000}}).bundles

    # then one more is refused, and so is a version before the first
    with pytest.raises(ValidationError, match="at most 5000 items"):
        Part(rules=rules)
    assert "at most 10000 characters" in refusal(bundles={"docs": {"instructions": "x" * 10_001}})
    assert "greater than or equal to 0" in refusal(version=-1)

    # and a ceiling that lets nothing through says so by being left empty, not by denying
    assert "'allow'> or <Verdict.ASK: 'ask'>" in refusal(default={"ceilings": [{"tools": ["*"], "at_most": "deny"}]})


NOBODY = "Value error, names nobody who could approve: set admins, requester, people or groups"


@pytest.mark.parametrize("named", [{"requester": True}, {"people": ["U1"]}, {"groups": ["S1"]}, {"admins": True}])
def test_whoever_is_named_by_any_line_may_approve_and_nobody_may_where_none_is(named: dict[str, Any]) -> None:
    # given approvers without admins, then one other line is enough, and without it there is nobody
    rule = a_rule(approvers={"admins": False, **named})
    assert a_policy(default={"rules": [rule]}).default.rules[0].approvers is not None
    assert refusal(default={"rules": [a_rule(approvers={"admins": False})]}) == NOBODY


@pytest.mark.parametrize("others", [{"admins": True}, {"people": ["U1"]}, {"groups": ["S1"]}])
def test_a_quorum_needs_more_people_than_whoever_asked(others: dict[str, Any]) -> None:
    # given a rule by which whoever asked says yes alone, then two of them are never found
    alone = {"admins": False, "requester": True}
    assert (
        refusal(default={"rules": [a_rule(approvers={**alone, "quorum": 2})]})
        == "Value error, can never be reached: a quorum of 2 of the requester alone"
    )

    # but with others beside them, or without them, two may be found, and one always is
    for approvers in (
        {**alone, "quorum": 1},
        {**alone, "quorum": 2, **others},
        {"admins": False, "quorum": 2, **others},
    ):
        found = a_policy(default={"rules": [a_rule(approvers=approvers)]}).default.rules[0].approvers
        assert found is not None
        assert found.quorum == approvers["quorum"]


@pytest.mark.parametrize("verdict", Verdict)
def test_only_what_asks_has_approvers_and_only_what_grants_is_a_fallback(verdict: Verdict) -> None:
    # given rules of each verdict
    approved = {"default": {"rules": [a_rule(verdict=verdict.value, approvers={})]}}
    fallback = {"default": {"rules": [a_rule(verdict=verdict.value, fallback=True)]}}

    # then approvers belong to those that ask
    if verdict is Verdict.ASK:
        assert a_policy(**approved).default.rules[0].approvers == Approvers()
    else:
        assert (
            refusal(**approved)
            == f"Value error, has approvers, and its verdict is {verdict.value}: only `ask` has approvers"
        )

    # and to deny where nobody says anything is what happens anyway
    if verdict is Verdict.DENY:
        assert refusal(**fallback) == "Value error, is a fallback that denies: without any rule a call is denied"
    else:
        assert a_policy(**fallback).default.rules[0].fallback


HOLDERS: list[dict[str, Any]] = [
    {"default": {"rules": [A_RULE]}},
    {"channels": {"C1": {"rules": [A_RULE]}}},
    {"channels": {"C2": {"rules": [A_RULE]}}},
    {"bundles": {"docs": {"rules": [A_RULE]}}},
]
TWICE = "Value error, two rules are called 'a': a decision could not say which one made it"


@pytest.mark.parametrize("one", range(len(HOLDERS)))
@pytest.mark.parametrize("other", range(len(HOLDERS)))
def test_no_two_rules_have_one_name_wherever_they_stand(one: int, other: int) -> None:
    # given one rule's name in two places of a policy, or twice in one
    if one == other:
        said = {
            key: {inner: {"rules": [A_RULE] * 2} for inner in value} if key != "default" else {"rules": [A_RULE] * 2}
            for key, value in HOLDERS[one].items()
        }
    else:
        both = [HOLDERS[one], HOLDERS[other]]
        said = {key: {name: part for each in both for name, part in each.get(key, {}).items()} for key in HOLDER_KEYS}

    # then it is refused, since nobody could say which of them decided; one alone is a policy
    assert refusal(**said) == TWICE
    assert a_policy(**HOLDERS[one])


HOLDER_KEYS = ("default", "channels", "bundles")


@pytest.mark.parametrize("said", [{"default": {"bundles": ["docs"]}}, {"channels": {"C1": {"bundles": ["docs"]}}}])
def test_a_bundle_is_attached_only_where_there_is_one(said: dict[str, Any]) -> None:
    # given a part to which a bundle is attached, then the policy has that bundle, or is none
    assert a_policy(**said, bundles={"docs": {}, "news": {}})
    nothing: dict[str, Any] = {}
    for there in (nothing, {"news": nothing}):
        assert (
            refusal(**said, bundles=there)
            == "Value error, attaches the bundle 'docs', which the document does not have"
        )


def test_the_organisations_policy_has_no_channels() -> None:
    # given a policy with a part for a channel, then it is a workspace's; the organisation's says nothing of channels
    assert a_policy(of="workspace", channels={"C1": {}}).channels
    assert a_policy(of="organisation", channels={}).of is Of.ORGANISATION
    assert (
        refusal(of="organisation", channels={"C1": {}})
        == "Value error, is the organisation's, which has no channels: a channel's part belongs to its workspace"
    )


def test_whose_right_a_call_needs_is_one_of_three() -> None:
    # given a tool's authority, then it is one of the three words
    for word in Authority:
        assert a_policy(authority={"send_*": word.value}).authority == {"send_*": word}
    assert [one.value for one in Authority] == ["channel", "requester", "both"]
