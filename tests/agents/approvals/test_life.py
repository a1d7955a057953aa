"""The life of an Approval: one question, one end."""

import pytest

from agents.approvals.life import ENDED, FOLLOWS, State
from agents.errors import ImpossibleMove
from agents.lives import check_move


def test_states_keep_the_names_by_which_approvals_are_stored() -> None:
    # given Approvals in a journal, when a later release reads how they stand, then by these names
    assert [one.value for one in State] == ["pending", "granted", "refused", "expired", "superseded"]


@pytest.mark.parametrize("to", State)
def test_an_approval_ends_once_and_never_changes_its_mind(to: State) -> None:
    # given an Approval for which people are asked, when it is settled, then it may end in each way; once it has ended,
    # by whatever, nothing moves it any more: a late yes does not lift a no
    if to is State.PENDING:
        with pytest.raises(ImpossibleMove):
            check_move(FOLLOWS, State.PENDING, to, "Approval 1")
    else:
        check_move(FOLLOWS, State.PENDING, to, "Approval 1")
        assert to in ENDED
    for left in (State.GRANTED, State.REFUSED, State.EXPIRED, State.SUPERSEDED):
        with pytest.raises(ImpossibleMove):
            check_move(FOLLOWS, left, to, "Approval 1")
