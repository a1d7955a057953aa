"""Those who may say yes are reminded of what waits for them: at half of its time, and an hour before its end.

In their direct messages, and at most once an hour each, however much waits. Under the Run's lock.
"""

from collections.abc import Callable

from agents.approvals import cards
from agents.approvals.card import moment
from agents.approvals.life import Approval, State
from agents.approvals.terms import Kept, from_json
from agents.approvals.voting import Outcome, Voter, may_vote
from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import Delivery, Kind
from agents.engine.hand import Hand
from agents.journal import approvals, belonging, deliveries, people, planning, votes
from agents.journal.transaction import Transaction
from agents.messages import Link, Message
from agents.runs.life import Run
from agents.surface import PersonKind

HOUR = us(3_600)
"""How long before its end people are reminded once more, and the time in which somebody is reminded once."""

A_DAY = us(24 * 3_600)
"""How old the word may be on who is in a group, for a reminder: nothing is decided by it."""


def remind(hand: Hand, tx: Transaction, run: Run, approval: Approval, link: Callable[[Delivery], str]) -> list[str]:
    """Remind people of a pending Approval whose time to do so has come. Returns who was, by id.

    In: the locked Run; where people see a card, or a copy, that stands.
    """
    at = tx.now()
    if approval.status is not State.PENDING or approval.remind_at is None or approval.remind_at > at:
        return []
    last = approval.expires_at - HOUR
    approvals.set_fields(tx, approval.id, remind_at=last if last > at else None)
    pending = len(approvals.pending_of(tx, run.id))
    reminded = []
    for person, card in _cards_of(tx, run, approval).items():
        url = link(card) if card is not None and card.posted_at else ""
        planned = planning.plan(
            tx,
            workspace_id=run.workspace_id,
            thread_id=run.thread_id,
            kind=Kind.DIRECT,
            text=_message(tx, run, approval, pending, url),
            user_id=person,
            # one an hour and person, whatever it is about
            once=f"{run.workspace_id}:remind:{person}:{at // HOUR}",
            actor=hand.actor,
            labels=run.labels,
        )
        hand.poke_deliver(tx, planned)
        if planned is not None:
            reminded.append(person)
    if reminded:
        said = {"approval": approval.id, "people": reminded}
        tx.record(run.workspace_id, Event.APPROVAL_REMINDED, run_id=run.id, actor=hand.actor, **said)
    return reminded


def _message(tx: Transaction, run: Run, approval: Approval, pending: int, url: str) -> Message:
    asked = people.name_of(tx, run.workspace_id, run.requester)
    what = f"`{approval.tool}` in #{run.number} for {asked} waits" if pending == 1 else f"{pending} calls wait"
    words = f"{what} for a yes that you may give, until {moment(approval.expires_at)}."
    if pending > 1:
        words = f"#{run.number} for {asked}: {words}"
    return Message(markdown=words, sources=(Link(url, "The card"),) if url else ())


def _cards_of(tx: Transaction, run: Run, approval: Approval) -> dict[str, Delivery | None]:
    """Return who is to be reminded, each with the card on which they can answer; None: no card stands yet."""
    in_thread = deliveries.by_id(tx, approval.delivery_id)
    copies = {one.user_id: one for one in cards.copies_standing(tx, in_thread.id)} if in_thread is not None else {}
    may = those_who_may(tx, run, approval)
    if in_thread is not None and not cards.asks_in_thread(tx, in_thread.id):
        return {one: copies[one] for one in may if one in copies}
    return {one: copies.get(one, in_thread) for one in may}


def those_who_may(tx: Transaction, run: Run, approval: Approval) -> list[str]:
    """Return those who may, as far as they are known here, and have not said yes.

    People whom a rule names come first, then whoever asked, members of groups, and admins who came by.
    """
    kept = from_json(approval.terms)
    said = {one.person for one in votes.counted(tx, approval.id)}
    members = (
        one
        for group in sorted(kept.groups())
        for one in belonging.known_in(tx, run.workspace_id, group, fresh_us=A_DAY)
    )
    found = []
    admins = sorted(people.admins(tx, run.workspace_id))
    for person in dict.fromkeys([*sorted(_named(kept)), run.requester, *members, *admins]):
        known = people.known(tx, run.workspace_id, person)
        kind = known.person.kind if known else PersonKind.MEMBER
        groups = belonging.groups_of(tx, run.workspace_id, person, fresh_us=A_DAY)
        voter = Voter(person, kind, frozenset(group for group, belongs in groups.items() if belongs))
        if person not in said and may_vote(kept, voter, run.requester) is Outcome.COUNTED:
            found.append(person)
    return found


def _named(kept: Kept) -> frozenset[str]:
    return frozenset().union(*(one.people for one in kept.terms.named))
