"""Has people asked in their direct messages, where the setting `approvers.asked_in` says so.

The worker that is about to show a card finds out first who may say yes: a transaction cannot ask the surface. Then one
transaction plans a copy of the card for each of them, at most MOST_ASKED, and the card itself says in the thread who
was asked. A worker that dies on the way leaves the card to be shown again, and no one gets a second copy.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

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
from agents.runs.life import ENDED, Run
from agents.surface import CallFailed, Place, TryLater

log = structlog.get_logger()

T = TypeVar("T")

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
    for group in sorted(frozenset().union(*(from_json(one.terms).groups() for one in asked))):
        _learn_group(room, delivery, place.team_id, group)
    if any(from_json(one.terms).admins for one in asked):
        _learn_admins(room, delivery, place.team_id)
    asked_of = room.journal.read(lambda tx: _candidates(tx, delivery, asked))
    for person in asked_of:
        _learn_person(room, delivery, place.team_id, person)
    return room.journal.write(lambda tx: _plan(room, tx, delivery)) or says


def _to_be_asked_directly(room: Room, tx: Transaction, delivery: Delivery, channel: str) -> Sequence[Approval]:
    """Return the pending Approvals of a card of which people are to be asked in direct messages."""
    holding = in_force(tx, delivery.workspace_id, room.conduct.policy).holding(channel)
    if holding.approvers_asked_in.value is not AskedIn.DIRECT:
        return ()
    return [one for one in approvals.on_card(tx, delivery.id) if one.status is State.PENDING]


def _candidates(tx: Transaction, delivery: Delivery, asked: Sequence[Approval]) -> Sequence[str]:
    run = runs.by_id(tx, delivery.run_id or "")
    found = dict.fromkeys(person for one in asked for person in those_who_may(tx, run, one)) if run is not None else {}
    return list(found)[:MOST_ASKED]


def _plan(room: Room, tx: Transaction, delivery: Delivery) -> Message | None:
    run = runs.lock(tx, delivery.run_id or "")
    standing = deliveries.by_id(tx, delivery.id)
    if run is None or run.status in ENDED or standing is None:
        return None
    if (standing.status, standing.fence) != (DeliveryState.SENDING, delivery.fence):
        return None
    asked = [one for one in approvals.on_card(tx, delivery.id) if one.status is State.PENDING]
    known = [one for one in _candidates(tx, delivery, asked) if _is_known(tx, run, one)]
    planned = [one for one in known if _copy(room, tx, run, delivery, one)]
    if planned:
        runs.set_fields(tx, run.id, needs=ASKS_DIRECTLY)
        deliveries.set_fields(tx, delivery.id, fence=delivery.fence, needs=ASKS_DIRECTLY)
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


def _learn_admins(room: Room, delivery: Delivery, team_id: str) -> None:
    surface, seconds = room.surface(team_id), room.claims.call_deadline
    try:
        _told(
            lambda: knowing_admins.learn(room.journal, surface, delivery.workspace_id, team_id, seconds),
            "could not ask who the admins are that may approve",
        )
    except TryLater:
        if not room.journal.read(lambda tx: people.admins(tx, delivery.workspace_id)):
            raise


def _told(ask: Callable[[], T], unknown: str, **ids: str) -> T | None:
    """Return what the surface says; None: it does not, and the operator is told in these words. Raises TryLater."""
    try:
        return ask()
    except TryLater:
        raise
    except CallFailed as fault:
        log.warning(unknown, cause=fault.cause, **ids)
        return None


def _learn_group(room: Room, delivery: Delivery, team_id: str, group: str) -> None:
    surface, seconds = room.surface(team_id), room.claims.call_deadline
    found = _told(
        lambda: surface.group(team_id, group, seconds=seconds),
        "could not ask who is in a group that may approve",
        group=group,
    )
    if found is None:
        return
    among = sorted(found)[:MOST_OF_GROUP]
    room.journal.write(lambda tx: belonging.keep(tx, delivery.workspace_id, group, found, among))


def _learn_person(room: Room, delivery: Delivery, team_id: str, user_id: str) -> None:
    if room.journal.read(lambda tx: people.known_within(tx, delivery.workspace_id, user_id, fresh_us=FRESH)):
        return
    surface, seconds = room.surface(team_id), room.claims.call_deadline
    person = _told(
        lambda: surface.person(team_id, user_id, seconds=seconds),
        "could not ask who someone is that may approve",
        person=user_id,
    )
    if person is None:
        return
    room.journal.write(lambda tx: people.keep(tx, delivery.workspace_id, person))
