"""Terms are kept with their Approval, and what is missing of them is read as nobody and nothing further."""

import pytest

from agents.approvals.terms import Kept, from_json, kept_for
from agents.policy.judgement import Named, Terms
from tests.agents.approvals.given import ADMINS, ANN, BEN, terms
from tools.contract import Reach


def test_terms_are_stored_under_names_that_later_releases_read() -> None:
    # given terms with everything in them, when they are kept, then each has its name, and no order is left open
    named = Named(requester=True, admins=False, people=frozenset({BEN, ANN}), groups=frozenset({"S2", "S1"}))
    assert kept_for(Terms((named,), 2, 3_600), Reach.OUTSIDE).as_json() == {
        "named": [{"requester": True, "admins": False, "people": [ANN, BEN], "groups": ["S1", "S2"]}],
        "quorum": 2,
        "seconds": 3_600,
        "own": False,
        "for_run": True,
    }


@pytest.mark.parametrize("reach", Reach)
def test_terms_are_read_as_they_were_kept(reach: Reach) -> None:
    # given terms of a call of any reach, when they are kept and read again, then they are the same
    kept = kept_for(terms(Named(requester=True), ADMINS, quorum=2), reach)
    assert from_json(kept.as_json()) == kept


@pytest.mark.failure_mode(50)
def test_what_is_missing_names_nobody_needs_one_person_and_goes_no_further() -> None:
    # given terms of which all, or all about who is named, was lost, when they are read, then it is the careful value
    assert from_json({}) == Kept(Terms((), 1, 0), own=False, for_run=False)
    assert from_json({"named": [{}]}).terms.named == (Named(),)
    # and no quorum is fulfilled by nobody
    assert from_json({"quorum": 0}).terms.quorum == 1


@pytest.mark.parametrize(
    ("named", "inside", "outside"),
    [
        ((Named(admins=True),), True, True),
        ((Named(people=frozenset({BEN})),), True, True),
        ((Named(groups=frozenset({"S1"})),), True, True),
        ((Named(requester=True),), True, False),
        ((Named(),), False, False),
        ((), False, False),
        # each rule that asks must name someone
        ((Named(admins=True), Named()), False, False),
    ],
)
def test_somebody_could_say_yes_only_where_each_rule_names_someone(
    named: tuple[Named, ...], inside: bool, outside: bool
) -> None:
    # given who is named, when a call stays inside or goes outside, then somebody could say yes, or nobody
    assert kept_for(Terms(named, 1, 60), Reach.INSIDE).anybody is inside
    assert kept_for(Terms(named, 1, 60), Reach.OUTSIDE).anybody is outside
