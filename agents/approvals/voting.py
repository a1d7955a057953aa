"""Who may vote on an Approval, and what the votes come to. Pure: whoever judges has asked the surface who they are.

Text, emoji and messages never vote: there is no way from them to here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agents.approvals.life import Approval, State
from agents.approvals.terms import Kept, from_json
from agents.policy.judgement import Named
from agents.surface import PersonKind


class Choice(StrEnum):
    """What a button says."""

    YES = "yes"
    NO = "no"
    FOR_RUN = "yes_for_run"  #: yes, and to later calls of this Run with the same tool and destination
    ALL = "all"  #: yes to each of those that were shown together

    @property
    def is_yes(self) -> bool:
        """Whether it agrees."""
        return self is not Choice.NO


class Outcome(StrEnum):
    """What became of a vote. The value stands in its row and on the trail."""

    COUNTED = "counted"  #: it counts
    AGAIN = "again"  #: the same person had said so before
    FOREIGN = "foreign"  #: no Approval of ours, or not where its card stands
    SETTLED = "settled"  #: it was decided before
    STOPPED = "stopped"  #: its Run had ended, or the proposal was taken back
    LATE = "late"  #: its time was over
    KIND = "kind"  #: a guest, someone of another organisation, another app, or a deactivated account
    OWN = "own"  #: whoever asked does not approve what goes outside or destroys
    NOT_NAMED = "not_named"  #: not among those who may
    OFTEN = "often"  #: they have said yes as often within the hour as one person may
    UNKNOWN = "unknown"  #: it could not be found out who they are


MAY_VOTE = frozenset({PersonKind.ADMIN, PersonKind.MEMBER})
"""Kinds of people who may be named at all; no rule can name others."""


@dataclass(frozen=True, slots=True)
class Voter:
    """Who pressed, as the surface said just now. `groups`: those of the terms that they are in."""

    id: str
    kind: PersonKind
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote that counted."""

    person: str
    choice: Choice


def may_vote(kept: Kept, voter: Voter, requester: str) -> Outcome:
    """Return COUNTED where someone may vote, else why not. Empty terms name nobody."""
    if voter.kind not in MAY_VOTE:
        return Outcome.KIND
    if voter.id == requester and not kept.own:
        return Outcome.OWN
    if not kept.terms.named or not all(_names(one, voter, requester) for one in kept.terms.named):
        return Outcome.NOT_NAMED
    return Outcome.COUNTED


def _names(named: Named, voter: Voter, requester: str) -> bool:
    return (
        (named.requester and voter.id == requester)
        or (named.admins and voter.kind is PersonKind.ADMIN)
        or voter.id in named.people
        or bool(named.groups & voter.groups)
    )


def is_over(approval: Approval, at: int) -> bool:
    """Whether the time in which people could answer has passed at journal time `at`."""
    return at >= approval.expires_at


def judged(
    approval: Approval, voter: Voter, choice: Choice, requester: str, counted: Sequence[Cast], at: int
) -> Outcome:
    """Return what becomes of one vote on an Approval as it stands at journal time `at`."""
    if approval.status is State.SUPERSEDED:
        return Outcome.STOPPED
    if approval.status is State.EXPIRED:
        return Outcome.LATE
    if approval.status is not State.PENDING:
        return Outcome.SETTLED
    if is_over(approval, at):
        return Outcome.LATE
    may = may_vote(from_json(approval.terms), voter, requester)
    if may is Outcome.OWN and not choice.is_yes:
        # whoever asked may always not want it any more
        may = Outcome.COUNTED
    if may is not Outcome.COUNTED:
        return may
    if choice.is_yes and any(one.person == voter.id for one in counted):
        return Outcome.AGAIN
    return Outcome.COUNTED


def verdict(kept: Kept, counted: Sequence[Cast]) -> State:
    """Return what the votes that count come to: one no refuses, as many different people as are needed grant."""
    if any(not one.choice.is_yes for one in counted):
        return State.REFUSED
    return State.GRANTED if len({one.person for one in counted}) >= kept.terms.quorum else State.PENDING


def lacks(kept: Kept, counted: Sequence[Cast]) -> int:
    """Return how many more people must say yes."""
    return max(0, kept.terms.quorum - len({one.person for one in counted if one.choice.is_yes}))


def holds_for_run(kept: Kept, counted: Sequence[Cast]) -> bool:
    """Whether a yes holds for the rest of the Run: it may, and everyone whose yes counts said so."""
    return kept.for_run and bool(counted) and all(one.choice is Choice.FOR_RUN for one in counted)
