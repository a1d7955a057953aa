"""Judges a vote: asks the surface who pressed, then counts it under the Run's lock (E27). Any worker of `execute` may.

A click that does not count changes nothing, stands on the trail and is answered to its presser alone.
"""

from collections.abc import Sequence

import structlog

from agents.approvals import cards
from agents.approvals.life import Approval, State
from agents.approvals.pacing import too_often
from agents.approvals.settling import expire, grant, refuse
from agents.approvals.terms import from_json
from agents.approvals.voting import Cast, Choice, Outcome, Voter, holds_for_run, judged, lacks, verdict
from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import State as DeliveryState
from agents.engine.room import MOST_ATTEMPTS, Room
from agents.journal import approvals, belonging, deliveries, people, runs, threads, votes
from agents.journal.transaction import Transaction
from agents.journal.votes import Vote
from agents.runs.life import ENDED, Run
from agents.surface import CallFailed, PersonKind, TryLater
from agents.telling import tell

log = structlog.get_logger()

VOTE = "vote:"
"""What a hint begins with that names a vote, before its id."""

FRESH = us(60)
"""How old the surface's word may be on who someone is, when they vote (AUTHZ-22)."""


def judge(room: Room, vote_id: str) -> bool:
    """Take a due vote and judge it. False: it is not to be had."""
    took = room.journal.write(lambda tx: _take(tx, vote_id))
    if took is None:
        return False
    vote, approval = took
    with structlog.contextvars.bound_contextvars(vote_id=vote.id):
        if vote.attempts > MOST_ATTEMPTS:
            room.journal.write(lambda tx: _settled(room, tx, vote, None, Outcome.UNKNOWN))
            return True
        try:
            voter = who_pressed(room, vote, approval)
        except CallFailed as fault:
            log.warning("could not ask who voted", cause=fault.cause)
            wait = fault.retry_after if isinstance(fault, TryLater) else 2.0**vote.attempts
            room.journal.write(lambda tx: votes.later(tx, vote.id, us(min(wait, 600))))
            return True
        room.journal.write(lambda tx: _count(room, tx, vote, voter))
    return True


def judge_next(room: Room) -> bool:
    """Judge the vote that has been due longest. False: none is due."""
    longest = room.journal.read(votes.longest_due)
    return longest is not None and judge(room, longest)


def _take(tx: Transaction, vote_id: str) -> tuple[Vote, Approval | None] | None:
    vote = votes.take(tx, vote_id)
    return None if vote is None else (vote, approvals.by_id(tx, vote.approval_id))


def who_pressed(room: Room, vote: Vote, approval: Approval | None) -> Voter:
    """Return who pressed, as the surface said within the last minute. Raises CallFailed."""
    if approval is None or approval.workspace_id != vote.workspace_id or vote.external:
        return Voter(vote.person, PersonKind.STRANGER)
    groups = from_json(approval.terms).groups()
    person = room.journal.read(lambda tx: people.known_within(tx, vote.workspace_id, vote.person, fresh_us=FRESH))
    place = room.journal.read(lambda tx: threads.place_of(tx, vote.thread_id))
    surface, seconds = room.surface(place.team_id), room.claims.call_deadline
    if person is None:
        person = said = surface.person(place.team_id, vote.person, seconds=seconds)
        room.journal.write(lambda tx: people.keep(tx, vote.workspace_id, said))
    of = dict(room.journal.read(lambda tx: belonging.groups_of(tx, vote.workspace_id, vote.person, fresh_us=FRESH)))
    for group in sorted(groups - of.keys()):
        of[group] = _is_in(room, vote, place.team_id, group)
    return Voter(vote.person, person.kind, frozenset(group for group in groups if of[group]))


def _is_in(room: Room, vote: Vote, team_id: str, group: str) -> bool:
    found = room.surface(team_id).group(team_id, group, seconds=room.claims.call_deadline)
    room.journal.write(lambda tx: belonging.keep(tx, vote.workspace_id, group, found, {vote.person}))
    return vote.person in found


def _count(room: Room, tx: Transaction, vote: Vote, voter: Voter) -> None:
    found = _locked(tx, vote.approval_id)
    if found is None or not _pressed_on_its_card(tx, vote, *found):
        _settled(room, tx, vote, None, Outcome.FOREIGN)
        return
    approval, run = found
    counted = votes.counted(tx, approval.id)
    choice = Choice(vote.choice)
    outcome = judged(approval, voter, choice, run.requester, counted, tx.now())
    if run.status in ENDED and approval.status is State.PENDING:
        outcome = Outcome.STOPPED
    if outcome is Outcome.LATE and approval.status is State.PENDING:
        expire(room.hand, tx, run, approval)
    hurried = too_often(tx, room.conduct.policy, run, vote) if outcome is Outcome.COUNTED and choice.is_yes else ""
    if hurried:
        outcome = Outcome.OFTEN
    _settled(room, tx, vote, approval, outcome, counted, hurried)
    if outcome is Outcome.COUNTED:
        _come_to(room, tx, run, approval, voter, votes.counted(tx, approval.id))


def _locked(tx: Transaction, approval_id: str) -> tuple[Approval, Run] | None:
    """Return an Approval as it stands under its Run's lock; None: there is none such."""
    asked = approvals.by_id(tx, approval_id)
    if asked is None:
        return None
    run, approval = runs.lock(tx, asked.run_id), approvals.by_id(tx, approval_id)
    assert run is not None  # noqa: S101 - neither row is ever taken away
    assert approval is not None  # noqa: S101 - likewise
    return approval, run


def _come_to(room: Room, tx: Transaction, run: Run, approval: Approval, voter: Voter, counted: Sequence[Cast]) -> None:
    kept = from_json(approval.terms)
    match verdict(kept, counted):
        case State.GRANTED:
            grant(room.hand, tx, run, approval, by=voter.id, for_run=holds_for_run(kept, counted))
        case State.REFUSED:
            refuse(room.hand, tx, run, approval, by=voter.id)
        case _:
            cards.changed(room.hand, tx, run, approval.delivery_id)


def _pressed_on_its_card(tx: Transaction, vote: Vote, approval: Approval, run: Run) -> bool:
    """Whether the press came from a message that asks, in the workspace and channel, or direct messages, it is in."""
    if approval.workspace_id != vote.workspace_id:
        return False
    if cards.copy_at(tx, approval, vote.person, vote.channel, vote.message_ts) is not None:
        return True
    if vote.thread_id != run.thread_id:
        return False
    if threads.place_of(tx, run.thread_id).channel != vote.channel:
        return False
    card = deliveries.by_id(tx, approval.delivery_id)
    if card is None:
        return False
    # people may be faster than our record of the post
    return card.posted_at == vote.message_ts or (card.posted_at is None and card.status is DeliveryState.SENDING)


def _settled(
    room: Room,
    tx: Transaction,
    vote: Vote,
    approval: Approval | None,
    outcome: Outcome,
    counted: Sequence[Cast] = (),
    hurried: str = "",
) -> None:
    """Write what became of a vote, and tell its presser where it does not simply count, unless another judged it.

    `hurried`: what they are told who say yes too often: once for a press, on however many calls it was.
    """
    if not votes.settle(tx, vote.id, outcome):
        return
    counts = outcome is Outcome.COUNTED
    said = {"vote": vote.id, "approval": vote.approval_id, "choice": vote.choice}
    tx.record(
        vote.workspace_id,
        Event.VOTE_COUNTED if counts else Event.VOTE_REFUSED,
        run_id=approval.run_id if approval is not None else None,
        actor=f"person:{vote.person}",
        **said,
        **({} if counts else {"why": outcome.value}),
    )
    if not counts:
        words = hurried or _words(tx, approval, outcome, counted)
        once = f"{vote.workspace_id}:often:{vote.person}:{vote.message_ts}:{vote.action_ts}" if hurried else None
        tell(room.hand, tx, vote.workspace_id, vote.thread_id, vote.person, words, once=once)


def _words(tx: Transaction, approval: Approval | None, outcome: Outcome, counted: Sequence[Cast]) -> str:
    if approval is None:
        return SENTENCES[outcome]
    if outcome is Outcome.SETTLED:
        by = people.name_of(tx, approval.workspace_id, str(approval.cause).removeprefix("person:"))
        return f"This was already {'approved' if approval.status is State.GRANTED else 'refused'} by {by}."
    if outcome is Outcome.AGAIN:
        return f"You have already said yes; {lacks(from_json(approval.terms), counted)} more people must."
    return SENTENCES[outcome]


SENTENCES = {
    Outcome.FOREIGN: "That button is of an old message, or not one of mine, so nothing happened.",
    Outcome.STOPPED: "Nothing is waiting here any more: the request was stopped, or this was taken back.",
    Outcome.LATE: "Its time is over: nobody had answered, so it was not done. Whoever needs it can ask again.",
    Outcome.KIND: "Guests, people of other organisations and apps can't approve anything here.",
    Outcome.OWN: "You asked for this yourself, and it goes outside or cannot be undone: someone else must approve it.",
    Outcome.NOT_NAMED: "You are not among those who may approve this. The card says who may.",
    Outcome.UNKNOWN: "I could not find out from Slack who you are, so your press does not count. Please press again.",
}
"""What a presser alone reads of a press that does not count."""
