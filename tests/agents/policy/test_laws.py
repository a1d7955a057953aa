"""The laws of judging, for whatever policies and calls there are."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy.document import Document, Part, Rule
from agents.policy.facts import Facts, Failed, Speaker
from agents.policy.judging import could_allow, judge
from agents.policy.scopes import Scope
from agents.policy.verdicts import STRICTNESS, Verdict, strictest
from agents.surface import PersonKind
from tests.given.policies import (
    ASKED,
    CALLS,
    HERE,
    ORGANISATIONS,
    POOL,
    RULES,
    a_call,
    a_workspace,
    allow,
    alone,
    ask,
    deny,
    documents,
    many,
    of,
    with_rules,
)
from tools.contract import Destination, Effect, Reach

ADDED = st.sampled_from(POOL).map(lambda one: one.model_copy(update={"id": f"added.{one.id}"}))
RESTRICTING = ADDED.filter(lambda one: one.verdict is not Verdict.ALLOW)
DENYING = ADDED.filter(lambda one: one.verdict is Verdict.DENY)


def added(document: Document, rule: Rule, channel: str) -> Document:
    """Return a document with one rule more, in its own part or in a channel's."""
    part = document.channels.get(channel, Part()) if channel else document.default
    return with_rules(document, (*part.rules, rule), channel=channel)


@many
@given(CALLS)
@pytest.mark.requirement("AUTHZ-01")
@pytest.mark.failure_mode(50)
def test_a_policy_that_says_nothing_denies_every_call(call: Facts) -> None:
    # given no document at all, or one that says nothing, when any call is judged, then it is denied
    assert judge(of(None), call).verdict is Verdict.DENY
    assert judge(of(Document()), call).verdict is Verdict.DENY


@many
@given(documents(), ORGANISATIONS, CALLS, st.randoms(use_true_random=False))
@pytest.mark.requirement("AUTHZ-02")
def test_neither_order_nor_the_order_of_scopes_texts_decides(
    workspace: Document, organisation: Document | None, call: Facts, chance: Random
) -> None:
    # given any policies, when the rules of each part stand in another order, then the whole answer is the same
    def shuffled(document: Document, channel: str) -> Document:
        part = document.channels[channel] if channel else document.default
        return with_rules(document, chance.sample(part.rules, len(part.rules)), channel=channel)

    before = judge(of(workspace, organisation), call)
    other = None if organisation is None else shuffled(organisation, "")
    assert judge(of(shuffled(shuffled(workspace, ""), HERE), other), call) == before


@many
@given(RULES, CALLS)
@pytest.mark.requirement("AUTHZ-02")
def test_a_narrower_rule_never_wins_over_a_stricter_one(rules: list[Rule], call: Facts) -> None:
    # given any rules, and one that denies every tool, when any call is judged, then it is denied
    everything = deny("everything")
    assert judge(of(a_workspace(everything, *rules)), call).verdict is Verdict.DENY
    assert judge(of(a_workspace(*rules, here=Part(rules=(everything,)))), replace(call, here=HERE)).verdict is (
        Verdict.DENY
    )


@many
@given(documents(), ORGANISATIONS, CALLS, DENYING, st.sampled_from(["", HERE]))
@pytest.mark.requirement("AUTHZ-03")
def test_a_rule_more_that_denies_never_widens(
    workspace: Document, organisation: Document | None, call: Facts, rule: Rule, where: str
) -> None:
    # given any policies, when a rule is added that denies, then no verdict is laxer than before
    before = judge(of(workspace, organisation), call).verdict
    after = judge(of(added(workspace, rule, where), organisation), call).verdict
    assert STRICTNESS[after] >= STRICTNESS[before]
    if organisation is not None:
        wider = judge(of(workspace, added(organisation, rule, "")), call).verdict
        assert STRICTNESS[wider] >= STRICTNESS[before]


@many
@given(documents(), ORGANISATIONS, CALLS, RESTRICTING, st.sampled_from(["", HERE]))
@pytest.mark.requirement("AUTHZ-03")
def test_a_rule_more_that_asks_never_does_without_a_yes(
    workspace: Document, organisation: Document | None, call: Facts, rule: Rule, where: str
) -> None:
    # given any policies, when a rule is added that asks or denies, then nothing becomes allowed that was not, and what
    # a rule or a gate denied stays denied
    before = judge(of(workspace, organisation), call)
    after = judge(of(added(workspace, rule, where), organisation), call)
    assert after.verdict is not Verdict.ALLOW or before.verdict is Verdict.ALLOW
    if before.verdict is Verdict.DENY and before.scope is not Scope.BUILT_IN:
        assert after.verdict is Verdict.DENY
    if before.verdict is Verdict.ASK:
        assert after.verdict is not Verdict.ALLOW


@many
@given(documents(), ORGANISATIONS, CALLS, RULES)
@pytest.mark.requirement("AUTHZ-03")
def test_narrower_scopes_never_exceed_a_ceiling(
    workspace: Document, organisation: Document | None, call: Facts, rules: list[Rule]
) -> None:
    # given a scope that lets narrower ones grant nothing, when a narrower one says anything, then no verdict is laxer
    # than without it
    shut = workspace.model_copy(update={"default": workspace.default.model_copy(update={"ceilings": ()})})
    without = judge(of(with_rules(shut, (), channel=HERE), organisation), call).verdict
    renamed = [one.model_copy(update={"id": f"added.{one.id}"}) for one in rules]
    with_them = judge(of(with_rules(shut, renamed, channel=HERE), organisation), call).verdict
    assert STRICTNESS[with_them] >= STRICTNESS[without]
    if organisation is not None:
        low = organisation.model_copy(update={"default": organisation.default.model_copy(update={"ceilings": ()})})
        silent = with_rules(with_rules(workspace, ()), (), channel=HERE)
        without = judge(of(silent, low), call).verdict
        assert STRICTNESS[judge(of(workspace, low), call).verdict] >= STRICTNESS[without]


@many
@given(documents(), ORGANISATIONS, CALLS, RULES)
@pytest.mark.requirement("AUTHZ-17")
def test_what_is_only_tried_out_changes_nothing(
    workspace: Document, organisation: Document | None, call: Facts, rules: list[Rule]
) -> None:
    # given any policies, when rules are added that are only tried out, then all but what they would do is as before
    tried = [one.model_copy(update={"id": f"tried.{one.id}", "shadow": True}) for one in rules]
    before = judge(of(workspace, organisation), call)
    document = with_rules(workspace, (*workspace.default.rules, *tried))
    assert replace(judge(of(document, organisation), call), shadow=None) == before


@many
@given(documents(), ORGANISATIONS, CALLS, RULES)
@pytest.mark.requirement("AUTHZ-17")
def test_what_is_tried_out_tells_what_would_be_so(
    workspace: Document, organisation: Document | None, call: Facts, rules: list[Rule]
) -> None:
    # given rules that are only tried out, when some hold, then what is told of them is so once they count
    def document(*, shadow: bool) -> Document:
        tried = [one.model_copy(update={"id": f"tried.{one.id}", "shadow": shadow}) for one in rules]
        return with_rules(workspace, (*workspace.default.rules, *tried))

    told = judge(of(document(shadow=True), organisation), call).shadow
    if told is not None:
        assert judge(of(document(shadow=False), organisation), call).verdict is told.verdict


@many
@given(documents(), ORGANISATIONS, CALLS)
@pytest.mark.requirement("AUTHZ-16")
def test_several_who_ask_have_only_what_each_of_them_has(
    workspace: Document, organisation: Document | None, call: Facts
) -> None:
    # given several Speakers, in any order, when a call is judged, then its verdict is the strictest of what each gets
    policies = of(workspace, organisation)
    each = [judge(policies, alone(call, one)).verdict for one in call.speakers]
    assert judge(policies, call).verdict is strictest(*each)
    assert judge(policies, replace(call, speakers=call.speakers[::-1])).verdict is strictest(*each)


def but(call: Facts, **changed: Any) -> Facts:
    """Return a call of which some things are otherwise, also such as no type allows."""
    return replace(call, **changed)


@pytest.mark.parametrize("name", [name for name in ASKED if name not in {"here", "who", "kind", "bot", "two"}])
@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.requirement("AUTHZ-05")
def test_what_could_not_be_loaded_and_is_asked_for_denies(name: str, verdict: Verdict) -> None:
    # given a rule that asks for something, when looking for that failed, then the call is denied, whatever the rule
    # would have said and whatever else allows it
    makes = {Verdict.ALLOW: allow, Verdict.ASK: ask, Verdict.DENY: deny}[verdict]
    policies = of(a_workspace(makes("asks-for-it", where=ASKED[name]), allow("all")))
    call = a_call()
    attribute = {"network": "host", "external": "external_channel", "trust": "labels", "calls": "counts"}.get(
        name, name
    )
    failed: Any = {name: Failed("timed out")}
    if name in {"groups", "member"}:
        speaker = Speaker("U1ANN", PersonKind.MEMBER, frozenset(), True)
        broken = but(call, speakers=(replace(speaker, **failed),))
    elif name == "time":
        broken = but(call, at="noon")
    else:
        broken = but(call, **{attribute: Failed("timed out")})
    judgement = judge(policies, broken)
    assert (judgement.verdict, judgement.rule) == (Verdict.DENY, "policy.error")
    # operators are told what failed, and nobody else
    assert judgement.cause == ("TypeError" if name == "time" else "timed out")
    assert "timed out" not in judgement.reason


class Breaks:
    """Raises whatever is done with it."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError("a secret of the call")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("a secret of the call")

    def __bool__(self) -> bool:
        raise RuntimeError("a secret of the call")

    def __hash__(self) -> int:
        raise RuntimeError("a secret of the call")


@pytest.mark.parametrize("name", Facts.__dataclass_fields__)
@pytest.mark.requirement("AUTHZ-05")
def test_whatever_raises_on_the_way_denies_or_is_not_looked_at(name: str) -> None:
    # given a policy that asks for all there is, when any one thing about a call raises, then the call is denied, and
    # the message of what was raised is told nowhere
    everything = [ask(f"asks.{one}", where=where) for one, where in ASKED.items()]
    policies = of(a_workspace(*everything, allow("all"), authority={"*": "channel"}))
    # a `read` may be repeated, and a page may be read by whom nobody knows: these are not looked at
    unseen = {"may_have_happened", "audience"}
    page = Destination("page", "https://www.example.com/api/x")
    call = a_call(effect=Effect.READ, reach=Reach.OUTSIDE, destination=page, hosts=frozenset({"www.example.com"}))
    before = judge(policies, call)
    assert before.verdict is Verdict.ASK
    judgement = judge(policies, but(call, **{name: Breaks()}))
    assert judgement == before if name in unseen else judgement.verdict is Verdict.DENY
    assert judgement.cause in ({""} if name in unseen else {"RuntimeError", "TypeError"})
    assert "secret" not in f"{judgement.reason} {judgement.cause}"


@many
@given(documents(), ORGANISATIONS, CALLS)
def test_a_tool_that_is_allowed_or_asked_is_one_that_was_offered(
    workspace: Document, organisation: Document | None, call: Facts
) -> None:
    # given any policies, when some call is not denied, then its tool could have been offered
    policies = of(workspace, organisation)
    if judge(policies, call).verdict is not Verdict.DENY and call.effect and call.reach:
        tool, effect, reach = call.tool, call.effect, call.reach
        assert could_allow(policies, tool, effect, reach, here=call.here, at=call.at, touches=False, web=True)


@many
@given(documents(), ORGANISATIONS, CALLS)
def test_every_answer_says_what_decided_and_an_ask_says_who_may_say_yes(
    workspace: Document, organisation: Document | None, call: Facts
) -> None:
    # given any policies, when a call is judged, then rule and reason are there, and terms exactly where it asks
    judgement = judge(of(workspace, organisation), call)
    assert judgement.rule
    assert judgement.reason
    assert judgement.rule != "policy.error"
    assert (judgement.terms is not None) == (judgement.verdict is Verdict.ASK)
    assert bool(judgement.digest) == (judgement.verdict is not Verdict.DENY)
