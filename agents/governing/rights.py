"""Who may change what holds in a workspace or a channel: owners and admins, and whom they named. Within a transaction.

It rests on what the surface said within the last minute. Where it has not, nobody is let in and nobody refused.
"""

from agents.clock import us
from agents.governing.naming import named
from agents.in_force import in_force
from agents.journal import belonging, people
from agents.journal.transaction import Transaction
from agents.policy.explaining import changers_of
from agents.policy.from_settings import FromSettings
from agents.policy.resolving import Holding
from agents.policy.scopes import Scope
from agents.surface import PersonKind
from agents.who_may_ask import Missing

FRESH = us(60)
"""How old the surface's word may be on which a right to change something rests."""


def missing_for(tx: Transaction, said: FromSettings, workspace_id: str, place: str, user_id: str) -> Missing:
    """Return what the surface must be asked before it is judged whether someone may change a place's part.

    In: `place`: a channel's id; empty: the workspace itself.
    """
    person = people.known_within(tx, workspace_id, user_id, fresh_us=FRESH)
    if person is None:
        return Missing(person=True)
    if person.kind is not PersonKind.MEMBER:
        return Missing()
    groups = frozenset(_editors(in_force(tx, workspace_id, said).holding(place), place)[1])
    return Missing(groups=groups - set(belonging.groups_of(tx, workspace_id, user_id, fresh_us=FRESH)))


def is_admin(tx: Transaction, workspace_id: str, user_id: str) -> bool:
    """Whether the surface said within the last minute that someone is an owner or admin."""
    person = people.known_within(tx, workspace_id, user_id, fresh_us=FRESH)
    return person is not None and person.kind is PersonKind.ADMIN


def may_change(tx: Transaction, said: FromSettings, workspace_id: str, place: str, user_id: str) -> bool:
    """Whether someone may change a place's part, as far as is known: ask `missing_for` before.

    Guests, strangers and apps never may, whoever names them.
    """
    person = people.known_within(tx, workspace_id, user_id, fresh_us=FRESH)
    if person is None or person.kind not in {PersonKind.ADMIN, PersonKind.MEMBER}:
        return False
    if person.kind is PersonKind.ADMIN:
        return True
    persons, groups = _editors(in_force(tx, workspace_id, said).holding(place), place)
    belongs = belonging.groups_of(tx, workspace_id, user_id, fresh_us=FRESH)
    return user_id in persons or any(belongs.get(one, False) for one in groups)


def who_can(tx: Transaction, said: FromSettings, workspace_id: str, place: str) -> str:
    """Return the sentence for someone who may not: who can."""
    holding = in_force(tx, workspace_id, said).holding(place)
    scope = Scope.CHANNEL if place else Scope.WORKSPACE
    changers = named(tx, workspace_id, changers_of(scope, holding))
    where = "this channel" if place else "the whole workspace"
    return f"You may not change that: {changers[:1].lower()}{changers[1:]} can, for {where}."


def _editors(holding: Holding, place: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return people and groups that may change a place's part. Whom only a channel names has no word beyond it."""
    persons, groups = holding.editor_people, holding.editor_groups
    return (
        (persons.value or ()) if place or persons.scope is not Scope.CHANNEL else (),
        (groups.value or ()) if place or groups.scope is not Scope.CHANNEL else (),
    )
