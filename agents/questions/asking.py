"""A Run asks people something, and takes the question back when it ends first. Under the Run's lock (E13, E17)."""

import json

from agents.deliveries.life import Kind
from agents.deliveries.saying import say
from agents.engine.hand import Hand
from agents.ids import new_id
from agents.journal import content, questions, toolcalls
from agents.journal.transaction import Transaction
from agents.messages import Button, Message, Press
from agents.questions.life import Question, State
from agents.runs.life import Run
from agents.toolcalls.life import State as CallState
from agents.toolcalls.life import ToolCall
from tools.contract import Question as Asked


def ask(hand: Hand, tx: Transaction, run: Run, call: ToolCall, asked: Asked, *, fence: int) -> bool:
    """Let a running call wait for people's answer: its Question and the message that asks it are stored with it.

    The Run has no other open Question. False: a lost race, and nothing was stored.
    """
    said = {"why": "question"}
    if not toolcalls.move(tx, call, CallState.WAITING, fence=fence, actor=hand.actor, said=said, due_at=None):
        return False
    question_id = new_id()
    stored = content.store(
        tx,
        run.workspace_id,
        "question",
        json.dumps({"text": asked.text, "default": asked.default}, ensure_ascii=False).encode(),
        media_type="application/json",
        labels=run.labels,
    )
    buttons = tuple(
        Button(Press.ANSWER, choice, f"{question_id}:{number}", main=number == asked.default)
        for number, choice in enumerate(asked.choices, 1)
    )
    words = asked.text if not buttons else f"{asked.text}\n\n_Press one, or reply in your own words._"
    delivery_id = say(hand, tx, run, Kind.QUESTION, Message(markdown=words, buttons=buttons))
    question = Question(
        id=question_id,
        run_id=run.id,
        tool_call_id=call.id,
        status=State.OPEN,
        content_id=stored.id,
        choices=list(asked.choices),
        delivery_id=delivery_id,
        asked_at=tx.now(),
    )
    questions.ask(tx, run, question, actor=hand.actor)
    return True


def withdraw(hand: Hand, tx: Transaction, run: Run) -> None:
    """The Run has ended: its open Question is closed, and its message loses the buttons."""
    question = questions.open_of(tx, run.id)
    if question is not None and questions.close(tx, run, question, State.WITHDRAWN, actor=hand.actor):
        say_instead(hand, tx, run, question, "_No longer needed._")


def say_instead(hand: Hand, tx: Transaction, run: Run, question: Question, words: str) -> None:
    """Have the message of a closed Question say what became of it, without buttons."""
    if question.delivery_id is not None:
        message = Message(markdown=f"{text_of(tx, question)}\n\n{words}")
        say(hand, tx, run, Kind.EDIT, message, edits=question.delivery_id)


def text_of(tx: Transaction, question: Question) -> str:
    """Return the words of a Question. Raises NotFound where they were erased."""
    return str(json.loads(content.body_of(tx, question.content_id))["text"])
