"""How often a card may be edited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.plan.pace import LONGEST, PAUSE, pause


@given(st.lists(st.booleans(), max_size=12))
def test_no_pause_is_shorter_than_what_slack_asks_for_or_longer_than_people_wait(waited: list[bool]) -> None:
    # given any edits so far, when the next is planned, then its pause has bounds
    assert PAUSE <= pause(waited) <= LONGEST


@pytest.mark.failure_mode(24)
def test_each_edit_in_a_row_that_had_to_wait_doubles_the_pause_and_one_that_had_not_ends_it() -> None:
    # given edits, newest first, when the next is planned, then the pause follows those that had to wait
    assert [pause([True] * many) for many in range(4)] == [PAUSE, 2 * PAUSE, 4 * PAUSE, 8 * PAUSE]
    assert pause([False, True, True]) == PAUSE
