"""AUTHZ-28: what of how one person approves shows that they may have stopped reading."""

import pytest

from agents.approvals.fatigue import Approver, Mark

SECOND = 1_000_000


def one_who(yes: int, no: int, seconds: float = 60) -> Approver:
    """Someone who voted so often, in so many seconds at the median."""
    return Approver(person="U1", name="ann", asked=yes + no, yes=yes, no=no, median_us=round(seconds * SECOND))


@pytest.mark.requirement("AUTHZ-28")
@pytest.mark.parametrize(
    ("yes", "no", "marked"),
    [(30, 0, True), (29, 0, False), (96, 4, True), (95, 5, False), (39, 1, True), (38, 2, False), (0, 40, False)],
)
def test_who_says_yes_to_more_than_95_percent_of_at_least_30_is_marked(yes: int, no: int, marked: bool) -> None:
    # given someone's votes, when they are looked at, then the share and the number decide
    approver = one_who(yes, no)
    assert approver.marks == ((Mark.YES_TO_ALL,) if marked else ())
    assert (approver.votes, approver.yes_percent) == (yes + no, 100 * yes / (yes + no))


@pytest.mark.requirement("AUTHZ-28")
@pytest.mark.parametrize(("seconds", "marked"), [(0, True), (2.999, True), (3, False), (4, False)])
def test_who_votes_in_less_than_three_seconds_at_the_median_is_marked(seconds: float, marked: bool) -> None:
    # given someone who votes as fast as that, when they are looked at, then below three seconds is no reading
    assert one_who(1, 1, seconds).marks == ((Mark.IN_HASTE,) if marked else ())


@pytest.mark.requirement("AUTHZ-28")
def test_both_are_told_of_whoever_does_both() -> None:
    # given someone who says yes to everything at once, when they are looked at, then both stand there, by their words
    assert [one.value for one in one_who(40, 0, 1).marks] == ["yes_to_all", "in_haste"]
