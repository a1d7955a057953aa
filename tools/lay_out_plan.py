"""Lay out, or change, the plan of this request. Effect: read. Reaches only the Run itself."""

from pydantic import Field

from tools.contract import (
    Arguments,
    BadArguments,
    Effect,
    Plan,
    PlannedStep,
    Reach,
    Tool,
    ToolContext,
    ToolResult,
    Trust,
)

MOST_STEPS = 20
"""Lines of one plan: more does not fit on a screen, and means that lines are too small."""
TITLE_CHARS = 150
"""Characters of one title: one line on a screen, two on a phone."""


class StepWanted(Arguments):
    title: str = Field(
        min_length=1,
        max_length=TITLE_CHARS,
        description="What is done in this step, in plain words for people: no tool names, no ids.",
    )
    waits_for: list[int] = Field(
        default_factory=list,
        max_length=MOST_STEPS,
        description="Numbers, from 1, of the steps that must be done before. Empty: it can begin at once.",
    )
    done: bool = Field(default=False, description="It is done already.")
    dropped: bool = Field(default=False, description="It is not wanted any more.")


class PlanWanted(Arguments):
    title: str = Field(min_length=1, max_length=TITLE_CHARS, description="What the whole plan is for, in plain words.")
    steps: list[StepWanted] = Field(min_length=1, max_length=MOST_STEPS, description="The steps, in order.")


def lay_out_plan(wanted: PlanWanted, context: ToolContext) -> ToolResult:
    """Return the plan.

    Raises:
        BadArguments: a step waits for itself, for one that is not there, or in a circle.
    """
    steps = [
        PlannedStep(_plain(step.title, f"step {number}"), tuple(dict.fromkeys(step.waits_for)), step.done, step.dropped)
        for number, step in enumerate(wanted.steps, 1)
    ]
    for number, step in enumerate(steps, 1):
        if step.done and step.dropped:
            raise BadArguments(f"Step {number} cannot be both done and dropped.")
        for other in step.waits_for:
            if not 1 <= other <= len(steps):
                raise BadArguments(f"Step {number} waits for {other}, and the steps are 1 to {len(steps)}.")
    circle = _in_a_circle(steps)
    if circle:
        raise BadArguments(f"Step {circle} waits for itself, directly or through others: nothing could begin.")
    plan = Plan(_plain(wanted.title, "the plan"), steps)
    return ToolResult(text=f"A plan of {len(steps)} steps.", trust=Trust.TRUSTED, plan=plan)


def _plain(title: str, what: str) -> str:
    line = " ".join(title.split())
    if not line:
        raise BadArguments(f"The title of {what} is empty.")
    return line


def _in_a_circle(steps: list[PlannedStep]) -> int:
    """Return the number of a step that can never begin, or 0."""
    waiting = {number: set(step.waits_for) for number, step in enumerate(steps, 1)}
    while waiting:
        free = [number for number, before in waiting.items() if not before & set(waiting)]
        if not free:
            return min(waiting)
        for number in free:
            del waiting[number]
    return 0


TOOL = Tool(
    name="lay_out_plan",
    effect=Effect.READ,
    reach=Reach.RUN,
    description=(
        "Show people what you are going to do, step by step. Use it first when a request needs more than one tool "
        "call; the calls that can begin at once go out in the same reply. Call it again with the whole plan when "
        "something you learned, or someone's words, changes it; mark what is done or dropped. Do not use it for a "
        "request that one call answers."
    ),
    arguments=PlanWanted,
    call=lay_out_plan,
    seconds=5.0,
    # nothing but its own arguments
    quick=True,
)
