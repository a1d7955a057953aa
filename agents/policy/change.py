"""One part of a policy that is otherwise: what became of it, in words and as data, and what it does to rights. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """What a change does to rights."""

    WIDENS = "widens"
    NARROWS = "narrows"
    NEITHER = "neither"


class Kind(StrEnum):
    """What became of a part."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One part that is otherwise.

    Attributes:
        place: whose part: `organisation`, `workspace`, a channel's id, or `bundle` and its name.
        what: the part: `rule mail`, `ceilings`, `setting budget.day_usd`, `bundle docs`, `authority send`.
        before, after: in words; empty where it was or is not there.
    """

    kind: Kind
    place: str
    what: str
    before: str
    after: str
    direction: Direction

    def __str__(self) -> str:
        was = f": was {self.before}" if self.before else ""
        now = f"{', now' if was else ':'} {self.after}" if self.after else ""
        return f"{self.direction}: {self.place}: {self.what} {self.kind}{was}{now}"

    def as_json(self) -> dict[str, str]:
        """Return it as plain values."""
        return {
            "kind": self.kind.value,
            "place": self.place,
            "what": self.what,
            "before": self.before,
            "after": self.after,
            "direction": self.direction.value,
        }
