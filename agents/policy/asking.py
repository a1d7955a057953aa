"""Who may ask in a channel at all, by its settings. Pure. Rules decide only what they get."""

from agents.policy.facts import Speaker, known
from agents.policy.judgement import Bite, Gate
from agents.policy.resolving import Holding
from agents.policy.settings import Guests
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind

VISITORS = frozenset({PersonKind.GUEST, PersonKind.STRANGER})
"""Those whom the setting `guests` is about."""


def may_ask(holding: Holding, speaker: Speaker) -> Bite | None:
    """Return why someone may not ask in a channel where these settings hold; None: they may.

    Other apps may, as far as this goes: they get only what a rule says of them (weighing.py).

    Raises:
        NotLoaded: it depends on something that could not be loaded.
    """
    if speaker.kind is PersonKind.GONE:
        return _no(Gate.GONE, "Someone who asks here is deactivated in this workspace.")
    if speaker.kind in VISITORS:
        if holding.guests.value is Guests.RESTRICT:
            return _no(Gate.GUESTS, "Guests and people of other organisations may not ask here.")
        if not known(speaker.member):
            return _no(Gate.GUESTS, "A guest may only ask in channels that they are in.")
        if holding.guests.value is Guests.CHANNEL_ONLY:
            return None
    if speaker.kind in {PersonKind.ADMIN, PersonKind.BOT}:
        return None
    if not holding.members.value:
        return _no(Gate.ASKING, "Only owners and admins of the workspace may ask here.")
    groups = holding.ask_groups.value
    if groups and not (known(speaker.groups) or frozenset()) & frozenset(groups):
        return _no(Gate.ASKING, "Only people of certain user groups may ask here.")
    return None


def only_of_channel(holding: Holding, speaker: Speaker) -> bool:
    """Whether only what the channel itself was given counts for someone."""
    return speaker.kind in VISITORS and holding.guests.value is Guests.CHANNEL_ONLY


def _no(gate: Gate, reason: str) -> Bite:
    return Bite(gate, Verdict.DENY, reason)
