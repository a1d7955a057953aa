"""A lost ToolCall is never repeated where that could do its effect twice. design.md 3, E18."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.toolcalls.life import FOLLOWS, AfterLoss, State, after_loss
from tools.contract import Effect

LIVES = st.one_of(st.none(), st.integers(0, 10**9))


@pytest.mark.law("E18")
@given(st.sampled_from(Effect), LIVES, st.booleans(), st.integers(0, 10**9))
def test_only_a_read_or_a_write_with_a_proof_that_still_holds_may_run_again(
    effect: Effect, lives: int | None, finds: bool, since: int
) -> None:
    # given any call whose worker was lost, when its fate is asked for
    fate = after_loss(effect, key_lives_us=lives, finds=finds, since_first_start_us=since)

    # then an act is never repeated, and a write only under its proof
    if effect is Effect.ACT:
        assert fate is AfterLoss.UNKNOWN
    elif effect is Effect.READ:
        assert fate is AfterLoss.AGAIN
    elif finds:
        assert fate is AfterLoss.FIND
    else:
        assert (fate is AfterLoss.AGAIN) == (lives is not None and since < lives)


def test_a_late_result_can_still_be_written_of_an_unknown_call_and_of_no_other_that_has_ended() -> None:
    # given the table, then `unknown` leads to the truth and to nothing else
    assert FOLLOWS[State.UNKNOWN] == {State.SUCCEEDED, State.FAILED}
    assert not [state for state in (State.DENIED, State.SUCCEEDED, State.FAILED, State.STOPPED) if FOLLOWS.get(state)]
