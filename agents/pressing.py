"""What a button brings about. A click counts only on a message of ours that stands where the click came from."""

import json
from dataclasses import dataclass

from agents import explaining, stopping
from agents.audit.events import Event
from agents.deliveries.life import Delivery, Kind, State
from agents.engine.hand import Hand
from agents.errors import NotFound
from agents.journal import content, deliveries, feedback, inputs, people, planning, questions, runs, threads
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.questions import answering
from agents.questions.life import State as QuestionState
from agents.runs.life import Run
from agents.stopping import How
from agents.surface import PersonKind

WITH = frozenset({Kind.CARD, Kind.QUESTION, Kind.ANSWER})
"""Kinds of Delivery that have buttons."""

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
        external: the presser is of another organisation.
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
            tx.record(workspace_id, Event.WHY_ASKED, run_id=run.id, actor=f"person:{click.user_id}")
            return explaining.why(tx, run)
        case Press.GOOD | Press.BAD:
            return _thumb(tx, run, click)


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


def _meant(tx: Transaction, workspace_id: str, click: Click) -> tuple[Run, Delivery | None] | None:
    """Return the Run that a click is about and the Delivery that carried the button, or None where it does not fit."""
    run = runs.lock(tx, click.value.partition(":")[0]) if click.press is not Press.ANSWER else _asking(tx, click)
    if run is None or run.workspace_id != workspace_id:
        return None
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
    if click.press in {Press.GOOD, Press.BAD}:
        return said.feedback == click.value
    offered = [*said.buttons, *([said.footer_button] if said.footer_button else [])]
    return any((one.press, one.value) == (click.press, click.value) for one in offered)


def _asking(tx: Transaction, click: Click) -> Run | None:
    question = questions.by_id(tx, click.value.partition(":")[0])
    return runs.lock(tx, question.run_id) if question else None


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


def _thumb(tx: Transaction, run: Run, click: Click) -> str:
    verdict = click.press.value
    feedback.give(tx, run.id, click.user_id, verdict)
    tx.record(run.workspace_id, Event.FEEDBACK_GIVEN, run_id=run.id, actor=f"person:{click.user_id}", verdict=verdict)
    return THANKS if click.press is Press.GOOD else ""
