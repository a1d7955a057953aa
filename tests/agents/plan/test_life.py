"""What its calls make of a Step, and to which Step a call belongs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.plan.life import FOLLOWS, State, Step, after_calls, belongs_to, ready
from agents.toolcalls.life import State as CallState

CALLS = st.lists(st.sampled_from(list(CallState)), max_size=5)


def a_step(number: int = 1, status: State = State.PLANNED, *waits_for: int) -> Step:
    """A Step of a Run."""
    return Step(id=f"s{number}", run_id="r", number=number, title=f"Step {number}", status=status, waits_for=waits_for)


@given(st.sampled_from(list(State)), CALLS, st.booleans())
def test_whatever_its_calls_do_a_step_moves_only_where_its_life_lets_it(
    status: State, calls: list[CallState], moved_on: bool
) -> None:
    # given a Step in any state with any calls, when they are looked at
    to = after_calls(a_step(status=status), calls, moved_on=moved_on)

    # then it stays, or takes an arrow; and what it became stays, looked at again
    assert to is status or to in FOLLOWS[status]
    assert after_calls(a_step(status=to), calls, moved_on=moved_on) is to


@pytest.mark.parametrize(
    ("calls", "moved_on", "becomes"),
    [
        ([CallState.ALLOWED], False, State.PLANNED),
        ([CallState.RUNNING], False, State.WORKING),
        ([CallState.WAITING], False, State.WORKING),
        ([CallState.SUCCEEDED], False, State.DONE),
        ([CallState.SUCCEEDED, CallState.FAILED], False, State.DONE),
        ([CallState.FAILED], False, State.PLANNED),
        ([CallState.FAILED], True, State.FAILED),
        ([CallState.DENIED], True, State.FAILED),
        ([CallState.UNKNOWN], True, State.FAILED),
    ],
)
def test_a_step_is_what_its_calls_make_of_it(calls: list[CallState], moved_on: bool, becomes: State) -> None:
    # given a planned Step, when its calls stand like this, then it is that
    assert after_calls(a_step(), calls, moved_on=moved_on) is becomes


def test_a_further_call_brings_a_done_step_back_to_work_only_when_it_begins() -> None:
    # given a Step that is done
    done = a_step(status=State.DONE)

    # when the model adds a call, then it shows so once a worker has it
    assert after_calls(done, [CallState.SUCCEEDED, CallState.ALLOWED], moved_on=True) is State.DONE
    assert after_calls(done, [CallState.SUCCEEDED, CallState.RUNNING], moved_on=False) is State.WORKING


def test_only_steps_whose_others_are_behind_them_are_ready() -> None:
    # given three Steps, of which the third waits for the others
    steps = {step.number: step for step in (a_step(1, State.DONE), a_step(2), a_step(3, State.PLANNED, 1, 2))}

    # when asked, then the second is ready, and the third once the second is behind
    assert [step.number for step in ready(steps)] == [2]
    assert [step.number for step in ready(steps | {2: a_step(2, State.FAILED)})] == [3]


def test_a_call_without_a_step_belongs_to_the_lowest_that_is_under_way_or_ready() -> None:
    # given a plan
    steps = {step.number: step for step in (a_step(1, State.DONE), a_step(2, State.DROPPED), a_step(3), a_step(4))}

    # when a call names a line, none, a dropped one, or one that is not there
    named = [belongs_to(steps, number) for number in (4, None, 2, 9)]

    # then it is that line's, or the third's
    assert [step.number if step else 0 for step in named] == [4, 3, 3, 3]
