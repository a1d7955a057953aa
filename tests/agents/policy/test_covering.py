"""What is told of two rules without a call is so for every call."""

from dataclasses import dataclass

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from agents.policy.conditions import Where
from agents.policy.covering import Kind, covers, disjoint, matched
from agents.policy.document import Ceiling, Rule
from agents.policy.facts import Facts
from agents.policy.verdicts import Verdict
from tests.given.small_policies import KINDS, TESTS, ceilings, facts, holds, rules
from tools.contract import Effect, Reach

LINES = rules() | ceilings()


@dataclass(frozen=True)
class Known:
    """What is known of a tool."""

    effect: Effect
    reach: Reach


CATALOGUE: dict[str, Kind] = {name: Known(*kind) for name, kind in KINDS.items()}


@st.composite
def alike(draw: st.DrawFn) -> tuple[Rule | Ceiling, Rule | Ceiling]:
    """Return two rules or ceilings, the second made of the first with some tests and tools changed or added."""
    one, other = draw(LINES), draw(LINES)
    kept = draw(st.sampled_from([("tools",), ("tools", "effects", "reaches"), ("effects", "reaches")]))
    said = {**_said(one.where), **_said(other.where)}
    changed = {name: draw(st.sampled_from(TESTS[name])) if draw(st.booleans()) else one for name, one in said.items()}
    update = {name: getattr(one, name) for name in kept}
    return one, other.model_copy(update={**update, "where": Where.model_validate(changed)})


def _said(where: Where) -> dict[str, object]:
    return {name: test.model_dump(exclude_unset=True) for name, test in where if test is not None}


@settings(max_examples=80)
@given(alike(), st.lists(facts(), min_size=4, max_size=4))
def test_what_a_covered_rule_matches_its_cover_matches(
    two: tuple[Rule | Ceiling, Rule | Ceiling], calls: list[Facts]
) -> None:
    # given two rules that are alike, one of which covers the other now and then
    one, other = two
    event(f"covered: {covers(one, other)}")

    # when calls come, then whatever the covered one matches, the other matches too
    assert not covers(one, other) or all(holds(one, call) for call in calls if holds(other, call))


@settings(max_examples=80)
@given(alike(), st.lists(facts(), min_size=4, max_size=4), st.sampled_from([None, CATALOGUE]))
def test_no_call_fits_two_rules_that_are_disjoint(
    two: tuple[Rule | Ceiling, Rule | Ceiling], calls: list[Facts], catalogue: dict[str, Kind] | None
) -> None:
    # given two rules that are alike, which no call fits both now and then
    one, other = two
    event(f"disjoint: {disjoint(one, other, catalogue)}")

    # when calls come, then none fits both
    assert not disjoint(one, other, catalogue) or not any(holds(one, call) and holds(other, call) for call in calls)


@given(LINES, facts())
def test_the_tools_of_a_rule_are_those_that_it_can_match(line: Rule | Ceiling, call: Facts) -> None:
    # given a rule that holds for a call, then the call's tool is among the rule's
    assert not holds(line, call) or call.tool in matched(line, CATALOGUE)


def allow(tools: str = "*", **where: object) -> Rule:
    return Rule(id="a", verdict=Verdict.ALLOW, tools=tuple(tools.split()), where=Where.model_validate(where))


def deny(tools: str = "*", **where: object) -> Rule:
    return Rule(id="d", verdict=Verdict.DENY, tools=tuple(tools.split()), where=Where.model_validate(where))


COVERED = [
    (allow(), allow("post_mail")),
    (allow("post_*"), allow("post_mail post_x*")),
    (deny(), allow(host={"any_of": ["a.example"]})),
    (allow(), deny(host={"any_of": ["a.example"]})),
    (deny(host={"any_of": ["*.example"]}), allow(host={"any_of": ["a.example", "*.b.example"]})),
    (deny(host={"none_of": ["b.example"]}), allow(host={"any_of": ["a.example"]})),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"any_of": ["10.1.2.3"]})),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"in_networks": ["10.1.0.0/16"]})),
    (deny(path={"begins_with": ["/api"]}), allow(path={"begins_with": ["/api/v1", "/x/../api"]})),
    (deny(path={"begins_with": ["/"]}), allow(path={"begins_with": ["/a"]})),
    (deny(here={"none_of": ["C1"]}), allow(here={"none_of": ["C1", "C2"]})),
    (deny(here={"any_of": ["C1", "C2"]}), allow(here={"any_of": ["C1", "C3"], "none_of": ["C3"]})),
    (deny(groups={"any_of": ["S1", "S2"]}), allow(groups={"all_of": ["S2"]})),
    (deny(kind={"none_of": ["guest"]}), allow(kind={"any_of": ["admin"]})),
    (deny(amount={"at_least": 1}), allow(amount={"at_least": 2, "at_most": 3})),
    (deny(calls={"within": "1d", "at_least": 1}), allow(calls={"within": "1d", "at_least": 2})),
    (deny(time={"between": ["08:00", "18:00"]}), allow(time={"between": ["09:00", "10:00"], "days": ["mon"]})),
    (deny(member={"be": True}), allow(member={"be": True}, host={"any_of": ["a.example"]})),
]
NOT_COVERED = [
    (allow("post_mail"), allow("post_*")),
    (allow(host={"none_of": ["a.example"]}), deny(host={"none_of": ["a.example"]})),
    (deny(host={"any_of": ["*.a.example"]}), allow(host={"any_of": ["a.example"]})),
    (deny(path={"begins_with": ["/api"]}), allow(path={"begins_with": ["/apix"]})),
    (deny(calls={"within": "1d", "at_least": 1}), allow(calls={"within": "2d", "at_least": 2})),
    (deny(time={"between": ["08:00", "18:00"]}), allow(time={"between": ["18:00", "08:00"]})),
    (deny(amount={"at_least": 1}), allow()),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"any_of": ["10.example"]})),
]


@pytest.mark.parametrize(("wide", "narrow"), COVERED)
def test_one_covers_the_other(wide: Rule, narrow: Rule) -> None:
    # given two such rules, then one covers the other
    assert covers(wide, narrow)


@pytest.mark.parametrize(("wide", "narrow"), NOT_COVERED)
def test_one_does_not_cover_the_other(wide: Rule, narrow: Rule) -> None:
    # given two such rules, then neither is said to be covered by the first
    assert not covers(wide, narrow)


DISJOINT = [
    (allow("post_*"), allow("read_*")),
    (allow(host={"any_of": ["a.example"]}), allow(host={"any_of": ["*.a.example"]})),
    (allow(path={"begins_with": ["/a"]}), allow(path={"begins_with": ["/b"]})),
    (allow(path={"begins_with": ["/a"]}), allow(path={"not_with": ["/"]})),
    (allow(here={"any_of": ["C1"]}), allow(here={"none_of": ["C1"]})),
    (allow(amount={"at_most": 1}), allow(amount={"at_least": 2})),
    (allow(method={"any_of": ["GET"]}), allow(method={"none_of": ["GET"]})),
    (allow(member={"be": True}), allow(member={"be": False})),
]


@pytest.mark.parametrize(("one", "other"), DISJOINT)
def test_no_call_fits_both(one: Rule, other: Rule) -> None:
    # given two such rules, then they are disjoint, whichever comes first; a rule that denies fits what is not known too
    assert disjoint(one, other)
    assert disjoint(other, one)
    if one.tools == other.tools:
        assert not disjoint(one.model_copy(update={"verdict": Verdict.DENY}), other)
