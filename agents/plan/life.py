"""The life of a Step: which state may follow which, and what its calls make of it. Pure: no SQL, no clock, no Slack."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from agents.lives import Written
from agents.toolcalls.life import OPEN
from agents.toolcalls.life import State as CallState


class State(Written):
    PLANNED = "planned"  #: laid out; nothing of it has begun
    WORKING = "working"  #: a call of it has begun
    DONE = "done"  #: its calls ended and one succeeded, or the model said so
    FAILED = "failed"  #: its calls ended, none succeeded, and the model went on without another
    DROPPED = "dropped"  #: the plan changed, or the Run ended without it


FINAL = frozenset({State.DROPPED})

FOLLOWS: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.WORKING, State.DONE, State.FAILED, State.DROPPED}),
    State.WORKING: frozenset({State.DONE, State.FAILED, State.DROPPED}),
    State.DONE: frozenset({State.WORKING, State.DROPPED}),
    State.FAILED: frozenset({State.WORKING, State.DONE, State.DROPPED}),
}
"""A Step that is done ticks at once; when the model adds another call to it, it goes back to work and says so."""

BEGUN = OPEN - {CallState.ALLOWED, CallState.ASKED}
"""The states of a call that make its Step work: a worker has it, or it waits for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a Run's plan. `number` counts from 1, as the model names it; `waits_for` are numbers of others."""

    id: str
    run_id: str
    number: int
    title: str
    status: State
    waits_for: tuple[int, ...] = ()


def after_calls(step: Step, calls: Collection[CallState], *, moved_on: bool) -> State:
    """Return what a Step is, given the states of all its calls.

    `moved_on`: a Turn has ended since, without another call for it: what did not succeed has failed for good.
    """
    if step.status is State.DROPPED or not calls:
        return step.status
    if any(call in BEGUN for call in calls):
        return State.WORKING
    if any(call in OPEN for call in calls):
        # a further call that has not begun changes nothing yet
        return step.status
    if CallState.SUCCEEDED in calls or step.status is State.DONE:
        return State.DONE
    return State.FAILED if moved_on else step.status


def ready(steps: Mapping[int, Step]) -> list[Step]:
    """Return the Steps that may be worked on: under way, or planned with all that they wait for behind them."""
    behind = {State.DONE, State.FAILED, State.DROPPED}
    return [
        step
        for _, step in sorted(steps.items())
        if step.status is State.WORKING
        or (step.status is State.PLANNED and all(steps[one].status in behind for one in step.waits_for if one in steps))
    ]


def belongs_to(steps: Mapping[int, Step], named: int | None) -> Step | None:
    """Return the Step of a call: the one that the model named, else the lowest that is under way or ready."""
    standing = steps.get(named) if named is not None else None
    if standing is not None and standing.status is not State.DROPPED:
        return standing
    return next(iter(ready(steps)), None)
