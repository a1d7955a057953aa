"""What a button brings about. A click counts only on a message of ours that stands where the click came from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from agents import explaining, stopping
from agents.approvals import cards
from agents.approvals.asking import MOST_PENDING
from agents.approvals.life import Approval
from agents.audit.events import Event
from agents.deliveries.life import Delivery, Kind, State
from agents.engine.hand import Hand
from agents.errors import NotFound
from agents.journal import approvals, content, deliveries, feedback, inputs, people, planning, questions, runs, threads
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.questions import answering
from agents.questions.life import State as QuestionState
from agents.runs.life import Run
from agents.stopping import How
from agents.surface import PersonKind

WITH = frozenset({Kind.CARD, Kind.QUESTION, Kind.APPROVAL, Kind.ANSWER})
"""Kinds of Delivery that have buttons."""

VOTES = frozenset({Press.APPROVE, Press.APPROVE_FOR_RUN, Press.APPROVE_ALL, Press.REFUSE})
"""Buttons whose press is a vote."""

OF_APPROVALS = frozenset({Press.TAKE_BACK, Press.SHOW})
"""Buttons of a card that asks for a yes, whose press is no vote."""

FOREIGN = "That button is of an old message, or not one of mine, so nothing happened."
"""A click whose message we did not post there, or whose value is not what we put on it."""

THANKS = "Thank you, noted."
"""Someone pressed a thumb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Someone pressed a button of ours, or used the surface's own Stop.

    Attributes:
        root: the first message of the thread; at: the message with the button; both are ts.
        value: what the button carried, as it came back: forged until it is compared with the Delivery.
        how: by what a Stop came; one that is no button has no message, and its value is the Run's id.
        external: the presser is of another organisation. action_ts: of this one press, as the surface names it.
    """

    app_id: str
    team_id: str
    channel: str
    root: str
    at: str
    user_id: str
    press: Press
    value: str
    external: bool = False
    action_ts: str = ""
    how: How = How.BUTTON


def carry_out(hand: Hand, tx: Transaction, workspace_id: str, click: Click, kind: PersonKind) -> str:
    """Do what a click of someone who may ask here is for. Returns words for the presser alone, or ""."""
    found = _meant(tx, workspace_id, click)
    if found is None:
        tx.record(
            workspace_id,
            Event.CLICK_REFUSED,
            actor=f"person:{click.user_id}",
            press=click.press.value,
            channel=click.channel,
            ts=click.at,
        )
        return FOREIGN
    run, delivery = found
    match click.press:
        case Press.STOP:
            done = stopping.stop(hand, tx, run.id, user_id=click.user_id, kind=kind, how=click.how)
            return "" if done.outcome is stopping.Outcome.STOPPED else done.words
        case Press.ANSWER:
            return _answer(hand, tx, run, delivery, click)
        case Press.WHY:
            return explaining.asked(tx, run, click.user_id)
        case Press.GOOD | Press.BAD:
            return _thumb(tx, run, click)
        case Press.TAKE_BACK:
            return _take_back(hand, tx, run, delivery, click)
        case _:
            # shown to the presser, or voted on: neither comes here
            return ""


def stops_own(tx: Transaction, click: Click) -> bool:
    """Whether a click is the Stop of one of the Run's Speakers: it acts before anyone is asked who they are."""
    return click.press is Press.STOP and stopping.spoke(tx, click.value, click.user_id)


def explain(tx: Transaction, workspace_id: str, run_id: str, user_id: str, note: str) -> bool:
    """Keep why someone did not like an answer. False where they gave no verdict on that Run of the workspace."""
    run = runs.lock(tx, run_id)
    if run is None or run.workspace_id != workspace_id or not feedback.explain(tx, run_id, user_id, note):
        return False
    tx.record(workspace_id, Event.FEEDBACK_GIVEN, run_id=run_id, actor=f"person:{user_id}", noted=True)
    return True


def on_copy(tx: Transaction, workspace_id: str, click: Click) -> bool:
    """Whether a click is on a copy of a card in its presser's direct messages, by each Approval that it names."""
    if click.press not in OF_APPROVALS | VOTES:
        return False
    named = [approvals.by_id(tx, one) for one in click.value.split(",")[:MOST_PENDING]]
    return all(
        one is not None and one.workspace_id == workspace_id and _copy(tx, one, click) is not None for one in named
    )


def _copy(tx: Transaction, approval: Approval, click: Click) -> Delivery | None:
    return cards.copy_at(tx, approval, click.user_id, click.channel, click.at)


def _meant(tx: Transaction, workspace_id: str, click: Click) -> tuple[Run, Delivery | None] | None:
    """Return the Run that a click is about and the Delivery that carried the button, or None where it does not fit."""
    run = _run_of(tx, click)
    if run is None or run.workspace_id != workspace_id:
        return None
    approval = approvals.by_id(tx, click.value) if click.press in OF_APPROVALS else None
    copy = _copy(tx, approval, click) if approval is not None else None
    if copy is not None:
        return run, copy
    place = threads.place_of(tx, run.thread_id)
    if place.channel != click.channel:
        return None
    if click.how is not How.BUTTON:
        return run, None
    of_run = deliveries.of_run(tx, run.id)
    shown = [one for one in of_run if one.posted_at == click.at]
    # people may be faster than our record of the post: its ts comes back, or is looked up, while they press
    unrecorded = [one for one in of_run if one.status is State.SENDING and one.posted_at is None and one.kind in WITH]
    carried = shown or [one for one in unrecorded if _fits(tx, one, click)]
    return (run, carried[0]) if carried else None


def _fits(tx: Transaction, delivery: Delivery, click: Click) -> bool:
    """Whether a Delivery carries exactly the button that was pressed."""
    said = planning.message_of(tx, delivery)
    if delivery.kind is Kind.CARD:
        return click.press is Press.STOP
    if delivery.kind is Kind.APPROVAL:
        return click.press in OF_APPROVALS and any(one.id == click.value for one in approvals.on_card(tx, delivery.id))
    if click.press in {Press.GOOD, Press.BAD}:
        return said.feedback == click.value
    offered = [*said.buttons, *([said.footer_button] if said.footer_button else [])]
    return any((one.press, one.value) == (click.press, click.value) for one in offered)


def _run_of(tx: Transaction, click: Click) -> Run | None:
    """Lock the Run that a button names: by its own id, by its Question's or by its Approval's. SHOW only looks."""
    named = click.value.partition(":")[0]
    if click.press is Press.ANSWER:
        question = questions.by_id(tx, named)
        named = question.run_id if question else ""
    elif click.press in OF_APPROVALS:
        approval = approvals.by_id(tx, named)
        named = approval.run_id if approval else ""
    return runs.by_id(tx, named) if click.press is Press.SHOW else runs.lock(tx, named)


def _answer(hand: Hand, tx: Transaction, run: Run, delivery: Delivery | None, click: Click) -> str:
    question_id, _, number = click.value.partition(":")
    question = questions.by_id(tx, question_id)
    if question is None or delivery is None or question.delivery_id != delivery.id or not number.isdecimal():
        return FOREIGN
    if answering.press(tx, hand, run, question_id, int(number), click.user_id):
        return ""
    standing = questions.by_id(tx, question_id)
    if standing is not None and standing.status is QuestionState.ANSWERED:
        return _already(tx, run, question_id)
    return f"This question is no longer needed: #{run.number} has ended."


def _already(tx: Transaction, run: Run, question_id: str) -> str:
    answer_id = questions.answered_by(tx, question_id)
    answer = inputs.by_id(tx, answer_id) if answer_id else None
    if answer is None:
        return "This was already answered."
    name = people.name_of(tx, run.workspace_id, answer.author)
    try:
        words = str(json.loads(content.body_of(tx, answer.content_id))["text"])
    except NotFound:
        return f"Already answered by {name}."
    return f"Already answered by {name}: {words}"


def whole(tx: Transaction, workspace_id: str, click: Click) -> Mapping[str, object] | None:
    """Return all values of the call that a card's button names; None where the click does not fit what we posted."""
    found = _meant(tx, workspace_id, click)
    approval = approvals.by_id(tx, click.value) if found is not None else None
    if found is None or approval is None or not _on(approval, found[1]):
        return None
    return cards.whole(tx, approval)


def _on(approval: Approval, delivery: Delivery | None) -> bool:
    return delivery is not None and approval.delivery_id == (delivery.beside or delivery.id)


def _take_back(hand: Hand, tx: Transaction, run: Run, delivery: Delivery | None, click: Click) -> str:
    """Let a yes hold for the one call that it was given to, and no longer for the rest of the Run."""
    approval = approvals.by_id(tx, click.value)
    if approval is None or not _on(approval, delivery):
        return FOREIGN
    if approval.for_run_until is None:
        return "This yes holds for that one call alone."
    approvals.set_fields(tx, approval.id, for_run_until=None)
    said = {"approval": approval.id, "call": approval.tool_call_id}
    tx.record(run.workspace_id, Event.APPROVAL_TAKEN_BACK, run_id=run.id, actor=f"person:{click.user_id}", **said)
    cards.changed(hand, tx, run, approval.delivery_id)
    return f"From now on `{approval.tool}` asks again in #{run.number}."


def _thumb(tx: Transaction, run: Run, click: Click) -> str:
    verdict = click.press.value
    feedback.give(tx, run.id, click.user_id, verdict)
    tx.record(run.workspace_id, Event.FEEDBACK_GIVEN, run_id=run.id, actor=f"person:{click.user_id}", verdict=verdict)
    return THANKS if click.press is Press.GOOD else ""
