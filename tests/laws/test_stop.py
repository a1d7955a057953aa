"""E14: a Stop acts in the transaction that stores it, whoever else is at the Run at that moment."""

from typing import Any

import pytest
from sqlalchemy import select

from agents.engine.advance import advance
from agents.engine.execute import execute
from agents.engine.hand import Hand
from agents.journal import content, deliveries, runs
from agents.journal.transaction import Transaction
from agents.posts import Became, Receipt
from agents.runs.life import State
from agents.stopping import How, Outcome, stop
from agents.surface import PersonKind
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.plain_tools import Hand as PlainHand
from tests.given.plain_tools import equip
from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, release_model, says, sent, until_model_held, uses
from tests.given.time import move
from tests.given.waiting import at_once, held_open, lock_heads, until, until_stuck
from tests.given.workers import another_room, calls_of, deliveries_of
from tools.contract import Effect

ANN, BEN = "U0ANN000001", "U0BEN000001"


def stops(engine: Engine, posted: Posted, user_id: str = ANN) -> Receipt:
    """Press the surface's own Stop in a thread."""
    place = (engine.rehearsal.app_id, engine.rehearsal.team_id, posted.channel, posted.thread_ts or posted.ts)
    return engine.intake.stopped(*place, user_id)


def whispers(engine: Engine, run: Any) -> list[str]:
    """What was told to single people in a Run's thread, or is about to be."""

    def read(tx: Transaction) -> list[str]:
        rows = tx.rows(
            select(deliveries.DELIVERIES.c.content_id)
            .where(deliveries.DELIVERIES.c.thread_id == run.thread_id, deliveries.DELIVERIES.c.kind == "private")
            .order_by(deliveries.DELIVERIES.c.planned_at)
        )
        return [content.body_of(tx, row["content_id"]).decode() for row in rows]

    return engine.journal.read(read)


@pytest.mark.law("E14")
@pytest.mark.failure_mode(37)
@pytest.mark.parity("Stop", "beat")
def test_a_stop_does_not_wait_for_the_turn_that_it_stops(engine: Engine) -> None:
    # given a Run whose model is thinking
    says(engine.rehearsal, "Too late.")
    posted, run = engine.asks("ann", "think hard")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when its requester writes "stop"
        _, receipt = engine.says("ann", "stop", thread=posted.ts, addressed=False)

        # then it has ended at once, before the model answers
        assert receipt.became is Became.COMMAND
        assert engine.run(run.id).status is State.STOPPED
        release_model(engine.rehearsal)
        working.result()

    # and nothing of the late reply is shown; the thread says who stopped it
    engine.work()
    [told] = engine.answers(posted)
    assert "Stopped by ann." in told
    assert len([one for one in deliveries_of(engine, run) if one.terminal]) == 1


@pytest.mark.law("E14")
@pytest.mark.parametrize("second", ["ann", "ben"])
def test_of_two_stops_at_once_one_acts_and_the_other_hears_that_it_was_stopped(
    postgres_engine: Engine, second: str
) -> None:
    # given a Run to which two people spoke
    engine = postgres_engine
    posted, run = engine.asks("ann", "hello")
    engine.judged(engine.says("ben", "and the South?", thread=posted.ts, addressed=False)[1])

    def stopping(tx: Transaction) -> Outcome:
        kind = PersonKind.MEMBER
        return stop(Hand("app", engine.pokes), tx, run.id, user_id=ANN, kind=kind, how=How.BUTTON).outcome

    with at_once() as pool:
        # when the second Stop comes while the first is being committed
        held, first = held_open(pool, engine.journal, stopping)
        other = pool.submit(engine.says, second, "stop", thread=posted.ts, addressed=False)
        until_stuck(engine.journal, 1)
        held.let_go()

        # then the first acted, and the second is told, alone, that it was stopped already and by whom
        assert first.result() is Outcome.STOPPED
        other.result()
    assert engine.run(run.id).status is State.STOPPED
    assert whispers(engine, run) == [f"#{run.number} was already stopped by ann."]


@pytest.mark.law("E14")
def test_a_stop_that_is_delivered_twice_is_answered_once(engine: Engine) -> None:
    # given a Run of Ann's, when Slack tells of her Stop twice, then the thread says it once, and nobody is told again
    posted, run = engine.asks("ann", "hello")
    stops(engine, posted)
    stops(engine, posted)
    reacted = (engine.rehearsal.app_id, engine.rehearsal.team_id, posted.channel, posted.ts, ANN)
    engine.intake.reacted(*reacted)
    engine.work()
    assert engine.run(run.id).status is State.STOPPED
    assert whispers(engine, run) == []
    assert len(engine.answers(posted)) == 1


@pytest.mark.law("E14")
def test_a_stop_that_comes_while_done_is_written_hears_that_it_has_finished(postgres_engine: Engine) -> None:
    # given a Run whose answer is being committed
    engine = postgres_engine
    says(engine.rehearsal, "The answer.")
    posted, run = engine.asks("ann", "hello")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        held, _ = held_open(pool, engine.journal, lock_heads)
        release_model(engine.rehearsal)
        until_stuck(engine.journal, 1)

        # when a Stop arrives at that moment
        stopping = pool.submit(stops, engine, posted)
        until_stuck(engine.journal, 2)
        held.let_go()
        working.result()
        stopping.result()

    # then the answer stands, and whoever pressed is told
    assert engine.run(run.id).status is State.DONE
    assert whispers(engine, run) == [f"#{run.number} has already finished."]


@pytest.mark.law("E14")
def test_a_stop_that_is_written_just_before_done_wins(postgres_engine: Engine) -> None:
    # given a Run whose model has answered, and a Stop that is being committed
    engine = postgres_engine
    says(engine.rehearsal, "The answer.")
    posted, run = engine.asks("ann", "hello")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        held, _ = held_open(pool, engine.journal, lock_heads)
        stopping = pool.submit(stops, engine, posted)
        until_stuck(engine.journal, 1)

        # when the answer comes to be stored
        release_model(engine.rehearsal)
        until_stuck(engine.journal, 2)
        held.let_go()
        stopping.result()
        working.result()

    # then the Run is stopped, and the answer is not shown
    assert engine.run(run.id).status is State.STOPPED
    engine.work()
    assert "The answer." not in " ".join(engine.answers(posted))


@pytest.mark.law("E14")
@pytest.mark.failure_mode(40)
def test_a_running_read_is_stopped_and_a_running_write_is_named_and_ends_by_itself(engine: Engine) -> None:
    # given a Run with a read and a write under way
    goes_on: list[str] = []

    def waits(what: str) -> None:
        until(lambda: goes_on, f"the test's word for {what}")

    hand = PlainHand(does=waits)
    equip(engine, hand.tool("look", Effect.READ), hand.tool("put", Effect.ACT))
    uses(engine.rehearsal, ("look", "one"), ("put", "two"))
    posted, run = engine.asks("ann", "do both")
    assert advance(engine.room)
    with at_once() as pool:
        working = [pool.submit(execute, engine.room), pool.submit(execute, engine.room)]
        until(lambda: len(hand.done) == 2, "two calls under way")

        # when it is stopped
        stops(engine, posted)
        at_the_stop = {call.tool: call.status for call in calls_of(engine, run)}
        goes_on.append("go")
        for worker in working:
            worker.result()

    # then the read is stopped, and the write went on to its own end
    assert at_the_stop == {"look": CallState.STOPPED, "put": CallState.RUNNING}
    engine.work()
    assert {call.tool: call.status for call in calls_of(engine, run)} == {
        "look": CallState.STOPPED,
        "put": CallState.SUCCEEDED,
    }

    # and people read both: that it was running, and what became of it
    told = " ".join(engine.answers(posted))
    assert "put was still running" in told
    assert "put, which was still running when this ended, has succeeded" in told


@pytest.mark.law("E14")
def test_what_has_not_begun_when_a_run_is_stopped_never_begins(engine: Engine) -> None:
    # given a Run with two calls that no worker has taken
    hand = PlainHand()
    equip(engine, hand.tool("look", Effect.READ), hand.tool("put", Effect.ACT))
    uses(engine.rehearsal, ("look", "one"), ("put", "two"))
    posted, run = engine.asks("ann", "do both")
    assert advance(engine.room)

    # when it is stopped, then neither is ever run
    stops(engine, posted)
    engine.work()
    assert hand.done == []
    assert {call.status for call in calls_of(engine, run)} == {CallState.STOPPED}


@pytest.mark.law("E14")
@pytest.mark.failure_mode(38)
def test_a_stop_ends_the_run_of_its_thread_and_no_other(engine: Engine) -> None:
    # given two Runs in one channel
    posted, mine = engine.asks("ann", "the first")
    _, other = engine.asks("ann", "the second")

    # when one thread is told to stop
    engine.says("ann", "stop", thread=posted.ts, addressed=False)

    # then the other goes on
    assert engine.run(mine.id).status is State.STOPPED
    assert engine.run(other.id).status is State.QUEUED


@pytest.mark.law("E14")
def test_only_speakers_and_admins_stop_a_run(engine: Engine) -> None:
    # given a Run of Ann's
    posted, run = engine.asks("ann", "hello")

    # when a member who said nothing to it says stop
    engine.judged(engine.says("ben", "stop", thread=posted.ts, addressed=False)[1])

    # then it goes on, and he alone is told who may
    assert engine.run(run.id).status is State.QUEUED
    [words] = whispers(engine, run)
    assert "Only" in words
    assert f"#{run.number}" in words

    # when he has said something to it, then his word counts
    engine.says("ben", "and the South?", thread=posted.ts, addressed=False)
    stops(engine, posted, BEN)
    assert engine.run(run.id).status is State.STOPPED


@pytest.mark.law("E14")
@pytest.mark.failure_mode(41)
def test_wait_is_a_follow_up_and_stops_nothing(engine: Engine) -> None:
    # given a Run, when someone asks it to wait, then it hears that as words
    posted, run = engine.asks("ann", "hello")
    _, receipt = engine.says("ann", "wait, use Q3", thread=posted.ts, addressed=False)
    assert receipt.became is Became.JOINED
    assert engine.run(run.id).status is State.QUEUED


@pytest.mark.law("E14")
def test_a_stop_word_never_starts_a_run(engine: Engine) -> None:
    # given a thread whose Run is done
    says(engine.rehearsal, "Hello.")
    posted, run = engine.asks("ann", "hello")
    engine.work()
    before = len(sent(engine.rehearsal))

    # when someone says stop, with and without a mention
    for addressed in (True, False):
        assert engine.says("ann", "Stop!", thread=posted.ts, addressed=addressed)[1].became is Became.COMMAND

    # then no model is asked, and they are told that it has finished
    engine.work()
    assert len(sent(engine.rehearsal)) == before
    assert engine.journal.read(lambda tx: runs.unended_of(tx, run.thread_id)) is None
    assert whispers(engine, run) == [f"#{run.number} has already finished."] * 2


@pytest.mark.law("E14")
@pytest.mark.parity("Stop", "beat")
def test_a_stopped_run_never_resumes_by_itself(engine: Engine) -> None:
    # given a Run that waits for its model to have room, and is stopped
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "rate_limit", "retry_after": 600})
    says(engine.rehearsal, "Too late.", times=9)
    posted, run = engine.asks("ann", "think hard")
    engine.work()
    assert engine.run(run.id).status is State.WAITING
    stops(engine, posted)
    engine.work()
    asked, told = len(sent(engine.rehearsal)), engine.answers(posted)

    # when its time comes, and days pass, and another process starts
    for seconds in (700, 3 * 86_400, 30 * 86_400):
        move(engine.journal.database.clock, seconds)
        engine.work()
        assert not advance(another_room(engine), run.id)

    # then no model was asked, and nothing further was said
    assert engine.run(run.id).status is State.STOPPED
    assert len(sent(engine.rehearsal)) == asked
    assert engine.answers(posted) == told
