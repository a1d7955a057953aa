"""One row of the bench: what was measured, beside what, and the goal."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        name: begins with the letter of its group, (a) to (j).
        ours, theirs: in `unit`; theirs is None where there is no rival.
        ratio: what the goal is about where there is a rival; None where it is about `ours`.
        goal: the goal in words, such as "<= 2"; empty: there is none, the figure explains others.
    """

    name: str
    unit: str
    ours: float
    theirs: float | None = None
    ratio: float | None = None
    goal: str = ""

    @classmethod
    def beside(cls, name: str, unit: str, ours: float, theirs: float, goal: str = "") -> Self:
        """Return a row whose goal is about ours divided by theirs."""
        return cls(name, unit, ours, theirs, ours / theirs if theirs else None, goal)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if not self.goal:
            return None
        sign, _, most = self.goal.partition(" ")
        value = self.ours if self.ratio is None else self.ratio
        return value <= float(most) if sign == "<=" else value >= float(most)

    def as_json(self) -> dict[str, Any]:
        """Return the row as bench.json has it."""
        return {**asdict(self), "met": self.met}
