"""Has people asked in their direct messages, where the setting `approvers.asked_in` says so.

The worker that is about to show a card finds out first who may say yes: a transaction cannot ask the surface. Then one
transaction plans a copy of the card for each of them, at most MOST_ASKED, and the card itself says in the thread who
was asked. A worker that dies on the way leaves the card to be shown again, and no one gets a second copy.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog

from agents.approvals import cards
from agents.approvals.life import Approval, State
from agents.approvals.reminding import those_who_may
from agents.approvals.terms import from_json
from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import Delivery, Kind
from agents.deliveries.life import State as DeliveryState
from agents.deliveries.saying import say
from agents.engine import knowing_admins
from agents.engine.room import Room
from agents.formats import ASKS_DIRECTLY
from agents.in_force import in_force
from agents.journal import approvals, belonging, deliveries, people, runs
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.policy.settings import AskedIn
from agents.runs.life import Run
from agents.surface import CallFailed, Place, Surface, TryLater

log = structlog.get_logger()

MOST_ASKED = 10
"""People who get a card each: those whom a rule names come first, then whoever asked, members of groups, and admins."""

MOST_OF_GROUP = 50
"""Members of one user group that are looked at."""

FRESH = us(24 * 3_600)
"""How old the surface's word may be on what someone is who is shown a call's values; who says yes is asked anew."""


def shown_as(room: Room, delivery: Delivery, place: Place, says: Message) -> Message:
    """Plan the copies of a card that is about to be shown. Returns what it says itself, then.

    In: the card as this process holds it; where it is to stand; what it says where people are asked there.
    Raises TryLater where the surface asks to wait.
    """
    asked = room.journal.read(lambda tx: _to_be_asked_directly(room, tx, delivery, place.channel))
    if not asked:
        return says
    surface = room.surface(place.team_id)
    # one card is for those whom the same terms name
    kept = from_json(asked[0].terms)
    for group in sorted(kept.groups()):
        _learn_group(room, surface, delivery, place.team_id, group)
    if kept.admins:
        _learn_admins(room, surface, delivery, place.team_id)
    for person in room.journal.read(lambda tx: _candidates(tx, delivery)):
        _learn_person(room, surface, delivery, place.team_id, person)
    return room.journal.write(lambda tx: _plan(room, tx, delivery)) or says


def _to_be_asked_directly(room: Room, tx: Transaction, delivery: Delivery, channel: str) -> Sequence[Approval]:
    """Return the pending Approvals of a card of which people are to be asked in direct messages."""
    holding = in_force(tx, delivery.workspace_id, room.conduct.policy).holding(channel)
    return _pending(tx, delivery) if holding.approvers_asked_in.value is AskedIn.DIRECT else ()


def _pending(tx: Transaction, card: Delivery) -> Sequence[Approval]:
    return [one for one in approvals.on_card(tx, card.id) if one.status is State.PENDING]


def _candidates(tx: Transaction, card: Delivery) -> Sequence[str]:
    """Return those who are to have a copy of a card, as far as they are known here."""
    run = runs.by_id(tx, card.run_id or "")
    if run is None:
        return ()
    found = dict.fromkeys(person for one in _pending(tx, card) for person in those_who_may(tx, run, one))
    return list(found)[:MOST_ASKED]


def _plan(room: Room, tx: Transaction, delivery: Delivery) -> Message | None:
    run = runs.lock(tx, delivery.run_id or "")
    standing = deliveries.by_id(tx, delivery.id)
    if run is None or standing is None or (standing.status, standing.fence) != (DeliveryState.SENDING, delivery.fence):
        return None
    known = [one for one in _candidates(tx, delivery) if _is_known(tx, run, one)]
    planned = [one for one in known if _copy(room, tx, run, delivery, one)]
    if planned:
        runs.leave_to(tx, run.id, ASKS_DIRECTLY)
        deliveries.set_fields(tx, delivery.id, needs=ASKS_DIRECTLY)
        said = {"card": delivery.id, "people": planned}
        tx.record(run.workspace_id, Event.APPROVAL_ASKED_DIRECTLY, run_id=run.id, actor=room.actor, **said)
    return cards.says(tx, run, standing)


def _copy(room: Room, tx: Transaction, run: Run, card: Delivery, person: str) -> bool:
    once = f"{card.id}:copy:{person}"
    copy = say(room.hand, tx, run, Kind.COPY, "", user_id=person, once=once, beside=card.id, needs=ASKS_DIRECTLY)
    return copy is not None


def _is_known(tx: Transaction, run: Run, person: str) -> bool:
    """Whether the surface has said what someone is: a call's values go to nobody who may turn out to be a guest."""
    return people.known_within(tx, run.workspace_id, person, fresh_us=FRESH) is not None


@contextmanager
def _telling(unknown: str, **ids: str) -> Iterator[None]:
    """Ask the surface something. Where it does not say, the operator is told in these words. Raises TryLater."""
    try:
        yield
    except TryLater:
        raise
    except CallFailed as fault:
        log.warning(unknown, cause=fault.cause, **ids)


def _learn_admins(room: Room, surface: Surface, delivery: Delivery, team_id: str) -> None:
    try:
        with _telling("could not ask who the admins are that may approve"):
            knowing_admins.learn(
                room.journal, surface, delivery.workspace_id, team_id, seconds=room.claims.call_deadline
            )
    except TryLater:
        if not room.journal.read(lambda tx: people.admins(tx, delivery.workspace_id)):
            raise


def _learn_group(room: Room, surface: Surface, delivery: Delivery, team_id: str, group: str) -> None:
    with _telling("could not ask who is in a group that may approve", group=group):
        found = surface.group(team_id, group, seconds=room.claims.call_deadline)
        among = sorted(found)[:MOST_OF_GROUP]
        room.journal.write(lambda tx: belonging.keep(tx, delivery.workspace_id, group, found, among))


def _learn_person(room: Room, surface: Surface, delivery: Delivery, team_id: str, user_id: str) -> None:
    if room.journal.read(lambda tx: people.known_within(tx, delivery.workspace_id, user_id, fresh_us=FRESH)):
        return
    with _telling("could not ask who someone is that may approve", person=user_id):
        person = surface.person(team_id, user_id, seconds=room.claims.call_deadline)
        room.journal.write(lambda tx: people.keep(tx, delivery.workspace_id, person))
