"""The card of what people are asked about: posted once, edited in place as its calls settle. Under the Run's lock.

What it says is made from the journal when it is sent, so that it is right also after a crash, and never older than what
is stored.
"""

import json
from collections.abc import Sequence

from agents.approvals.card import Line, message
from agents.approvals.life import Approval, State
from agents.approvals.terms import from_json
from agents.deliveries.life import Delivery, Kind
from agents.deliveries.life import State as DeliveryState
from agents.deliveries.saying import say
from agents.engine.hand import Hand
from agents.errors import NotFound
from agents.formats import ASKS
from agents.journal import approvals, belonging, content, deliveries, people, toolcalls, turns, votes
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.runs.life import Run

ONE_MORE = "I also ask about another {tool}, on the card above."
"""A card that stands already is edited, and an edit notifies nobody."""


def show(hand: Hand, tx: Transaction, run: Run, asked: Sequence[Approval]) -> None:
    """Have people see what they are asked about: one card for each tool and destination, the one that stands if any."""
    groups: dict[tuple[str, str], list[Approval]] = {}
    for one in asked:
        groups.setdefault((one.tool, one.destination), []).append(one)
    for (tool, destination), new in groups.items():
        ids = {one.id for one in new}
        others = [one for one in approvals.pending_of(tx, run.id) if one.id not in ids and one.delivery_id]
        standing = next((one for one in others if (one.tool, one.destination) == (tool, destination)), None)
        if standing is None:
            card = say(hand, tx, run, Kind.APPROVAL, _message(tx, run, new), needs=ASKS)
        else:
            card = standing.delivery_id
        for one in new:
            approvals.set_fields(tx, one.id, delivery_id=card)
        if standing is not None and card is not None:
            changed(hand, tx, run, card)
            say(hand, tx, run, Kind.NOTICE, ONE_MORE.format(tool=f"`{tool}`"))


def changed(hand: Hand, tx: Transaction, run: Run, card: str | None) -> None:
    """Have a card say how its calls stand now: only the lines of what has changed look different."""
    shown = deliveries.by_id(tx, card) if card else None
    if shown is None or shown.status in {DeliveryState.PLANNED, DeliveryState.GIVEN_UP}:
        # what it says is made when it is sent
        return
    waiting = next((one for one in deliveries.edits_of(tx, shown.id) if one.status is DeliveryState.PLANNED), None)
    if waiting is not None:
        hand.poke_deliver(tx, waiting.id)
        return
    said = shows(tx, run, shown.id)
    if said is not None:
        say(hand, tx, run, Kind.EDIT, said, edits=shown.id, needs=ASKS)


def shows(tx: Transaction, run: Run, card: str) -> Message | None:
    """Return what a card says now; None where nothing stands on it."""
    on_it = approvals.on_card(tx, card)
    return _message(tx, run, on_it) if on_it else None


def is_of_card(tx: Transaction, delivery: Delivery) -> str | None:
    """Return the id of the card that a Delivery is, or edits; None: it is neither."""
    if delivery.kind is Kind.EDIT and delivery.edits:
        edited = deliveries.by_id(tx, delivery.edits)
        return edited.id if edited is not None and edited.kind is Kind.APPROVAL else None
    return delivery.id if delivery.kind is Kind.APPROVAL else None


def whole(tx: Transaction, approval: Approval) -> dict[str, object] | None:
    """Return the arguments of an Approval's call as they are stored and would run; None: they were erased."""
    call = toolcalls.by_id(tx, approval.tool_call_id)
    try:
        return dict(json.loads(content.body_of(tx, call.arguments_content_id))) if call is not None else None
    except NotFound:
        return None


def _message(tx: Transaction, run: Run, on_it: Sequence[Approval]) -> Message:
    lines = [
        Line(
            approval=one,
            arguments=whole(tx, one) if one.status is State.PENDING else None,
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
        told = belonging.conversation(tx, run.workspace_id, of_id) if kind == "channel" else None
        if told is not None and told.conversation.name:
            found[of_id] = told.conversation.name
    return found


def _name(tx: Transaction, run: Run, user_id: str) -> str:
    return people.name_of(tx, run.workspace_id, user_id) if user_id else ""


def _said(tx: Transaction, run: Run, on_it: Sequence[Approval]) -> str:
    """What the model said before the newest of these calls."""
    call = toolcalls.by_id(tx, on_it[-1].tool_call_id)
    return turns.said_in(tx, run.id, call.turn_id) if call is not None else ""
