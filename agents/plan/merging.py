"""A new plan takes the place of the one before it, line by line. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.plan.life import State, Step
from tools.contract import PlannedStep

BEHIND = frozenset({State.DONE, State.FAILED})
"""What was done or tried stays true, also where the new plan does not name it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the plan as it is from now on. `step_id` is empty for a line that is new."""

    step_id: str
    number: int
    title: str
    status: State
    waits_for: tuple[int, ...]


def merge(old: Sequence[Step], new: Sequence[PlannedStep]) -> list[Line]:
    """Return every line after a new plan was laid out over an old one.

    The new lines come first and have the numbers that the new plan gives them. A line is the Step of the same title, or
    else the one of the same number where that has not begun and its title is in no other line. Old Steps that no line
    takes up follow: what was done or failed stays as it is, the rest is dropped.
    """
    titles = [_same(line.title) for line in new]
    free: dict[str, Step] = {step.id: step for step in old if step.status is not State.DROPPED}
    taken: dict[int, Step] = {}
    for at, title in enumerate(titles):
        found = next((step for step in free.values() if _same(step.title) == title), None)
        if found is not None:
            taken[at] = free.pop(found.id)
    for at, line in enumerate(new):
        if at in taken or line.dropped:
            continue
        found = next((step for step in free.values() if step.number == at + 1 and step.status is State.PLANNED), None)
        if found is not None:
            taken[at] = free.pop(found.id)
    lines = [_line(at, line, taken.get(at)) for at, line in enumerate(new)]
    gone: Mapping[str, Step] = {step.id: step for step in old if step.id in free or step.status is State.DROPPED}
    lines.extend(
        Line(
            step_id=step.id,
            number=number,
            title=step.title,
            status=step.status if step.status in BEHIND else State.DROPPED,
            waits_for=(),
        )
        for number, step in enumerate(sorted(gone.values(), key=lambda one: one.number), len(new) + 1)
    )
    return lines


def _line(at: int, line: PlannedStep, standing: Step | None) -> Line:
    status = standing.status if standing is not None else State.PLANNED
    if line.done and status is not State.DROPPED:
        status = State.DONE
    elif line.dropped and status is not State.DONE:
        status = State.DROPPED
    return Line(
        step_id=standing.id if standing is not None else "",
        number=at + 1,
        title=line.title,
        status=status,
        waits_for=tuple(line.waits_for),
    )


def _same(title: str) -> str:
    return " ".join(title.casefold().split())
