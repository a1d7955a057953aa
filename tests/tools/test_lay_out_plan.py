"""The plan that the model lays out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.given.tool_context import a_context
from tools.contract import BadArguments
from tools.lay_out_plan import TOOL, PlanWanted, StepWanted


def wanted(*waits: list[int]) -> PlanWanted:
    """A plan whose lines wait for these."""
    steps = [StepWanted(title=f"Step {number}", waits_for=before) for number, before in enumerate(waits, 1)]
    return PlanWanted(title="Compare", steps=steps)


def test_a_plan_comes_back_as_it_was_given_and_in_one_line_each() -> None:
    # given a plan with a title over two lines, when it is laid out
    plan = TOOL.call(
        PlanWanted(
            title=" Compare\nall ", steps=[StepWanted(title="Read"), StepWanted(title="Chart", waits_for=[1, 1])]
        ),
        a_context(),
    ).plan

    # then it stands
    assert plan is not None
    assert plan.title == "Compare all"
    assert [(step.title, list(step.waits_for)) for step in plan.steps] == [("Read", []), ("Chart", [1])]


@pytest.mark.parametrize(
    ("waits", "says"),
    [
        (([2], [1]), "waits for itself"),
        (([1],), "waits for itself"),
        (([], [3]), "the steps are 1 to 2"),
        (([], [0]), "the steps are 1 to 2"),
    ],
)
def test_a_plan_that_could_never_begin_is_refused(waits: tuple[list[int], ...], says: str) -> None:
    # given such a plan, when it is laid out, then the model reads why
    with pytest.raises(BadArguments, match=says):
        TOOL.call(wanted(*waits), a_context())


@given(st.lists(st.lists(st.integers(1, 6), max_size=3), min_size=6, max_size=6))
def test_a_plan_is_refused_exactly_where_it_has_a_circle(waits: list[list[int]]) -> None:
    # given any lines that wait for each other
    begun: set[int] = set()
    while more := {at for at, before in enumerate(waits, 1) if at not in begun and set(before) <= begun}:
        begun |= more

    # when it is laid out, then it stands exactly where every line can begin one day
    if len(begun) == len(waits):
        assert TOOL.call(wanted(*waits), a_context()).plan is not None
    else:
        with pytest.raises(BadArguments):
            TOOL.call(wanted(*waits), a_context())


def test_a_line_is_not_both_done_and_dropped() -> None:
    # given such a line, when it is laid out, then it is refused
    with pytest.raises(BadArguments, match="both"):
        TOOL.call(PlanWanted(title="x", steps=[StepWanted(title="y", done=True, dropped=True)]), a_context())
