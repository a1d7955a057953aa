"""Fair order, and how much of the workers one scope may take. Pure.

Whoever has the least under way comes first: among workspaces, then among the channels of one, then among its people.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Whose work it is: a Workspace, a channel of it, a person there. Empty where a row says nothing of it."""

    workspace: str
    channel: str
    person: str

    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Return the workspace, the channel and the person, each with what it belongs to."""
        return (self.workspace,), (self.workspace, self.channel), (self.workspace, self.channel, self.person)


@dataclass(frozen=True, slots=True)
class DueRow:
    """A row that may be claimed. `run_id` is the row's own id where it is a Run; `due_at` is journal time."""

    id: str
    run_id: str | None
    due_at: int
    fence: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Shares:
    """What one workspace, one channel, one person may have under way at once (settings `[limits]`).

    Attributes:
        of_slots: the part of the live workers' slots, for each: what is left stays free for others.
        at_most: Runs and ToolCalls, for each, counted under the scope's lock; 0: no such cap.
    """

    of_slots: tuple[float, float, float] = (1.0, 1.0, 1.0)
    at_most: tuple[int, int, int] = (0, 0, 0)

    @property
    def capped(self) -> bool:
        """Whether anything must be counted under a lock."""
        return any(self.at_most)


@dataclass(slots=True)
class Load:
    """What is under way, by scope, and how much each may have. `slots`: of all live workers; 0: nobody knows."""

    held: Mapping[Scope, int]
    shares: Shares = field(default_factory=Shares)
    slots: int = 0
    _by_level: Counter[tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._by_level = Counter()
        for scope, many in self.held.items():
            self.add(scope, many)

    def add(self, scope: Scope, many: int = 1) -> None:
        """Count more of a scope."""
        for level in scope.levels():
            self._by_level[level] += many

    def of(self, level: tuple[str, ...]) -> int:
        """Return how much a workspace, a channel or a person has under way."""
        return self._by_level[level]

    def weight(self, scope: Scope) -> tuple[int, ...]:
        """Return what fair order goes by: the least first."""
        return tuple(self._by_level[level] for level in scope.levels())

    def is_full(self, level: tuple[str, ...]) -> bool:
        """Whether a workspace, a channel or a person has as much under way as it may."""
        at = len(level) - 1
        most = ceil(self.shares.of_slots[at] * self.slots) if self.slots else 0
        limits = [one for one in (most, self.shares.at_most[at]) if one]
        return bool(limits) and self._by_level[level] >= min(limits)

    def has_room(self, scope: Scope) -> bool:
        """Whether none of the three is full."""
        return not any(self.is_full(level) for level in scope.levels())

    def is_capped(self, scope: Scope) -> bool:
        """Whether one of the three has reached its cap; shares of the slots are no caps."""
        return any(
            most and self._by_level[level] >= most
            for most, level in zip(self.shares.at_most, scope.levels(), strict=True)
        )


def fair_order(rows: Sequence[DueRow], load: Load, hint: str = "") -> Iterator[DueRow]:
    """Yield rows in fair order, each counted as under way for those behind it. Scopes that are full now are left out.

    A person's own rows come by their due time. `hint`, a row's id, comes first where nothing else speaks against it.
    """
    waiting: dict[Scope, list[DueRow]] = {}
    for row in sorted(rows, key=lambda one: (one.id == hint, -one.due_at)):
        if load.has_room(row.scope):
            waiting.setdefault(row.scope, []).append(row)
    then = Load(load.held)
    while waiting:
        best = min(
            waiting, key=lambda scope: (then.weight(scope), waiting[scope][-1].id != hint, waiting[scope][-1].due_at)
        )
        yield waiting[best].pop()
        then.add(best)
        if not waiting[best]:
            del waiting[best]
