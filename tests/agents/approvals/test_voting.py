"""AUTHZ-24: who may say yes, and what several people's votes come to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.approvals.life import State
from agents.approvals.terms import Kept, from_json, kept_for
from agents.approvals.voting import Cast, Choice, Outcome, Voter, holds_for_run, judged, lacks, may_vote, verdict
from agents.policy.judgement import Named
from agents.surface import PersonKind
from tests.agents.approvals.given import ANN, BEN, HOUR, approval, terms
from tools.contract import Reach

EVERYONE = Named(requester=True, admins=True, people=frozenset({ANN, BEN}), groups=frozenset({"S1"}))


def kept(*named: Named, reach: Reach = Reach.INSIDE, quorum: int = 1) -> Kept:
    return kept_for(terms(*named, quorum=quorum), reach)


@pytest.mark.failure_mode(49)
@pytest.mark.parametrize("kind", [PersonKind.GUEST, PersonKind.STRANGER, PersonKind.BOT, PersonKind.GONE])
@pytest.mark.requirement("AUTHZ-24")
def test_no_terms_let_a_guest_a_stranger_an_app_or_a_deactivated_account_vote(kind: PersonKind) -> None:
    # given terms that name everybody in every way, when such a one votes, then it does not count
    voter = Voter(BEN, kind, frozenset({"S1"}))
    assert may_vote(kept(EVERYONE), voter, ANN) is Outcome.KIND


@pytest.mark.parametrize("reach", [Reach.OUTSIDE, Reach.DESTRUCTIVE])
@pytest.mark.parametrize("named", [EVERYONE, Named(admins=True), Named(people=frozenset({ANN}))])
@pytest.mark.requirement("AUTHZ-24")
def test_whoever_asked_never_approves_what_goes_outside_or_destroys(reach: Reach, named: Named) -> None:
    # given a requester who is an admin and named, when they vote on their own request, then it does not count
    assert may_vote(kept(named, reach=reach), Voter(ANN, PersonKind.ADMIN), ANN) is Outcome.OWN


def test_whoever_asked_may_always_refuse_it() -> None:
    # given a call that goes outside, when its requester says yes, and then no, then only the no counts
    asked, ann = approval(1, Reach.OUTSIDE), Voter(ANN, PersonKind.MEMBER)
    assert judged(asked, ann, Choice.YES, ANN, (), HOUR) is Outcome.OWN
    assert judged(asked, ann, Choice.NO, ANN, (), HOUR) is Outcome.COUNTED


@pytest.mark.parametrize(
    ("named", "voter", "may"),
    [
        (Named(requester=True), Voter(ANN, PersonKind.MEMBER), True),
        (Named(requester=True), Voter(BEN, PersonKind.ADMIN), False),
        (Named(admins=True), Voter(BEN, PersonKind.ADMIN), True),
        (Named(admins=True), Voter(BEN, PersonKind.MEMBER), False),
        (Named(people=frozenset({BEN})), Voter(BEN, PersonKind.MEMBER), True),
        (Named(groups=frozenset({"S1"})), Voter(BEN, PersonKind.MEMBER, frozenset({"S1"})), True),
        (Named(groups=frozenset({"S1"})), Voter(BEN, PersonKind.MEMBER, frozenset({"S2"})), False),
        (Named(), Voter(BEN, PersonKind.ADMIN), False),
    ],
)
def test_whoever_is_named_may_vote_and_nobody_else(named: Named, voter: Voter, may: bool) -> None:
    # given terms that name someone, when someone votes, then it counts where they are meant
    assert (may_vote(kept(named), voter, ANN) is Outcome.COUNTED) is may


def test_where_several_rules_ask_each_must_name_the_voter() -> None:
    # given two rules, one that names admins and one that names Ben
    both = kept(Named(admins=True), Named(people=frozenset({BEN})))

    # when they vote, then only whom both name may
    assert may_vote(both, Voter(BEN, PersonKind.MEMBER), ANN) is Outcome.NOT_NAMED
    assert may_vote(both, Voter("U0EVE000001", PersonKind.ADMIN), ANN) is Outcome.NOT_NAMED
    assert may_vote(both, Voter(BEN, PersonKind.ADMIN), ANN) is Outcome.COUNTED


@pytest.mark.failure_mode(50)
def test_terms_that_name_nobody_are_fulfilled_by_nobody() -> None:
    # given terms that were lost, when an admin votes, then it does not count
    assert may_vote(from_json({}), Voter(BEN, PersonKind.ADMIN), ANN) is Outcome.NOT_NAMED
    assert not from_json({}).anybody
    assert not kept(Named(requester=True), reach=Reach.OUTSIDE).anybody
    assert kept(Named(requester=True)).anybody


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(list(Choice))), max_size=8), st.integers(1, 4))
def test_a_quorum_is_of_different_people_and_one_no_refuses(cast: list[tuple[str, Choice]], quorum: int) -> None:
    # given votes that count, when they are added up
    votes = [Cast(person, choice) for person, choice in cast]
    came = verdict(kept(quorum=quorum), votes)

    # then a no decides, and else as many different people as are needed
    people = {vote.person for vote in votes if vote.choice is not Choice.NO}
    expected = State.GRANTED if len(people) >= quorum else State.PENDING
    assert came is (State.REFUSED if any(vote.choice is Choice.NO for vote in votes) else expected)
    assert lacks(kept(quorum=quorum), votes) == max(0, quorum - len(people))


@pytest.mark.parametrize(
    ("status", "at", "outcome"),
    [
        (State.PENDING, 24 * HOUR - 1, Outcome.COUNTED),
        (State.PENDING, 24 * HOUR, Outcome.LATE),
        (State.EXPIRED, HOUR, Outcome.LATE),
        (State.GRANTED, HOUR, Outcome.SETTLED),
        (State.REFUSED, HOUR, Outcome.SETTLED),
        (State.SUPERSEDED, HOUR, Outcome.STOPPED),
    ],
)
@pytest.mark.requirement("AUTHZ-22")
def test_a_vote_counts_only_while_it_is_asked_for(status: State, at: int, outcome: Outcome) -> None:
    # given an Approval in each state, when an admin says yes, then it counts only in its time
    asked = approval(status=status)
    assert judged(asked, Voter(BEN, PersonKind.ADMIN), Choice.YES, ANN, (), at) is outcome


def test_the_same_person_counts_once_and_may_still_say_no() -> None:
    # given Ben's yes on what needs two
    asked = approval(quorum=2)
    given_before = [Cast(BEN, Choice.YES)]

    # when Ben says yes again, and then no
    ben = Voter(BEN, PersonKind.ADMIN)
    assert judged(asked, ben, Choice.FOR_RUN, ANN, given_before, HOUR) is Outcome.AGAIN
    assert judged(asked, ben, Choice.NO, ANN, given_before, HOUR) is Outcome.COUNTED


@pytest.mark.parametrize(
    ("reach", "choices", "holds"),
    [
        (Reach.INSIDE, [Choice.FOR_RUN], True),
        (Reach.INSIDE, [Choice.FOR_RUN, Choice.FOR_RUN], True),
        (Reach.INSIDE, [Choice.FOR_RUN, Choice.YES], False),
        (Reach.INSIDE, [Choice.YES], False),
        (Reach.INSIDE, [Choice.ALL], False),
        (Reach.INSIDE, [], False),
        (Reach.DESTRUCTIVE, [Choice.FOR_RUN], False),
    ],
)
def test_a_yes_holds_for_the_run_only_if_all_meant_it_and_never_for_what_destroys(
    reach: Reach, choices: list[Choice], holds: bool
) -> None:
    # given votes, when they grant, then the yes extends as far as everyone said
    votes = [Cast(f"U{number}", choice) for number, choice in enumerate(choices)]
    assert holds_for_run(kept(reach=reach), votes) is holds


def test_what_buttons_say_and_what_became_of_a_vote_keep_the_words_they_are_stored_by() -> None:
    # given buttons on cards that people have, and rows and lines of the trail, when a later release reads them, then by
    # these words
    assert [one.value for one in Choice] == ["yes", "no", "yes_for_run", "all"]
    assert [one.value for one in Outcome] == [
        *("counted", "again", "foreign", "settled", "stopped", "late", "kind", "own", "not_named", "often", "unknown"),
    ]
    assert [one.value for one in State] == ["pending", "granted", "refused", "expired", "superseded"]


def test_terms_are_kept_whole() -> None:
    # given terms with everything in them, when they are kept and read again, then they are the same
    whole = kept(EVERYONE, Named(people=frozenset({BEN})), reach=Reach.OUTSIDE, quorum=3)
    assert from_json(whole.as_json()) == whole
    assert whole.groups() == frozenset({"S1"})
