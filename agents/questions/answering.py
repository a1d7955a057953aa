"""Someone answers the open Question of a Run: by replying in its thread, or by pressing one of its buttons (E13)."""

import json

from agents.audit.events import Event
from agents.engine import ending, settle
from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.ids import new_id
from agents.journal import content, inputs, people, questions, runs, toolcalls
from agents.journal.inputs import Input
from agents.journal.transaction import Transaction
from agents.labels import Labels, from_json
from agents.questions.asking import say_instead
from agents.questions.life import State
from agents.runs.life import ENDED, Run
from agents.toolcalls.results import Outcome, failure
from tools.contract import Trust

ANSWER = "answer"
"""Kind of an Input that answered a Question: the next Turn consumes it, and reads it as the result of its call."""


def answer(tx: Transaction, hand: Hand, run: Run, one: Input) -> bool:
    """Take an admitted Input of a Run as the answer of its open Question, where it has one.

    In: the locked Run, and an Input that has just been admitted to it (of whatever kind). Afterwards its kind is
    `answer`, the call that asked has succeeded with the words as its result, the message that asked says who
    answered, and the Run is due and poked. False: no Question is open, and nothing was changed.
    """
    question = questions.open_of(tx, run.id)
    if question is None or run.status in ENDED:
        return False
    words = str(json.loads(content.body_of(tx, one.content_id))["text"]).strip()
    return _take(tx, hand, run, one.id, one.author, words, pressed=False)


def press(tx: Transaction, hand: Hand, run: Run, question_id: str, number: int, author: str) -> bool:
    """Take a pressed button as the answer of a Question.

    In: the locked Run, the two halves of the button's value (`<question id>:<number>`), and the id of a person who may
    speak here. An Input of kind `answer` is stored for it. False: that Question is not open any more, or it has no
    such choice; nothing was changed.
    """
    question = questions.open_of(tx, run.id)
    if question is None or question.id != question_id or not 1 <= number <= len(question.choices):
        return False
    words = question.choices[number - 1]
    labels = Labels(from_json(run.labels).readers, Trust.TRUSTED).as_json()
    body = json.dumps({"text": words, "files": [], "named": []}, ensure_ascii=False).encode()
    stored = content.store(tx, run.workspace_id, "input", body, media_type="application/json", labels=labels)
    input_id = new_id()
    inputs.add(
        tx,
        id=input_id,
        workspace_id=run.workspace_id,
        thread_id=run.thread_id,
        run_id=run.id,
        kind=ANSWER,
        standing=inputs.ADMITTED,
        author=author,
        ts="",
        content_id=stored.id,
        labels=labels,
    )
    tx.record(
        run.workspace_id,
        Event.INPUT_RECEIVED,
        run_id=run.id,
        actor=f"person:{author}",
        input=input_id,
        kind=ANSWER,
        **stored.as_data(),
    )
    return _take(tx, hand, run, input_id, author, words, pressed=True)


def not_shown(tx: Transaction, hand: Hand, run: Run, delivery_id: str, cause: str) -> None:
    """Nobody can see the open Question that this Delivery was to ask: the call fails, and the Run goes on without."""
    question = questions.open_of(tx, run.id)
    if question is None or question.delivery_id != delivery_id:
        return
    questions.close(tx, run, question, State.WITHDRAWN, actor=hand.actor)
    call = toolcalls.by_id(tx, question.tool_call_id)
    if call is not None:
        settle.arrived(hand, tx, run, call, failure(f"The question could not be shown in the thread ({cause})."))
    runs.make_due(tx, run.id)
    hand.poke_later(tx, Queue.ADVANCE, run.id)


def _take(tx: Transaction, hand: Hand, run: Run, input_id: str, author: str, words: str, *, pressed: bool) -> bool:
    question = questions.open_of(tx, run.id)
    actor = f"person:{author}"
    if question is None or not questions.close(tx, run, question, State.ANSWERED, actor=actor, answered_by=input_id):
        return False
    inputs.set_kind(tx, input_id, ANSWER)
    known = people.known(tx, run.workspace_id, author)
    name = known.person.name if known else "Someone"
    call = toolcalls.by_id(tx, question.tool_call_id)
    if call is not None:
        # a person who may ask here steers, so their words are as trusted as any Input
        settle.arrived(hand, tx, run, call, Outcome(f"{name} answered: {words or '(only files)'}"))
    say_instead(hand, tx, run, question, f"✓ {name} chose **{words}**" if pressed else f"✓ {name} answered.")
    runs.set_fields(tx, run.id, waited_us=run.waited_us + max(0, tx.now() - question.asked_at))
    ending.show_sign(hand, tx, run)
    runs.make_due(tx, run.id)
    hand.poke_later(tx, Queue.ADVANCE, run.id)
    return True
