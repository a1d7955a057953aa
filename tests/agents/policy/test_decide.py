"""The gate answers every question, and what nobody allowed is denied."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.policy.decide import Asked, Policy, could_allow, decide
from agents.policy.verdicts import Verdict
from tools.contract import Effect, Reach

NAMES = st.sampled_from(["look", "send", ""])
ASKED = st.builds(
    Asked,
    tool=NAMES,
    effect=st.one_of(st.none(), st.sampled_from(Effect)),
    reach=st.one_of(st.none(), st.sampled_from(Reach)),
    fits=st.sampled_from(["", "what: too long"]),
    may_have_happened=st.booleans(),
    frozen=st.booleans(),
)
POLICIES = st.builds(Policy, st.frozensets(NAMES))


@given(POLICIES, ASKED)
def test_whatever_is_asked_has_an_answer_with_its_rule_and_its_reason(policy: Policy, asked: Asked) -> None:
    # given any question, when it is judged, then verdict, rule and reason are there
    decision = decide(policy, asked)
    assert decision.verdict in Verdict
    assert decision.rule
    assert decision.reason


@given(ASKED)
@pytest.mark.failure_mode(50)
def test_an_empty_policy_allows_nothing_but_reading_in_place_and_the_runs_own(asked: Asked) -> None:
    # given a policy that lists nothing, when something is allowed, then it reads in the thread or touches only the Run
    if decide(Policy(), asked).verdict is Verdict.ALLOW:
        assert (asked.effect, asked.reach) == (Effect.READ, Reach.THREAD) or asked.reach is Reach.RUN


@given(POLICIES, ASKED)
def test_no_list_overrules_a_denial(policy: Policy, asked: Asked) -> None:
    # given a question with something against it, when it is judged, then no policy allows it
    unfit = replace(asked, fits="what: too long")
    assert decide(policy, unfit).verdict is Verdict.DENY
    assert decide(policy, replace(asked, effect=None)).verdict is Verdict.DENY
    assert decide(policy, replace(asked, frozen=True)).verdict is Verdict.DENY
    twice = replace(asked, may_have_happened=True, effect=Effect.ACT)
    assert decide(policy, twice).verdict is Verdict.DENY


@pytest.mark.law("E19")
def test_a_read_may_be_repeated_though_an_equal_one_is_unknown() -> None:
    # given an equal read that is unknown, when it is proposed again, then it is allowed
    asked = Asked(tool="look", effect=Effect.READ, reach=Reach.THREAD, may_have_happened=True)
    assert decide(Policy(), asked).verdict is Verdict.ALLOW


def test_a_listed_tool_is_allowed_and_offered_and_another_is_neither() -> None:
    # given a policy that lists one tool, then it may be used, and the other is not even offered
    policy = Policy(frozenset({"send"}))
    assert decide(policy, Asked(tool="send", effect=Effect.ACT, reach=Reach.OUTSIDE)).rule == "listed"
    assert could_allow(policy, "send", Effect.ACT, Reach.OUTSIDE)
    assert not could_allow(policy, "burn", Effect.ACT, Reach.DESTRUCTIVE)
