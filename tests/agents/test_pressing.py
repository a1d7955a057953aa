"""A click counts where we put the button, of whoever may ask here, and once."""

import dataclasses
import json

import pytest
from sqlalchemy import select

from agents.engine.advance import advance
from agents.journal import audit, content, deliveries, feedback, planning
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.posts import Became, Receipt
from agents.pressing import FOREIGN, THANKS, Click
from agents.runs.life import Run, State
from tests.given.engines import Engine
from tests.given.rehearsal import Posted
from tests.given.replies import says
from tests.given.workers import deliveries_of, work_out

ANN, BEN, EVE = "U0ANN000001", "U0BEN000001", "U0EVE000001"


def a_click(engine: Engine, posted: Posted, run: Run, press: Press, *, user: str = ANN, value: str = "") -> Click:
    """Return a click on the last message of ours in a thread."""
    shown = [one for one in deliveries_of(engine, run) if one.posted_at]
    return Click(
        app_id=engine.rehearsal.app_id,
        team_id=engine.rehearsal.team_id,
        channel=posted.channel,
        root=posted.ts,
        at=str(shown[-1].posted_at) if shown else posted.ts,
        user_id=user,
        press=press,
        value=value or run.id,
    )


def whispers(engine: Engine) -> list[tuple[str | None, str]]:
    """Everything that was told to single people: to whom, and the words."""
    table = deliveries.DELIVERIES

    def read(tx: Transaction) -> list[tuple[str | None, str]]:
        rows = tx.rows(
            select(table.c.user_id, table.c.content_id).where(table.c.kind == "private").order_by(table.c.planned_at)
        )
        return [(row["user_id"], content.body_of(tx, row["content_id"]).decode()) for row in rows]

    return engine.journal.read(read)


def answered(engine: Engine) -> tuple[Posted, Run]:
    """Return a Run that is done, and its request."""
    says(engine.rehearsal, "12 orders.")
    posted, run = engine.asks("ann", "how many orders?")
    engine.work()
    return posted, engine.run(run.id)


def judged(engine: Engine, receipt: Receipt) -> Receipt:
    """Have the surface say who it was, where that was not known."""
    return engine.judged(receipt)


def test_why_tells_the_presser_alone_who_asked_what_was_allowed_and_what_it_cost(engine: Engine) -> None:
    # given an answer
    posted, run = answered(engine)

    # when its "why?" is pressed
    engine.intake.pressed(a_click(engine, posted, run, Press.WHY))

    # then the presser reads it, and nobody else
    [(user, words)] = whispers(engine)
    assert user == ANN
    assert words.startswith(f"#{run.number}: asked by ann")
    for part in ("It used no tool.", "1 model call", "US$ 0.", "each as it was recorded"):
        assert part in words


def test_the_last_thumb_of_each_person_counts(engine: Engine) -> None:
    # given an answer
    posted, run = answered(engine)

    # when Ann and Ben judge it, and Ann thinks again and says why
    engine.intake.pressed(a_click(engine, posted, run, Press.GOOD))
    judged(engine, engine.intake.pressed(a_click(engine, posted, run, Press.GOOD, user=BEN)))
    engine.intake.pressed(a_click(engine, posted, run, Press.BAD))
    place = (engine.rehearsal.app_id, engine.rehearsal.team_id)
    engine.intake.explained(*place, ANN, run.id, "it is 13")

    # then each has one verdict, and whoever gave none cannot explain it
    engine.intake.explained(*place, EVE, run.id, "forged")
    given = engine.journal.read(lambda tx: feedback.of_run(tx, run.id))
    assert {(one.user_id, one.verdict, one.note) for one in given} == {(ANN, "bad", "it is 13"), (BEN, "good", None)}
    assert [words for _, words in whispers(engine)] == [THANKS, THANKS]


@pytest.mark.failure_mode(60)
@pytest.mark.parametrize(
    "forged",
    [
        {"at": "1795546116.999999"},
        {"channel": "C0GENERAL01"},
        {"value": "01a20f9c9c5d7e07b139730ea30b0a2e"},
        {"root": "1795540000.000001"},
        {"press": Press.ANSWER, "value": "nothing:1"},
        {"press": Press.STOP, "value": ""},
    ],
)
def test_a_click_that_does_not_fit_what_we_posted_does_nothing(engine: Engine, forged: dict[str, object]) -> None:
    # given an answer, and a click that names another message, place or Run
    posted, run = answered(engine)
    click = dataclasses.replace(a_click(engine, posted, run, Press.BAD), **forged)  # type: ignore[arg-type]

    # when it comes, then nothing is stored but a refusal, and its presser is told
    engine.intake.pressed(click)
    assert engine.journal.read(lambda tx: feedback.of_run(tx, run.id)) == []
    assert whispers(engine) == [(ANN, FOREIGN)]


@pytest.mark.failure_mode(48)
@pytest.mark.failure_mode(49)
@pytest.mark.parametrize("user", ["U0GUS000001", "U0STRANGE01", "U0DORA00001", "U0OTHERBOT1"])
def test_whoever_may_not_ask_may_not_press(engine: Engine, user: str) -> None:
    # given a Run, and a guest, a stranger, a deactivated account or another app
    posted, run = engine.asks("ann", "how many orders?")
    click = a_click(engine, posted, run, Press.STOP, user=user)

    # when they press Stop, then the Run goes on, and they hear the sentence that every such message gets
    receipt = judged(engine, engine.intake.pressed(click))
    assert receipt.became is Became.REFUSED
    assert engine.run(run.id).status is State.QUEUED


def asking(engine: Engine) -> tuple[Posted, Run, str]:
    """Return a Run that asks which quarter, its request, and the Question's id."""
    asked = {"question": "Which quarter?", "choices": ["Q2", "Q3"], "default": 1}
    block = {"type": "tool_use", "id": "toolu_00000000000000009999", "name": "ask_people", "input": asked}
    engine.rehearsal.control("POST", "/claude/replies", {"content": [block], "stop_reason": "tool_use"})
    posted, run = engine.asks("ann", "sum up the quarter")
    engine.work()
    [shown] = [one for one in deliveries_of(engine, run) if one.kind.value == "question"]
    message = engine.journal.read(lambda tx: planning.message_of(tx, shown))
    return posted, run, message.buttons[0].value.partition(":")[0]


def test_the_first_answer_by_button_wins_and_the_next_hears_of_it(engine: Engine) -> None:
    # given a question with two choices
    posted, run, question = asking(engine)
    first = a_click(engine, posted, run, Press.ANSWER, value=f"{question}:2", user=BEN)
    second = a_click(engine, posted, run, Press.ANSWER, value=f"{question}:1")

    # when a colleague presses one, and then the requester the other
    says(engine.rehearsal, "Q3 it is.")
    judged(engine, engine.intake.pressed(first))
    engine.intake.pressed(second)

    # then the Run goes on with the first, and the second is told, alone
    assert whispers(engine) == [(ANN, "Already answered by ben: Q3")]
    engine.work()
    assert engine.run(run.id).status is State.DONE


def test_a_stop_while_it_asks_takes_the_question_back(engine: Engine) -> None:
    # given a Run that waits for an answer
    posted, run, question = asking(engine)

    # when it is stopped, and then someone answers
    engine.says("ann", "stop", thread=posted.ts, addressed=False)
    engine.intake.pressed(a_click(engine, posted, run, Press.ANSWER, value=f"{question}:1"))

    # then it stays stopped, and they hear why
    assert engine.run(run.id).status is State.STOPPED
    assert not advance(engine.room)
    [(_, words)] = whispers(engine)
    assert "no longer needed" in words


@pytest.mark.failure_mode(51)
def test_people_may_press_before_we_know_that_our_message_stands(engine: Engine) -> None:
    # given a question that stands in the thread, while the answer to our post was lost on its way back
    engine.rehearsal.fault("reset_after", "chat.postMessage")
    posted, run, question = asking(engine)
    [shown] = [one for one in engine.rehearsal.thread(posted.channel, posted.ts) if one["by_app"]]
    [unsure] = [one for one in deliveries_of(engine, run) if one.kind.value == "question"]
    assert unsure.posted_at is None

    # when someone presses a choice that it does not have, and then one that it has
    click = dataclasses.replace(
        a_click(engine, posted, run, Press.ANSWER, value=f"{question}:7"), at=str(shown["ts"]), user_id=ANN
    )
    engine.intake.pressed(click)
    assert whispers(engine) == [(ANN, FOREIGN)]
    says(engine.rehearsal, "Q2 it is.")
    engine.intake.pressed(dataclasses.replace(click, value=f"{question}:1"))

    # then the choice counts, and the message says so as soon as it is found
    work_out(engine, run.id)
    assert engine.run(run.id).status is State.DONE
    thread = [one for one in engine.rehearsal.thread(posted.channel, posted.ts) if one["by_app"]]
    assert thread[0]["ts"] == shown["ts"]
    assert "ann chose" in str(thread[0]["text"])
    assert not [block for block in thread[0]["blocks"] if block["type"] == "actions"]


def test_whoever_reads_why_stands_on_the_trail_with_what_was_read(engine: Engine) -> None:
    # given an answered request, when Ann asks why
    posted, run = answered(engine)
    before = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    judged(engine, engine.intake.pressed(a_click(engine, posted, run, Press.WHY)))

    # then one line says that she read it, and which numbers
    after = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    [line] = [one for one in after if one.event == "why:asked"]
    assert line.actor == f"person:{ANN}"
    assert json.loads(line.data) == {"events": len(before), "first": before[0].seq, "last": before[-1].seq}
