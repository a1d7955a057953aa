"""The card of what people are asked about: posted once, edited in place as its calls settle. Under the Run's lock.

What it says is made from the journal when it is sent, so that it is right also after a crash, and never older than what
is stored.
"""

import json
from collections.abc import Hashable, Sequence

from agents.approvals.card import Line, message
from agents.approvals.direct_card import in_direct_messages, in_thread
from agents.approvals.life import Approval, State
from agents.approvals.showing import visible
from agents.approvals.terms import from_json
from agents.deliveries.life import Delivery, Kind
from agents.deliveries.life import State as DeliveryState
from agents.deliveries.saying import say
from agents.engine.hand import Hand
from agents.errors import NotFound
from agents.formats import ASKS, ASKS_DIRECTLY
from agents.journal import approvals, belonging, content, deliveries, people, threads, toolcalls, turns, votes
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.runs.life import Run

ONE_MORE = "I also ask about another {tool}, on the card above."
"""A card that stands already is edited, and an edit notifies nobody."""


NOT_REACHED = "I could not reach enough of those who may approve in direct messages, so I ask here, on the card above."
"""The thread's card is edited to ask there, and an edit notifies nobody."""


def show(hand: Hand, tx: Transaction, run: Run, asked: Sequence[Approval]) -> None:
    """Have people see what they are asked about, on the card that stands, if any.

    One card is for calls of one tool to one destination of which the same people are asked: it says once who that is.
    """
    groups: dict[Hashable, list[Approval]] = {}
    for one in asked:
        groups.setdefault(_key(one), []).append(one)
    for key, new in groups.items():
        pending = approvals.pending_of(tx, run.id)
        standing = next((one.delivery_id for one in pending if one.delivery_id and _key(one) == key), None)
        card = standing or say(hand, tx, run, Kind.APPROVAL, _message(tx, run, new), needs=ASKS)
        for one in new:
            approvals.set_fields(tx, one.id, delivery_id=card)
        if standing is not None:
            changed(hand, tx, run, standing)
            words = ONE_MORE.format(tool=f"`{new[0].tool}`")
            say(hand, tx, run, Kind.NOTICE, words)
            for copy in copies_standing(tx, standing):
                say(hand, tx, run, Kind.DIRECT, words, user_id=copy.user_id or "")


def _key(approval: Approval) -> Hashable:
    return approval.tool, approval.destination, from_json(approval.terms)


def changed(hand: Hand, tx: Transaction, run: Run, card: str | None) -> None:
    """Have a card, and its copies, say how its calls stand now: only the lines of what has changed look different."""
    shown = deliveries.by_id(tx, card)
    if shown is None:
        return
    for one in (shown, *deliveries.copies_of(tx, shown.id)):
        edit(hand, tx, run, one)


def edit(hand: Hand, tx: Transaction, run: Run, shown: Delivery) -> None:
    """Have one card, or one copy, say how its calls stand now."""
    edit_waits = any(one.status is DeliveryState.PLANNED for one in deliveries.edits_of(tx, shown.id))
    if edit_waits or shown.status in {DeliveryState.PLANNED, DeliveryState.GIVEN_UP}:
        # what it says is made when it is sent
        return
    said = says(tx, run, shown)
    # also the thread's: older code would show there what people were asked in their direct messages
    needs = ASKS_DIRECTLY if deliveries.copies_of(tx, shown.beside or shown.id) else ASKS
    if said is not None:
        say(hand, tx, run, Kind.EDIT, said, edits=shown.id, needs=needs)


def says(tx: Transaction, run: Run, delivery: Delivery) -> Message | None:
    """Return what a card, a copy, or an edit of one, says now; None: it is neither, or nothing stands on it."""
    shown = delivery
    if delivery.edits:
        shown = deliveries.by_id(tx, delivery.edits) or delivery
    if shown.kind not in {Kind.APPROVAL, Kind.COPY}:
        return None
    on_it = approvals.on_card(tx, shown.beside or shown.id)
    if not on_it:
        return None
    card = _message(tx, run, on_it)
    if shown.kind is Kind.COPY:
        return in_direct_messages(card, requester=_name(tx, run, run.requester), channel=_channel(tx, run))
    asked = copies_standing(tx, shown.id)
    if asks_in_thread(tx, shown.id):
        return card
    return in_thread(card, [_name(tx, run, one.user_id or "") for one in asked])


def copies_standing(tx: Transaction, card: str) -> Sequence[Delivery]:
    """Return the copies of a card that stand in someone's direct messages, or are on their way there."""
    return [one for one in deliveries.copies_of(tx, card) if one.status is not DeliveryState.GIVEN_UP]


def asks_in_thread(tx: Transaction, card: str) -> bool:
    """Whether people are asked on the thread's card itself: too few are reached elsewhere for what it needs."""
    # one card is for those whom the same terms name
    terms = from_json(approvals.on_card(tx, card)[0].terms).terms
    return len(copies_standing(tx, card)) < terms.quorum


def any_pending(tx: Transaction, card: str) -> bool:
    """Whether anything on a card still waits for people."""
    return any(one.status is State.PENDING for one in approvals.on_card(tx, card))


def copy_not_shown(hand: Hand, tx: Transaction, run: Run, copy: Delivery) -> None:
    """One person cannot be asked directly: the thread says who is, or asks itself where those are too few."""
    card = deliveries.by_id(tx, copy.beside)
    if card is None or not any_pending(tx, card.id):
        return
    edit(hand, tx, run, card)
    if asks_in_thread(tx, card.id):
        say(hand, tx, run, Kind.NOTICE, NOT_REACHED, once=f"{card.id}:asks in thread")


def copy_at(tx: Transaction, approval: Approval, person: str, channel: str, at: str) -> Delivery | None:
    """Return the copy of an Approval's card on which someone pressed, in their direct messages; None: there is none."""
    for one in deliveries.copies_of(tx, approval.delivery_id or ""):
        # people may be faster than our record of the post
        unrecorded = one.posted_at is None and one.status is DeliveryState.SENDING
        if (one.user_id, one.stands_in) == (person, channel) and (one.posted_at == at or unrecorded):
            return one
    return None


def whole(tx: Transaction, approval: Approval) -> dict[str, object] | None:
    """Return the arguments of an Approval's call as they are stored and would run; None: they were erased."""
    call = toolcalls.by_id(tx, approval.tool_call_id)
    if call is None:
        return None
    try:
        return dict(json.loads(content.body_of(tx, call.arguments_content_id)))
    except NotFound:
        return None


def _message(tx: Transaction, run: Run, on_it: Sequence[Approval]) -> Message:
    lines = [
        Line(
            approval=one,
            arguments=whole(tx, one),
            votes=votes.counted(tx, one.id),
            by=_name(tx, run, (one.cause or "").removeprefix("person:")),
        )
        for one in on_it
    ]
    return message(
        lines, number=run.number, requester=run.requester, names=_names(tx, run, lines), said=_said(tx, run, on_it)
    )


def _names(tx: Transaction, run: Run, lines: Sequence[Line]) -> dict[str, str]:
    ids = {run.requester}
    for line in lines:
        ids |= {one.person for one in line.votes}
        for named in from_json(line.approval.terms).terms.named:
            ids |= named.people
    found = {one: _name(tx, run, one) for one in sorted(ids)}
    for kind, _, of_id in (line.approval.destination.partition(":") for line in lines):
        if kind == "person":
            found[of_id] = _name(tx, run, of_id)
        told = belonging.conversation(tx, run.workspace_id, of_id)
        if told is not None and told.conversation.name:
            found[of_id] = told.conversation.name
    return found


def _channel(tx: Transaction, run: Run) -> str:
    """Return where a Run was asked, as people who are not there know it."""
    channel = threads.place_of(tx, run.thread_id).channel
    told = belonging.conversation(tx, run.workspace_id, channel)
    if told is not None and told.conversation.name:
        return f"#{visible(told.conversation.name)} ({channel})"
    return channel


def _name(tx: Transaction, run: Run, user_id: str) -> str:
    return people.name_of(tx, run.workspace_id, user_id)


def _said(tx: Transaction, run: Run, on_it: Sequence[Approval]) -> str:
    """What the model said before the newest of these calls."""
    call = toolcalls.by_id(tx, on_it[-1].tool_call_id)
    if call is None:
        return ""
    return turns.said_in(tx, run.id, call.turn_id)
