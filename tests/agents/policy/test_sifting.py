"""Which of many rules a call can fit at all: those that cannot are not looked at, and no answer differs by it."""

from dataclasses import replace

import pytest
from hypothesis import given

from agents.policy.compiling import Applicable, Compiled, ReadyRule, compiled_of
from agents.policy.document import Document
from agents.policy.facts import Facts, Failed, NotLoaded
from agents.policy.matching import values_of, values_of_speaker
from agents.policy.sifting import Sieve
from agents.policy.weighing import Weighed, weigh
from tests.given.policies import ANN, BEN, CALLS, ORGANISATIONS, a_call, a_workspace, allow, documents, many, of
from tools.contract import Effect, Reach

Asked = dict[str, dict[str, object]]


def left(asked: Asked, call: Facts) -> list[str]:
    """Return the names of those that are left of a call, by what each asks for."""
    rules = {name: allow("x", where=where).where for name, where in asked.items()}
    sieve = Sieve.of(rules, lambda name: rules[name])
    return list(sieve.left(values_of(call, [3_600], []), [values_of_speaker(one) for one in call.speakers]))


HOSTS: Asked = {
    "one": {"host": {"any_of": ["api.example.com"]}},
    "under": {"host": {"any_of": ["*.example.com"]}},
    "far": {"host": {"any_of": ["*.com"]}},
    "other": {"host": {"any_of": ["example.com", "*.api.example.com", "ample.com"]}},
    "but": {"host": {"none_of": ["api.example.com"]}},
    "number": {"host": {"in_networks": ["10.0.0.0/8"]}},
}
PATHS: Asked = {
    "all": {"path": {"begins_with": ["/"]}},
    "v1": {"path": {"begins_with": ["/v1/"]}},
    "deep": {"path": {"begins_with": ["/nowhere", "/v1/%69tems"]}},
    "part": {"path": {"begins_with": ["/v", "/v1/items/7/more", "/items"]}},
    "but": {"path": {"not_with": ["/v1"]}},
}
PEOPLE: Asked = {
    "ann": {"who": {"any_of": [ANN.id]}},
    "ben": {"who": {"any_of": [BEN.id]}},
    "first": {"groups": {"any_of": ["S1", "S9"]}},
    "second": {"groups": {"any_of": ["S2"]}},
    "all": {"groups": {"all_of": ["S2"]}},
    "none": {"groups": {"none_of": ["S1"]}},
    "guests": {"kind": {"any_of": ["guest"]}},
}
MIXED: Asked = {
    "nothing": {},
    "amount": {"amount": {"at_most": 5}},
    "channel": {"channel": {"any_of": ["C2"]}},
    "both": {"channel": {"any_of": ["C2"]}, "who": {"any_of": [BEN.id]}},
    "method": {"method": {"any_of": ["GET"]}},
    "trigger": {"trigger": {"any_of": ["reply"]}},
    "here": {"here": {"any_of": ["C9"]}},
    "person": {"person": {"any_of": ["U7"]}},
}


@pytest.mark.parametrize(
    ("asked", "call", "names"),
    [
        (HOSTS, a_call(host="api.example.com"), "one under far but number"),
        (HOSTS, a_call(host="example.com"), "far other but number"),
        (HOSTS, a_call(host="localhost"), "but number"),
        (HOSTS, a_call(), "one under far other but number"),
        (PATHS, a_call(path="/v1/items/7"), "all v1 deep but"),
        (PATHS, a_call(path="/v1"), "all v1 but"),
        (PATHS, a_call(path="/v10"), "all but"),
        (PATHS, a_call(), "all v1 deep part but"),
        (PEOPLE, a_call(), "ann first all none"),
        (PEOPLE, a_call(speakers=(BEN,)), "ben all none"),
        (PEOPLE, a_call(speakers=(BEN, ANN)), "ann ben first all none"),
        (PEOPLE, a_call(speakers=(replace(BEN, groups=None), ANN)), "ann ben first second all none"),
        (PEOPLE, a_call(speakers=(replace(BEN, id="", groups=frozenset({"S9"})),)), "ann ben first all none"),
        (MIXED, a_call(channel="C1", method="PUT", person="U8"), "nothing amount"),
        (MIXED, a_call(channel="C2", method="GET", person="U7"), "nothing amount channel both method person"),
        (MIXED, a_call(), "nothing amount channel both method person"),
        (MIXED, a_call(channel="C3", method="PUT", person="U8", here="C9"), "nothing amount here"),
        (MIXED, a_call(channel="C3", method="PUT", person="U8", trigger=None), "nothing amount trigger"),
    ],
)
def test_a_rule_is_left_out_where_what_it_names_is_not_what_the_call_has(asked: Asked, call: Facts, names: str) -> None:
    # given rules that name what they are about, when it is asked which a call can fit, then those that name something
    # else are left out, those that name nothing stay, and so do all where the call's value is not known
    assert left(asked, call) == names.split()


@pytest.mark.parametrize(
    "call",
    [a_call(counts=Failed("the journal is gone")), a_call(speakers=(ANN, replace(BEN, groups=Failed("no Slack"))))],
    ids=["of the call", "of one who asks"],
)
def test_nothing_is_left_out_where_something_could_not_be_loaded(call: Facts) -> None:
    # given a call of which something could not be found out, then every rule is looked at, so that it is told
    assert left(PEOPLE, call) == list(PEOPLE)


def weighed(policies: Compiled, rules: Sieve[ReadyRule], about: Applicable, call: Facts) -> Weighed | str:
    """Return what rules make of a call, or what could not be loaded."""
    try:
        return weigh(policies, about, rules, call)
    except NotLoaded as fault:
        return str(fault)


@many
@given(documents(), ORGANISATIONS, CALLS)
def test_no_answer_differs_by_what_is_left_out(document: Document, organisation: Document | None, call: Facts) -> None:
    # given any policies and any call, then looking at what is left comes to the same as looking at all
    policies = compiled_of(organisation, document)
    about = policies.about(call.tool, call.effect or Effect.ACT, call.reach or Reach.INSIDE, call.here)
    every = about.rules.every
    all_of_them = Sieve(every, tuple(range(len(every))), {}, {})
    assert weighed(policies, about.rules, about, call) == weighed(policies, all_of_them, about, call)


def test_of_rules_for_many_hosts_only_those_that_name_it_are_looked_at() -> None:
    # given a tool with a rule for each of many hosts
    hosts = [allow(f"host-{number}", where={"host": {"any_of": [f"h{number}.example.com"]}}) for number in range(100)]
    about = of(a_workspace(*hosts)).about("send", Effect.ACT, Reach.INSIDE, "C1")
    # when a call reaches one of them
    call = a_call(host="h42.example.com")
    found = about.rules.left(values_of(call, [], []), [values_of_speaker(ANN)])
    # then that one is looked at alone
    assert [one.rule.id for one in found] == ["host-42"]
