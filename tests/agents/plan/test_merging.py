"""A new plan takes the place of the one before it, line by line."""

from hypothesis import given
from hypothesis import strategies as st

from agents.plan.life import FOLLOWS, State, Step
from agents.plan.merging import BEHIND, merge
from tools.contract import PlannedStep

TITLES = st.sampled_from([f"Read file {letter}" for letter in "abcdefgh"])
STEPS = st.lists(st.tuples(TITLES, st.sampled_from(list(State))), max_size=6, unique_by=lambda one: one[0])
LINES = st.lists(st.builds(PlannedStep, TITLES, done=st.booleans(), dropped=st.just(False)), min_size=1, max_size=6)


def laid_out(steps: list[tuple[str, State]]) -> list[Step]:
    """The Steps of a Run, numbered from 1."""
    return [
        Step(id=f"s{number}", run_id="r", number=number, title=title, status=status)
        for number, (title, status) in enumerate(steps, 1)
    ]


@given(STEPS, LINES)
def test_every_new_line_has_the_number_and_title_that_the_plan_gave_it(
    old: list[tuple[str, State]], new: list[PlannedStep]
) -> None:
    # given any plan and any new one, when they are merged
    lines = merge(laid_out(old), new)

    # then the new lines come first, as they were given
    assert [line.title for line in lines[: len(new)]] == [line.title for line in new]
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


@given(STEPS, LINES)
def test_no_step_is_lost_none_is_used_twice_and_only_allowed_arrows_are_taken(
    old: list[tuple[str, State]], new: list[PlannedStep]
) -> None:
    # given any plan and any new one, when they are merged
    standing = {step.id: step for step in laid_out(old)}
    lines = merge(list(standing.values()), new)

    # then every old Step is one line, and moves only where its life lets it
    used = [line.step_id for line in lines if line.step_id]
    assert sorted(used) == sorted(standing)
    for line in lines:
        if line.step_id and line.status is not standing[line.step_id].status:
            assert line.status in FOLLOWS[standing[line.step_id].status]


@given(STEPS, LINES)
def test_what_was_done_stays_done_and_what_no_line_names_is_dropped(
    old: list[tuple[str, State]], new: list[PlannedStep]
) -> None:
    # given any plan and any new one, when they are merged
    standing = {step.id: step for step in laid_out(old)}
    lines = merge(list(standing.values()), new)

    # then no new plan undoes what was done, and nothing that it leaves out goes on
    for line in lines:
        if line.step_id and standing[line.step_id].status is State.DONE:
            assert line.status is State.DONE
    assert all(line.status in BEHIND | {State.DROPPED} for line in lines[len(new) :])


def test_a_plan_laid_out_again_as_it_was_changes_nothing() -> None:
    # given a plan under way
    old = laid_out([("Read the file", State.DONE), ("Compare", State.WORKING), ("Chart it", State.PLANNED)])

    # when the model lays it out again, in other capitals
    lines = merge(old, [PlannedStep("read the FILE"), PlannedStep("Compare"), PlannedStep("Chart it")])

    # then each line is the Step it was
    assert [(line.step_id, line.status) for line in lines] == [(step.id, step.status) for step in old]


def test_a_line_that_has_not_begun_may_get_other_words_and_one_under_way_may_not() -> None:
    # given one Step under way and one planned
    old = laid_out([("Read May", State.WORKING), ("Chart May", State.PLANNED)])

    # when both lines have new titles
    lines = merge(old, [PlannedStep("Read June"), PlannedStep("Chart June")])

    # then the planned one is the same Step with another title, and the other is dropped for a new one
    assert [(line.step_id, line.title, line.status) for line in lines] == [
        ("", "Read June", State.PLANNED),
        ("s2", "Chart June", State.PLANNED),
        ("s1", "Read May", State.DROPPED),
    ]
