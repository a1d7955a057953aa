"""Who may ask in a channel: the one judgement for messages, commands, clicks and Stops alike. Within a transaction.

It rests on what the surface said not long ago. Where it has not, nobody is let in and nobody refused: the surface is
asked first, and the judgement made then.
"""

from dataclasses import dataclass, field

from agents.clock import us
from agents.in_force import in_force
from agents.journal import belonging, people
from agents.journal.transaction import Transaction
from agents.policy.asking import VISITORS, may_ask
from agents.policy.facts import Speaker
from agents.policy.judgement import Gate
from agents.policy.resolving import Holding
from agents.policy.settings import Guests
from agents.posts import Door
from agents.surface import PersonKind

FRESH = us(300)
"""How long the surface's word on someone holds. Slack's own advice for users.info is at most five minutes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How someone stands at the door.

    Attributes:
        kind: who they are; None: the surface must be asked before anything is said.
        why: why they may not ask, for the trail; empty: they may.
        sentence: the same for themselves.
    """

    kind: PersonKind | None
    why: str = ""
    sentence: str = ""

    @property
    def may(self) -> bool:
        """Whether they may ask."""
        return self.kind is not None and not self.why


@dataclass(frozen=True, slots=True)
class Missing:
    """What the surface must be asked about someone: which groups they are in, whether of the channel, who they are."""

    groups: frozenset[str] = field(default_factory=frozenset)
    member: bool = False
    person: bool = False

    @property
    def nothing(self) -> bool:
        """Whether all is known."""
        return not (self.groups or self.member or self.person)


def standing_of(
    tx: Transaction,
    door: Door,
    workspace_id: str,
    channel: str,
    user_id: str,
    *,
    kind: PersonKind | None = None,
    external: bool = False,
) -> Standing:
    """Judge whether someone may ask in a channel.

    In: `kind`, what the surface has just said of them, else what is known is taken; `external`: the payload itself says
    that they are of another organisation.
    """
    holding = in_force(tx, workspace_id, door.policy).holding(channel)
    if kind is None:
        kind = PersonKind.STRANGER if external else known_kind(tx, workspace_id, user_id)
    if kind is None:
        return Standing(None)
    if not missing(tx, holding, workspace_id, channel, user_id, kind).nothing:
        return Standing(None)
    bite = may_ask(holding, _speaker(tx, holding, workspace_id, channel, user_id, kind))
    if kind is PersonKind.BOT:
        return Standing(kind, kind.value, door.sentences.refusals[kind])
    if bite is None:
        return Standing(kind)
    if kind in door.sentences.refusals:
        return Standing(kind, kind.value, door.sentences.refusals[kind])
    return Standing(kind, Gate.ASKING.value, door.sentences.not_you)


def known_kind(tx: Transaction, workspace_id: str, user_id: str) -> PersonKind | None:
    """Return who someone is where the surface said so not long ago; None: it must be asked."""
    person = people.known_within(tx, workspace_id, user_id, fresh_us=FRESH)
    return None if person is None else person.kind


def missing(
    tx: Transaction, holding: Holding, workspace_id: str, channel: str, user_id: str, kind: PersonKind
) -> Missing:
    """Return what must be asked about someone of that kind before they can be judged in a channel."""
    if kind in VISITORS:
        asked = holding.guests.value is Guests.RESTRICT
        known = belonging.belongs(tx, workspace_id, channel, user_id, fresh_us=FRESH) if not asked else False
        return Missing(member=known is None, groups=_unknown_groups(tx, holding, workspace_id, user_id, not asked))
    return Missing(groups=_unknown_groups(tx, holding, workspace_id, user_id, kind is PersonKind.MEMBER))


def _unknown_groups(
    tx: Transaction, holding: Holding, workspace_id: str, user_id: str, matters: bool
) -> frozenset[str]:
    groups = frozenset(holding.ask_groups.value or ()) if matters else frozenset()
    return groups - set(belonging.groups_of(tx, workspace_id, user_id, fresh_us=FRESH)) if groups else groups


def _speaker(
    tx: Transaction, holding: Holding, workspace_id: str, channel: str, user_id: str, kind: PersonKind
) -> Speaker:
    """Return who asks, with what these settings look at; what was not looked up is not known, and lets nobody in."""
    groups, member = None, None
    if holding.ask_groups.value:
        known = belonging.groups_of(tx, workspace_id, user_id, fresh_us=FRESH)
        groups = frozenset(group for group, belongs in known.items() if belongs)
    if kind in VISITORS:
        member = belonging.belongs(tx, workspace_id, channel, user_id, fresh_us=FRESH)
    return Speaker(user_id, kind, groups, member)
