"""E13 and E17: a Question waits without a worker, and a person is heard while others are waited for."""

from typing import Any

import pytest

from agents.deliveries.life import Kind
from agents.engine.advance import advance
from agents.engine.execute import execute
from agents.journal import runs
from agents.journal.transaction import Transaction
from agents.questions import answering
from agents.runs.life import State
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.plans import look, open_question, question, with_plans
from tests.given.replies import hold_model, last_sent, proposes, release_model, says, sent, until_model_held
from tests.given.time import move
from tests.given.waiting import at_once
from tests.given.workers import calls_of, deliveries_of

BEN = "U0BEN000001"


def presses(engine: Engine, run_id: str, question_id: str, number: int) -> bool:
    """Ben presses a button of a Question."""

    def press(tx: Transaction) -> bool:
        run = runs.lock(tx, run_id)
        assert run is not None
        return answering.press(tx, engine.room.hand, run, question_id, number, BEN)

    return engine.journal.write(press)


@pytest.mark.law("E17")
def test_a_call_that_asks_people_waits_and_holds_no_lease_however_long_it_takes(engine: Engine) -> None:
    # given a model that asks
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?", "Q2", "Q3", default=2))
    posted, run = engine.asks("ann", "compare a quarter")
    engine.work()

    # when two days pass, and workers look at whatever is due
    move(engine.journal.database.clock, 2 * 24 * 3_600)
    engine.work()

    # then the question stands in the thread with its buttons, nobody holds anything, and the model was asked once
    (asks,) = calls_of(engine, run)
    assert (asks.status, asks.lease_owner) == (CallState.WAITING, None)
    standing = engine.run(run.id)
    assert (standing.status, standing.lease_owner, standing.pending, standing.open) == (State.WAITING, None, 1, 1)
    (message,) = engine.messages(posted)
    assert "Which quarter?" in str(message["blocks"])
    assert [block["type"] for block in message["blocks"]].count("actions") == 1
    assert len(sent(engine.rehearsal)) == 1


@pytest.mark.law("E13")
def test_a_reply_answers_the_open_question_and_the_run_goes_on_with_it(engine: Engine) -> None:
    # given a Run that has waited for two days
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?", "Q2", "Q3"))
    posted, run = engine.asks("ann", "compare a quarter")
    engine.work()
    move(engine.journal.database.clock, 2 * 24 * 3_600)

    # when a colleague replies
    says(engine.rehearsal, "Compared.")
    _, receipt = engine.says("ben", "the third, please", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    engine.work()

    # then the model read it as the result of its call, once, and the question says who answered
    assert last_sent(engine.rehearsal).count("the third, please") == 1
    assert "answered: the third, please" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE
    asked, answer = engine.messages(posted)
    assert "answered" in asked["text"]
    assert "actions" not in [block["type"] for block in asked["blocks"]]
    assert "Compared." in answer["text"]


@pytest.mark.law("E13")
def test_a_button_answers_the_question_once(engine: Engine) -> None:
    # given a Run that asks
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?", "Q2", "Q3"))
    posted, run = engine.asks("ann", "compare a quarter")
    engine.work()
    asked = open_question(engine, run)

    # when someone presses a choice that is not there, then one that is, and then another
    says(engine.rehearsal, "Compared.")
    pressed = [presses(engine, run.id, asked.id, number) for number in (3, 2, 1)]
    engine.work()

    # then the second counts, and its words are the result
    assert pressed == [False, True, False]
    assert "answered: Q3" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE
    assert "Q3" in engine.messages(posted)[0]["text"]


@pytest.mark.law("E13")
def test_calls_that_run_are_awaited_and_a_question_beside_them_holds_none_up(engine: Engine) -> None:
    # given a reply that asks and looks
    hand = Hand()
    with_plans(engine, hand)
    proposes(engine.rehearsal, question("Which quarter?"), look("sales"))
    _, run = engine.asks("ann", "compare a quarter")
    advance(engine.room)
    asks, looks = calls_of(engine, run)
    assert asks.status is CallState.WAITING
    assert engine.run(run.id).status is State.WORKING

    # when the look ends
    assert execute(engine.room, looks.id)

    # then only a person can move the Run, and both results go out together when one has
    assert hand.done == ["sales"]
    assert engine.run(run.id).status is State.WAITING
    assert not advance(engine.room, run.id)
    says(engine.rehearsal, "Compared.")
    assert presses(engine, run.id, open_question(engine, run).id, 1) is False
    assert engine.run(run.id).pending == 1


@pytest.mark.law("E13")
def test_who_speaks_before_a_question_is_asked_is_heard_while_it_waits(engine: Engine) -> None:
    # given someone who speaks while the model is about to ask
    with_plans(engine, Hand())
    hold_model(engine.rehearsal)
    proposes(engine.rehearsal, question("Which quarter?"))
    says(engine.rehearsal, "I go on with the north.")
    posted, run = engine.asks("ann", "compare a quarter")
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        _, receipt = engine.says("ben", "only the north", thread=posted.ts, addressed=False)
        engine.judged(receipt)
        release_model(engine.rehearsal)
        working.result(20)
    engine.work()

    # then a Turn carried the words and said of the call that it still waits; the Run shows its text and waits on
    assert "only the north" in last_sent(engine.rehearsal)
    assert "Still waiting" in last_sent(engine.rehearsal)
    standing = engine.run(run.id)
    assert (standing.status, standing.pending, standing.open) == (State.WAITING, 0, 1)
    assert "I go on with the north." in [one["text"] for one in engine.messages(posted)]

    # when the answer comes, then it is told as news, and the Run ends
    says(engine.rehearsal, "Compared.")
    _, receipt = engine.says("ann", "the third", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    engine.work()
    assert "answered: the third" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E13")
def test_a_run_has_at_most_one_open_question(engine: Engine) -> None:
    # given a reply that asks twice
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?"), question("Which region?"))
    posted, run = engine.asks("ann", "compare")
    engine.work()

    # then one stands in the thread, and the other failed with its reason
    assert sorted(call.status for call in calls_of(engine, run)) == [CallState.FAILED, CallState.WAITING]
    assert len(engine.messages(posted)) == 1


@pytest.mark.law("E14")
def test_a_run_that_ends_takes_its_question_back(engine: Engine) -> None:
    # given a Run that asks
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?", "Q2", "Q3"))
    posted, run = engine.asks("ann", "compare a quarter")
    engine.work()
    asked = open_question(engine, run)

    # when someone stops it
    _, receipt = engine.says("ann", "stop", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    engine.work()

    # then the buttons are gone, and a late press answers nothing
    assert engine.run(run.id).status is State.STOPPED
    question_message = engine.messages(posted)[0]
    assert "No longer needed" in question_message["text"]
    assert "actions" not in [block["type"] for block in question_message["blocks"]]
    assert not presses(engine, run.id, asked.id, 1)


@pytest.mark.law("E13")
def test_the_sign_says_whether_people_are_waited_for(engine: Engine) -> None:
    # given a Run that asks
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?"))
    posted, run = engine.asks("ann", "compare a quarter")
    engine.work()

    # then its session is suspended, and active again when it is over
    place: dict[str, Any] = {"channel": posted.channel, "thread_ts": posted.ts, "timeout_seconds": 2}
    engine.rehearsal.wait_for("session", status="suspended", **place)
    says(engine.rehearsal, "Compared.")
    _, receipt = engine.says("ann", "the third", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    engine.work()
    engine.rehearsal.wait_for("session", status="active", **place)
    assert [one.kind for one in deliveries_of(engine, run)].count(Kind.SIGN) == 2


@pytest.mark.law("E13")
def test_a_question_that_nobody_can_see_is_waited_for_by_nobody(engine: Engine) -> None:
    # given a Run that asks in a channel that was archived meanwhile
    with_plans(engine, Hand())
    proposes(engine.rehearsal, question("Which quarter?"))
    says(engine.rehearsal, "I took the last one.")
    _, run = engine.asks("ann", "compare a quarter")
    advance(engine.room)
    assert engine.run(run.id).status is State.WAITING
    engine.rehearsal.control("POST", "/channel", {"channel": "sales", "archived": True})

    # when it is sent, and refused
    engine.work()

    # then the model was told so, and the Run has ended
    assert "could not be shown" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE
