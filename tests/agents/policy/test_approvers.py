"""Who has to say yes to a call: each rule and gate that asks names its own, and nobody is named by less."""

from typing import Any

import pytest

from agents.policy.document import Approvers
from agents.policy.facts import Facts
from agents.policy.judgement import Named, Terms
from agents.policy.settings import ApproverNames, Settings
from tests.given.policies import a_call, a_part, a_workspace, allow, ask, judged
from tools.contract import Reach

DAY = 86_400
ADMINS = Named(admins=True)
EITHER = Named(requester=True, admins=True)


def terms(call: Facts, *rules: Any, **settings: Any) -> Terms:
    """Return what an Approval of a call needs."""
    found = judged(call, a_workspace(default=a_part(*rules, settings=Settings(**settings)))).terms
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (a_call(may_have_happened=True), EITHER),
        (a_call(may_have_happened=True, reach=Reach.OUTSIDE), ADMINS),
        (a_call(has_read_untrusted=True, reach=Reach.OUTSIDE), ADMINS),
        (a_call(has_read_untrusted=True, reach=Reach.DESTRUCTIVE), ADMINS),
    ],
)
def test_what_a_gate_asks_for_whoever_asked_may_approve_unless_the_gate_guards_others(
    call: Facts, named: Named
) -> None:
    # given a rule that allows, when a gate asks, then it says who may say yes, once, for as long as by default
    assert terms(call, allow("all")) == Terms((named,), 1, DAY)


def test_whom_the_settings_name_may_answer_a_gate_that_only_admins_may() -> None:
    # given settings that name approvers, when a gate asks admins, then those may answer too
    names = ApproverNames(people=("U9BOSS",), groups=("S2",))
    call = a_call(has_read_untrusted=True, reach=Reach.OUTSIDE)
    lent = Named(admins=True, people=frozenset({"U9BOSS"}), groups=frozenset({"S2"}))
    assert terms(call, allow("all"), approvers=names).named == (lent,)


def test_a_rule_that_names_admins_names_nobody_else() -> None:
    # given settings that name approvers, when a rule itself says admins, then whom the settings name may not
    names = ApproverNames(people=("U9BOSS",))
    assert terms(a_call(), ask("own", approvers=Approvers()), approvers=names).named == (ADMINS,)


def test_a_gate_asks_beside_the_rule_and_what_both_say_alike_is_said_once() -> None:
    # given a rule that asks someone, when a gate asks too, then both have to be answered; where they say the same, once
    call = a_call(may_have_happened=True)
    boss = ask("boss", approvers=Approvers(admins=False, people=("U9BOSS",)))
    assert terms(call, boss).named == (Named(people=frozenset({"U9BOSS"})), EITHER)
    assert terms(call, ask("silent")).named == (EITHER,)


def test_the_largest_quorum_and_the_shortest_time_count() -> None:
    # given rules of which some say how many and how long, when they ask together, then the strictest word counts
    two = ask("two", approvers=Approvers(quorum=2, expires="3d"))
    three = ask("three", approvers=Approvers(quorum=3, expires="2d"))
    silent = ask("silent")
    settings = ApproverNames(expires="1h")
    assert terms(a_call(), two, three, silent, approvers=settings) == Terms((ADMINS, EITHER), 3, 2 * DAY)
    assert terms(a_call(), ask("four", approvers=Approvers(quorum=4)), silent, approvers=settings) == (
        Terms((ADMINS, EITHER), 4, 3_600)
    )


def test_who_is_named_stands_in_one_order_whatever_the_rules_are_called() -> None:
    # given rules that name people, groups, admins or whoever asked, when they ask, then those stand in one order
    said = [
        Approvers(requester=True),
        Approvers(people=("U2",)),
        Approvers(admins=False, groups=("S2",)),
        Approvers(admins=False, people=("U2",), groups=("S3",)),
        Approvers(admins=False, groups=("S1",)),
        Approvers(admins=False, people=("U3", "U1")),
        Approvers(admins=False, people=("U2",), groups=("S4", "S1")),
        Approvers(),
    ]
    people = [((), ("S1",)), ((), ("S2",)), (("U1", "U3"), ()), (("U2",), ("S1", "S4")), (("U2",), ("S3",))]
    expected = (
        *(Named(people=frozenset(who), groups=frozenset(of)) for who, of in people),
        *(ADMINS, Named(admins=True, people=frozenset({"U2"})), EITHER),
    )
    for rules in (said, said[::-1]):
        asking = [ask(f"rule-{at}", approvers=one) for at, one in enumerate(rules)]
        assert terms(a_call(), *asking).named == expected


@pytest.mark.parametrize("beside", [{"people": ("U9BOSS",)}, {"groups": ("S2",)}])
def test_admins_take_the_place_of_whoever_asked_only_where_nobody_else_is_named(beside: dict[str, Any]) -> None:
    # given a rule that names whoever asked and others, when the call reaches outside, then the others remain alone
    rule = ask("own", approvers=Approvers(requester=True, admins=False, **beside))
    named = {name: frozenset(ids) for name, ids in beside.items()}
    assert terms(a_call(reach=Reach.OUTSIDE), rule).named == (Named(**named),)  # type: ignore[arg-type]
    alone = ask("own", approvers=Approvers(requester=True, admins=False))
    assert terms(a_call(reach=Reach.OUTSIDE), alone).named == (ADMINS,)
