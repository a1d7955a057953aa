"""What is told of two rules without a call is so for every call."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from agents.policy import matching
from agents.policy.conditions import KindTest, Method, MethodTest, Trigger, TriggerTest, Where
from agents.policy.covering import (
    Kind,
    admitted,
    covers,
    disjoint,
    grounds_of,
    host_begins,
    in_network,
    matched,
    path_begins,
)
from agents.policy.document import Ceiling, Rule
from agents.policy.facts import Facts
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tests.given.small_policies import KINDS, TESTS, ceilings, facts, few_of, holds, lists_of, operators_of, rules
from tools.contract import Effect, Reach, Trust

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


NUMBERS = [0.5, 1, 1.5, 2.5, 2.75, 3, 3.5, 4.25, 5, 79, 80, 81, 443, 444, 1_000, 1_001, 8_080, 9_000]
WORLD: dict[str, list[object]] = {
    "here": ["C1", "C2", "C3"],
    "who": ["U1", "U2", "U3", "U4"],
    "method": list(Method),
    "kind": list(PersonKind),
    "trigger": list(Trigger),
    "port": [*NUMBERS],
    "amount": [*NUMBERS],
    "calls": [0, 1, 2, 3, 4, 5],
    "external_channel": [True, False],
    "trust": list(Trust),
    "host": ["a.example", "b.example", "x.a.example", "y.a.example", "x.b.example", "example", "x.test", "10.0.0.1"],
    "path": ["/", "/api", "/api/v1", "/api/v1/x", "/api/y", "/apix", "/z"],
    "groups": [frozenset(), *(frozenset(one) for one in (["S1"], ["S2"], ["S1", "S2"], ["S3"], ["S1", "S2", "S3"]))],
}
"""Values of each attribute, among them always some that no test names."""

HOSTS = lists_of("a.example", "*.a.example", "b.example", "*.example")
PATHS = operators_of(begins_with=few_of(["/api", "/api/v1", "/apix"]), not_with=few_of(["/api", "/api/v1", "/apix"]))
EXACT: dict[str, Sequence[dict[str, Any]]] = {
    **{name: TESTS[name] for name in ("here", "who", "kind", "method", "trigger", "port", "amount", "calls")},
    **{name: TESTS[name] for name in ("external_channel", "trust")},
    "host": [one for one in HOSTS if len(one) == 1],
    "path": [one for one in PATHS if len(one) == 1],
}
"""Tests of which it is told exactly whether one covers another, and whether no value fits both."""

SOUND: dict[str, Sequence[dict[str, Any]]] = {
    "host": lists_of("a.example", "*.a.example", "b.example"),
    "path": PATHS,
    "groups": TESTS["groups"],
}
"""Tests of which some answers are not known, because two operators stand beside each other."""


def _rule_of(attribute: str, said: dict[str, Any]) -> Rule:
    return Rule(id="a", verdict=Verdict.ALLOW, tools=("*",), where=Where.model_validate({attribute: said}))


def _values_of(attribute: str, said: dict[str, Any]) -> frozenset[int]:
    """Return which values of the world a test lets through, by their places."""
    ready = [one for some in matching.tests_of(Where.model_validate({attribute: said})) for one in some]
    return frozenset(at for at, value in enumerate(WORLD[attribute]) if ready[0].passes(value))


@pytest.mark.parametrize("attribute", EXACT)
def test_one_test_covers_another_exactly_where_whatever_passes_it_passes_both(attribute: str) -> None:
    # given all tests of an attribute, when any two are compared, then one covers the other exactly where no value
    # passes only the latter, and they are disjoint exactly where no value passes both
    made = [(_rule_of(attribute, one), _values_of(attribute, one)) for one in EXACT[attribute]]
    can_hold = [(rule, passing) for rule, passing in made if passing]
    for one, of_one in can_hold:
        for other, of_other in can_hold:
            assert covers(one, other) is (of_other <= of_one), (one.where, other.where)
            # of how often a tool was used nobody says that two tests are disjoint
            apart = attribute != "calls" and not of_one & of_other
            assert disjoint(one, other) is apart, (one.where, other.where)


@pytest.mark.parametrize("attribute", SOUND)
def test_what_is_told_of_two_tests_of_several_operators_is_so(attribute: str) -> None:
    # given tests of an attribute with up to two operators, when any two are compared, then a cover covers, and no value
    # passes two that are disjoint
    made = [(_rule_of(attribute, one), _values_of(attribute, one)) for one in SOUND[attribute]]
    for wide, of_wide in made:
        for narrow, of_narrow in made:
            assert not covers(wide, narrow) or of_narrow <= of_wide, (wide.where, narrow.where)
            assert not disjoint(wide, narrow) or not of_wide & of_narrow, (wide.where, narrow.where)


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
    (allow(host={"any_of": ["a.example"]}), allow(host={"any_of": ["a.example"]})),
    # in whatever order they are written
    (deny(here={"none_of": ["C1", "C2"]}), allow(here={"none_of": ["C2", "C1"]})),
    (deny(groups={"none_of": ["S1", "S2"]}), allow(groups={"none_of": ["S2", "S1"]})),
    (deny(groups={"all_of": ["S1", "S2"]}), allow(groups={"all_of": ["S2", "S1"]})),
    (deny(groups={"any_of": ["S1", "S2"]}), allow(groups={"any_of": ["S2", "S1"]})),
    (deny(method={"none_of": ["GET", "PUT"]}), allow(method={"none_of": ["PUT", "GET"]})),
    (deny(host={"any_of": ["a.example"]}), deny(host={"any_of": ["a.example"]})),
    (allow("read_* post_*"), allow("read_wiki post_mail")),
    (deny(host={"none_of": ["b.example"]}), allow(host={"any_of": ["c.example"], "none_of": ["a.example"]})),
    (deny(host={"none_of": ["b.example"]}), allow(host={"none_of": ["*.a.example", "b.example"]})),
    (deny(host={"none_of": ["b.a.example"]}), allow(host={"none_of": ["*.a.example"]})),
    (
        deny(host={"any_of": ["a.example", "b.example"], "none_of": ["c.example"]}),
        allow(host={"any_of": ["a.example"], "none_of": ["d.example"]}),
    ),
    (deny(host={"in_networks": ["10.0.0.0/8", "11.0.0.0/8"]}), allow(host={"in_networks": ["11.0.0.0/8"]})),
    (
        deny(host={"in_networks": ["10.0.0.0/8", "2001:db8::/32"]}),
        allow(host={"in_networks": ["10.9.0.0/16", "2001:db8:1::/48"]}),
    ),
    (
        deny(host={"in_networks": ["10.0.0.0/8"], "none_of": ["10.0.0.1"]}),
        allow(host={"in_networks": ["10.9.0.0/16"], "none_of": ["10.0.0.1", "10.0.0.2"]}),
    ),
    (deny(host={"in_networks": ["10.0.0.0/8", "11.0.0.0/8"]}), allow(host={"any_of": ["10.1.2.3", "11.1.2.3"]})),
    (deny(groups={"any_of": ["S1", "S2"]}), allow(groups={"any_of": ["S1"], "all_of": ["S3"]})),
    (deny(groups={"any_of": ["S1", "S2"]}), allow(groups={"any_of": ["S1", "S3"], "all_of": ["S2", "S4"]})),
    (deny(groups={"all_of": ["S1"]}), allow(groups={"all_of": ["S1", "S2"]})),
    (deny(groups={"none_of": ["S1"]}), allow(groups={"none_of": ["S1", "S2"], "any_of": ["S3"]})),
    (
        deny(groups={"any_of": ["S1"], "all_of": ["S2"], "none_of": ["S3"]}),
        allow(groups={"any_of": ["S1"], "all_of": ["S2", "S4"], "none_of": ["S3", "S5"]}),
    ),
    (deny(time={"zone": "UTC"}), allow(time={"between": ["22:00", "06:00"], "zone": "Europe/Berlin"})),
    (deny(time={"between": ["08:00", "18:00"]}), allow(time={"between": ["08:00", "18:00"], "days": ["mon"]})),
    (
        deny(time={"between": ["08:00", "18:00"], "days": ["mon", "tue"], "zone": "Europe/Berlin"}),
        allow(time={"between": ["08:00", "12:00"], "days": ["tue", "mon"], "zone": "Europe/Berlin"}),
    ),
    (deny(time={"between": ["22:00", "06:00"]}), allow(time={"between": ["22:00", "06:00"]})),
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
    (deny("post_mail"), allow("post_mail post_note")),
    (allow(host={"any_of": ["a.example"]}), deny(host={"any_of": ["a.example"]})),
    (deny(member={"be": True}), allow(member={"be": False})),
    (deny(member={"be": True}), allow(external_channel={"be": True})),
    (deny(host={"any_of": ["a.example"]}), allow(host={"any_of": ["a.example", "b.example"]})),
    (deny(host={"any_of": ["a.example"]}), allow(host={"none_of": ["b.example"]})),
    (deny(host={"none_of": ["a.example", "b.example"]}), allow(host={"none_of": ["a.example"]})),
    (deny(host={"none_of": ["b.a.example"]}), allow(host={"any_of": ["*.a.example"]})),
    (deny(host={"none_of": ["*.a.example"]}), allow(host={"any_of": ["b.a.example"]})),
    (deny(host={"in_networks": ["10.0.0.0/16"]}), allow(host={"in_networks": ["10.0.0.0/8"]})),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"in_networks": ["10.1.0.0/16", "11.1.0.0/16"]})),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"in_networks": ["2001:db8::/32"]})),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"any_of": ["10.1.2.3", "11.1.2.3"]})),
    (deny(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"none_of": ["11.1.2.3"]})),
    (
        deny(host={"in_networks": ["10.0.0.0/8"], "none_of": ["10.0.0.1"]}),
        allow(host={"in_networks": ["10.0.0.0/16"]}),
    ),
    (deny(groups={"any_of": ["S1"]}), allow(groups={"any_of": ["S1", "S2"]})),
    (deny(groups={"any_of": ["S1"]}), allow(groups={"all_of": ["S2"]})),
    (deny(groups={"any_of": ["S1"]}), allow(groups={"none_of": ["S2"]})),
    (deny(groups={"all_of": ["S1", "S2"]}), allow(groups={"all_of": ["S1"]})),
    (deny(groups={"all_of": ["S1"]}), allow(groups={"any_of": ["S1", "S2"]})),
    (deny(groups={"none_of": ["S1", "S2"]}), allow(groups={"none_of": ["S1"]})),
    (deny(calls={"within": "1d", "at_most": 3}), allow(calls={"within": "7d", "at_most": 3})),
    (deny(time={"days": ["sat"]}), allow(time={"days": ["sat"], "zone": "Europe/Berlin"})),
    (deny(time={"days": ["sat"]}), allow(time={"days": ["sat", "sun"]})),
    (deny(time={"between": ["08:00", "18:00"]}), allow(time={"between": ["07:00", "17:00"]})),
    (deny(time={"between": ["08:00", "18:00"]}), allow(time={"between": ["09:00", "19:00"]})),
    (deny(time={"between": ["08:00", "18:00"]}), allow(time={"between": ["09:00", "08:30"]})),
    (
        deny(time={"between": ["08:00", "18:00"]}),
        allow(time={"between": ["09:00", "17:00"], "zone": "Europe/Berlin"}),
    ),
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
    (allow(trust={"be": "trusted"}), allow(trust={"be": "untrusted"})),
    (allow(kind={"any_of": ["admin"]}), allow(kind={"any_of": ["member"]})),
    (allow(trigger={"any_of": ["routine"]}), allow(trigger={"none_of": ["routine", "mention"]})),
    (allow(host={"any_of": ["b.a.example", "a.example"]}), allow(host={"none_of": ["*.a.example", "a.example"]})),
    (allow(here={"any_of": ["C1"]}), allow(here={"any_of": ["C1", "C2"], "none_of": ["C1"]})),
    (allow(amount={"at_most": 1}, member={"be": True}), allow(amount={"at_least": 2}, host={"any_of": ["a.b"]})),
]
NOT_DISJOINT = [
    (allow("post_*"), allow("post_mail")),
    (allow("post_mail read_*"), allow("drop_table read_wiki")),
    (allow(host={"any_of": ["*.a.example"]}), allow(host={"any_of": ["b.a.example"]})),
    (allow(host={"any_of": ["a.example", "b.example"]}), allow(host={"any_of": ["b.example", "c.example"]})),
    (allow(host={"any_of": ["a.example", "b.example"]}), allow(host={"none_of": ["a.example"]})),
    (allow(host={"any_of": ["*.a.example"]}), allow(host={"none_of": ["b.a.example"]})),
    (allow(host={"none_of": ["a.example"]}), allow(host={"none_of": ["b.example"]})),
    (allow(host={"in_networks": ["10.0.0.0/8"]}), allow(host={"any_of": ["10.0.0.1"]})),
    (allow(path={"begins_with": ["/a"]}), allow(path={"begins_with": ["/a/b"]})),
    (allow(amount={"at_most": 2}), allow(amount={"at_least": 2})),
    (allow(amount={"at_most": 2}), allow(port={"at_least": 443})),
    (allow(groups={"any_of": ["S1"]}), allow(groups={"none_of": ["S1"]})),
    (allow(calls={"within": "1h", "at_least": 5}), allow(calls={"within": "1d", "at_most": 3})),
    (allow(), allow()),
]


@pytest.mark.parametrize(("one", "other"), NOT_DISJOINT)
def test_some_call_may_fit_both(one: Rule, other: Rule) -> None:
    # given two such rules, then it is not said that they are disjoint: some call fits both, or nobody knows
    assert not disjoint(one, other)
    assert not disjoint(other, one)


@pytest.mark.parametrize(("one", "other"), DISJOINT)
def test_no_call_fits_both(one: Rule, other: Rule) -> None:
    # given two such rules, then they are disjoint, whichever comes first; a rule that denies fits what is not known too
    assert disjoint(one, other)
    assert disjoint(other, one)
    if one.tools == other.tools:
        assert not disjoint(one.model_copy(update={"verdict": Verdict.DENY}), other)


KINDS_COVERED = [
    # effects and reaches of the wide line, those of the narrow one, and whether it is covered
    ((), (), (), (), True),
    ((), (), ("read",), ("inside",), True),
    (("read",), (), (), (), False),
    ((), ("inside",), (), (), False),
    (("read", "write", "act"), (), (), (), True),
    ((), tuple(Reach), (), (), True),
    (("read", "write"), (), ("read",), (), True),
    (("read",), (), ("read",), (), True),
    (("read",), (), ("read", "write"), (), False),
    (("read",), (), ("act",), (), False),
    ((), ("inside", "outside"), (), ("inside",), True),
    ((), ("inside",), (), ("inside", "outside"), False),
    ((), ("inside",), (), ("outside",), False),
]


def of_kind(effects: tuple[str, ...], reaches: tuple[str, ...], tools: str = "*") -> Rule:
    return Rule.model_validate(
        {"id": "k", "verdict": "allow", "tools": tools.split(), "effects": effects, "reaches": reaches}
    )


@pytest.mark.parametrize(("effects", "reaches", "narrow_effects", "narrow_reaches", "covered"), KINDS_COVERED)
def test_a_line_for_some_kinds_of_tools_covers_what_is_for_no_others(
    effects: tuple[str, ...],
    reaches: tuple[str, ...],
    narrow_effects: tuple[str, ...],
    narrow_reaches: tuple[str, ...],
    covered: bool,
) -> None:
    # given two rules for kinds of tools, then one covers the other where it is for all kinds that the other is for; one
    # that names none is for all
    assert covers(of_kind(effects, reaches), of_kind(narrow_effects, narrow_reaches)) is covered


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (of_kind(("read",), ()), of_kind(("act",), ()), True),
        (of_kind(("read", "write"), ()), of_kind(("write", "act"), ()), False),
        (of_kind(("read",), ()), of_kind((), ()), False),
        (of_kind((), ()), of_kind(("read",), ()), False),
        (of_kind((), ("inside",)), of_kind((), ("outside",)), True),
        (of_kind((), ("inside", "thread")), of_kind((), ("thread",)), False),
        (of_kind((), ("inside",)), of_kind((), ()), False),
        (of_kind((), ()), of_kind((), ("inside",)), False),
    ],
)
def test_lines_for_different_kinds_of_tools_are_disjoint(one: Rule, other: Rule, apart: bool) -> None:
    # given rules for kinds of tools, then no call fits both where no kind is in both, also where one denies: what a
    # tool is, is always known
    assert disjoint(one, other) is apart
    assert disjoint(one.model_copy(update={"verdict": Verdict.DENY}), other) is apart


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("post_*", "read_*", True),
        ("post_*", "post_mail", False),
        # both names may begin alike, and no tool has such a name
        ("post_*", "post_x*", True),
        ("*", "nobody_has_it", True),
        ("post_mail read_wiki", "read_wiki", False),
    ],
)
def test_with_a_catalogue_only_its_tools_count(one: str, other: str, apart: bool) -> None:
    # given rules by names and the tools that there are, then no call fits both where no such tool does
    assert disjoint(allow(one), allow(other), CATALOGUE) is apart
    assert disjoint(allow(other), allow(one), CATALOGUE) is apart


def test_with_a_catalogue_the_kinds_of_its_tools_count() -> None:
    # given a rule for tools that read, and one for some that act, when the tools are known, then no call fits both;
    # where conditions tell them apart, a catalogue changes nothing
    reads = allow().model_copy(update={"effects": (Effect.READ,)})
    assert disjoint(reads, allow("post_*"), CATALOGUE)
    assert not disjoint(reads, allow("post_*"))
    assert disjoint(allow(amount={"at_most": 1}), allow(amount={"at_least": 2}), CATALOGUE)
    assert not disjoint(allow(amount={"at_most": 1}), deny(amount={"at_least": 2}), CATALOGUE)


@pytest.mark.parametrize(
    ("line", "tools"),
    [
        (of_kind((), ()), list(KINDS)),
        (of_kind((), (), "post_*"), ["post_note", "post_mail"]),
        (of_kind((), (), "drop_table post_note"), ["post_note", "drop_table"]),
        (of_kind(("read",), ()), ["read_wiki", "read_thread"]),
        (of_kind(("read", "write"), ("inside",)), ["read_wiki", "set_topic"]),
        (of_kind((), ("outside", "destructive")), ["post_mail", "drop_table"]),
        (of_kind(("act",), ("thread",)), []),
        (of_kind((), (), "post"), []),
    ],
)
def test_a_line_is_about_the_tools_of_its_names_and_kinds(line: Rule, tools: list[str]) -> None:
    # given a rule and the tools that there are, then those are told that it is about, in the catalogue's order
    assert matched(line, CATALOGUE) == tools


def test_a_ceiling_covers_and_is_covered_as_a_rule_that_allows() -> None:
    # given a ceiling with conditions, then it covers a rule that allows under them, and none that denies under them,
    # which holds also where nothing is known
    amount = Where.model_validate({"amount": {"at_most": 10}})
    ceiling = Ceiling(tools=("*",), where=amount)
    assert covers(ceiling, allow(amount={"at_most": 5}))
    assert not covers(ceiling, deny(amount={"at_most": 5}))
    assert not covers(ceiling, Rule(id="a", verdict=Verdict.ASK, tools=("*",), where=amount))
    assert covers(deny(amount={"at_most": 10}), ceiling)
    assert disjoint(ceiling, allow(amount={"at_least": 11}))
    assert not disjoint(ceiling, deny(amount={"at_least": 11}))
    assert not disjoint(deny(amount={"at_least": 11}), ceiling)


@pytest.mark.parametrize(
    ("where", "grounds"),
    [
        ({}, set()),
        ({"host": {"any_of": ["a.example"]}}, {"host"}),
        ({"host": {"in_networks": ["10.0.0.0/8"]}}, {"host"}),
        ({"host": {"none_of": ["a.example"]}}, set()),
        ({"channel": {"any_of": ["C1"]}}, {"channel"}),
        ({"channel": {"none_of": ["C1"]}}, set()),
        ({"here": {"any_of": ["C1"]}}, set()),
        ({"who": {"any_of": ["U1"]}}, {"who"}),
        ({"who": {"none_of": ["U1"]}}, set()),
        ({"kind": {"any_of": ["bot", "member"]}}, {"kind"}),
        ({"kind": {"any_of": ["member"]}}, set()),
        ({"kind": {"none_of": ["member"]}}, set()),
        ({"host": {"any_of": ["a.example"]}, "who": {"any_of": ["U1"]}}, {"host", "who"}),
    ],
)
def test_a_rule_is_a_ground_for_what_it_names_and_not_for_what_it_leaves_out(
    where: dict[str, Any], grounds: set[str]
) -> None:
    # given conditions, then they are a ground by the attributes of which they name values
    assert grounds_of(Where.model_validate(where)) == grounds


def test_a_test_of_fixed_values_lets_through_those_that_it_names_or_does_not_leave_out() -> None:
    # given tests of methods, kinds and triggers, when it is asked what passes, then what is named, without what is left
    # out; where nothing is named, all else
    assert admitted(MethodTest(any_of=(Method.GET, Method.PUT), none_of=(Method.PUT,))) == {Method.GET}
    assert admitted(MethodTest(none_of=(Method.DELETE,))) == set(Method) - {Method.DELETE}
    assert admitted(KindTest(none_of=(PersonKind.GUEST,))) == set(PersonKind) - {PersonKind.GUEST}
    assert admitted(TriggerTest(none_of=(Trigger.AMBIENT,))) == set(Trigger) - {Trigger.AMBIENT}
    assert admitted(TriggerTest(any_of=(Trigger.ROUTINE,))) == {Trigger.ROUTINE}


@pytest.mark.parametrize(
    ("wide", "narrow", "named"),
    [
        ("a.example", "a.example", True),
        ("a.example", "b.a.example", False),
        ("a.example", "*.a.example", False),
        ("*.a.example", "b.a.example", True),
        ("*.a.example", "*.a.example", True),
        ("*.a.example", "*.b.a.example", True),
        ("*.a.example", "a.example", False),
        ("*.a.example", "evil-a.example", False),
        ("*.b.a.example", "*.a.example", False),
    ],
)
def test_a_host_with_a_star_names_all_under_it_and_not_itself(wide: str, narrow: str, named: bool) -> None:
    # given two hosts as rules write them, then one names the other or it does not
    assert host_begins(wide, narrow) is named


@pytest.mark.parametrize(
    ("wide", "narrow", "named"),
    [
        ("/api", "/api", True),
        ("/api/", "/api", True),
        ("/api", "/api/", True),
        ("/api", "/api/v1", True),
        ("/api", "/apix", False),
        ("/api/v1", "/api", False),
        ("/", "/api", True),
        ("/api", "/", False),
        ("/api", "/x/../api/v1", True),
        ("/x/../api", "/api/v1", True),
        ("/X", "/y", False),
        ("/y", "/yX", False),
        # what servers differ about is compared as it is written
        ("/a//b", "/a//b/c", True),
        ("/a//b", "/a/b/c", False),
    ],
)
def test_a_path_begins_by_whole_segments_as_calls_are_compared(wide: str, narrow: str, named: bool) -> None:
    # given two beginnings of paths, then all that begins with one begins with the other or it does not
    assert path_begins(wide, narrow) is named


@pytest.mark.parametrize(
    ("host", "lies"),
    [("10.1.2.3", True), ("11.1.2.3", True), ("12.1.2.3", False), ("a.example", False), ("2001:db8::1", False)],
)
def test_a_host_lies_in_a_network_where_it_is_written_as_a_number(host: str, lies: bool) -> None:
    # given two networks, then a host lies in one of them or in none; a name never does
    assert in_network(host, ["10.0.0.0/8", "11.0.0.0/8"]) is lies
