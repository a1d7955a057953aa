"""What an admin could let be used unasked, since people always say yes to it; each with the command. Looks only."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.approvals.always_yes import AlwaysYes, would_not_ask
from agents.clock import us
from agents.commands.forms import said as typed
from agents.commands.words import Command, Verb
from agents.governing.changes import meant_by
from agents.governing.previewing import recorded
from agents.governing.putting import standing
from agents.in_force import compiled_with, in_force
from agents.journal import always_yes, policies
from agents.journal.transaction import Transaction
from agents.policy.changing import NotPossible, SayRule, applied
from agents.policy.document import Document
from agents.policy.from_settings import FromSettings

DAYS = 30
"""How far back approvals are looked at, as in `tagwork approvals report`."""

ENOUGH = 10
"""Times that people said yes, and never anything else, from which on it tells something."""

LATELY = 20
"""Calls that are judged again, the newest: what was asked before may have had another reason."""

MOST = 3
"""Of one look: an admin decides about one at a time."""

CANDIDATES = 20
"""That are looked at: some of what is asked about most often was let run since."""


@dataclass(frozen=True, slots=True)
class Easing:
    """A command by which people would be asked less.

    Attributes:
        always: what they always said yes to. command: as it is typed after `/tagwork`, with ids.
        unasked, looked_at: how many of the newest calls that were asked about would have run without.
    """

    always: AlwaysYes
    command: str
    unasked: int
    looked_at: int

    def __str__(self) -> str:
        one = self.always
        people = "one person" if one.people == 1 else f"{one.people} people"
        return (
            f"`{one.tool}` in #{one.channel}: asked {one.times:,} times, always yes, by {people}. With "
            f"`/tagwork {self.command}`, {self.unasked} of the last {self.looked_at} would have run unasked."
        )


def easings(tx: Transaction, said: FromSettings, workspace_id: str, *, days: int = DAYS) -> Sequence[Easing]:
    """Return what would ask less, what was asked about most often first.

    Left out is what an admin has already said something of, and what would ask for another reason all the same.
    """
    since = tx.now() - us(days * 86_400)
    before = standing(tx, workspace_id)
    open_to = _unsaid(before, always_yes.since(tx, workspace_id, since, enough=ENOUGH, most=CANDIDATES))
    if not open_to:
        return []
    try:
        after = applied(before, [one.change for one in open_to])
    except NotPossible:
        # there are as many rules as there may be
        return []
    now = in_force(tx, workspace_id, said)
    then = compiled_with(policies.newest(tx, policies.ORGANISATION), after, said)
    eased = []
    for one in open_to:
        calls = recorded(always_yes.judged(tx, workspace_id, since, one.always, LATELY))
        unasked = would_not_ask(now, then, calls)
        if unasked >= ENOUGH:
            eased.append(Easing(one.always, typed(one.command), unasked, len(calls)))
        if len(eased) == MOST:
            break
    return eased


@dataclass(frozen=True, slots=True)
class _Candidate:
    always: AlwaysYes
    command: Command
    change: SayRule


def _unsaid(document: Document, found: Sequence[AlwaysYes]) -> Sequence[_Candidate]:
    """Return the commands that would not take the place of what an admin said."""
    names = {rule.id for rule in document.default.rules}
    candidates = []
    for one in found:
        command = Command(Verb.ALLOW, what=one.tool, where=one.channel)
        for change in meant_by(command, one.channel, admin=True).changes:
            if isinstance(change, SayRule) and change.name not in names:
                candidates.append(_Candidate(one, command, change))
    return candidates
