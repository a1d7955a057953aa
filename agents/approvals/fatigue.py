"""How one person approves, and what of it shows that they may have stopped reading (AUTHZ-28). Pure.

The bounds are those of the alerts in docs/operators/metrics.md, which look at all approvers together.
"""

from dataclasses import dataclass
from enum import StrEnum

MOST_YES = 95
"""Percent of votes that may be a yes."""

FROM_VOTES = 30
"""Votes from which on the share of yes tells something."""

READING = 3_000_000
"""Microseconds: in less than three seconds nobody reads a card."""


class Mark(StrEnum):
    """What may show that someone does not read what they say yes to."""

    YES_TO_ALL = "yes_to_all"  #: more than MOST_YES percent of at least FROM_VOTES votes say yes
    IN_HASTE = "in_haste"  #: half of the votes came sooner than READING after the card was shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """What someone said to what they were asked about, by the votes that count.

    Attributes:
        person: by id. name: as last heard, or the id.
        asked: Approvals that they voted on; whoever says yes and then no voted twice on one.
        yes, no: votes; together at least one.
        median_us: of the time from a card's being shown to the vote on it, in microseconds.
    """

    person: str
    name: str
    asked: int
    yes: int
    no: int
    median_us: int

    @property
    def votes(self) -> int:
        """How often they voted."""
        return self.yes + self.no

    @property
    def yes_percent(self) -> float:
        """How many of a hundred votes said yes."""
        return 100 * self.yes / self.votes

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What may show that they do not read."""
        found = []
        if self.votes >= FROM_VOTES and 100 * self.yes > MOST_YES * self.votes:
            found.append(Mark.YES_TO_ALL)
        if self.median_us < READING:
            found.append(Mark.IN_HASTE)
        return tuple(found)
