"""An answer is shown while it comes, and stands in the thread once, exactly as it was committed (E21)."""

import itertools
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from agents.deliveries.life import Kind
from agents.deliveries.life import State as Sent
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.pace import Pace
from agents.engine.room import Room
from agents.journal import deliveries, planning, runs, threads
from agents.journal.database import now
from agents.messages import Message
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.rehearsal import Json, Posted
from tests.given.replies import says
from tests.given.waiting import at_once, until
from tests.given.workers import work_out

AT_ONCE = Pace(after=0.05, between=0.05, life=240.0)
LONG = " ".join(f"word{number:03}" for number in range(60))
"""About 480 characters: twenty pieces of Rehearsal's stream."""

_numbers = itertools.count(1)


def streams(engine: Engine, pace: Pace = AT_ONCE, speed_ms: int = 40) -> Engine:
    """The same engine with a model that takes its time, and no patience before it is shown."""
    engine.rehearsal.control("PUT", "/claude/settings", {"speed_ms": speed_ms})
    return replace(engine, room=replace(engine.room, conduct=replace(engine.room.conduct, pace=pace)))


def own(engine: Engine, posted: Posted) -> list[Json]:
    thread = engine.rehearsal.thread(posted.channel, posted.thread_ts or posted.ts)
    return [one for one in thread if one["by_app"] and not one["deleted"]]


def calls(engine: Engine, method: str) -> list[Json]:
    return engine.rehearsal.calls(method)


def words(message: Json) -> str:
    return " ".join(str(message["text"]).split())


def uses(engine: Engine, said: str, name: str, **arguments: Any) -> None:
    block = {"type": "tool_use", "id": f"toolu_stream{next(_numbers):014d}", "name": name, "input": arguments}
    content = [{"type": "text", "text": said}, block]
    engine.rehearsal.control("POST", "/claude/replies", {"content": content, "stop_reason": "tool_use"})


@pytest.mark.law("E21")
@pytest.mark.failure_mode(25)
def test_an_answer_that_has_been_coming_is_streamed_and_its_message_becomes_the_answer(engine: Engine) -> None:
    # given a model that takes its time
    engine = streams(engine)
    says(engine.rehearsal, LONG)
    posted, run = engine.asks("ann", "@tagwork tell me")
    # when it answers
    advance(engine.room)
    # then its words were seen coming, in a message that no post stands beside
    grown = [
        entry for entry in engine.rehearsal.visible(posted.channel, posted.ts) if entry["what"] == "stream_appended"
    ]
    assert len(grown) > 2
    assert words(grown[0]).startswith("word000")
    engine.work()
    [answer] = own(engine, posted)
    assert LONG in words(answer)
    assert not answer["streaming"]
    assert not calls(engine, "chat.postMessage")
    # and the Delivery of the answer has adopted it, findable like any other
    [adopted] = [one for one in engine.journal.read(lambda tx: deliveries.of_run(tx, run.id)) if one.terminal]
    assert adopted.posted_at == adopted.adopts == answer["ts"]
    place = engine.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    assert engine.place.surface.find(place, adopted.id, oldest=posted.ts, seconds=5) == [answer["ts"]]


def test_a_short_answer_is_posted(engine: Engine) -> None:
    # given an answer that is there before anyone would wait for it
    engine = streams(engine, Pace(), speed_ms=0)
    says(engine.rehearsal, "Yes.")
    posted, _ = engine.asks("ann", "@tagwork is it?")
    # when it comes
    engine.work()
    # then no stream was begun for it
    assert not calls(engine, "chat.startStream")
    [answer] = own(engine, posted)
    assert words(answer).startswith("Yes.")


@pytest.mark.law("E21")
@pytest.mark.failure_mode(15)
@pytest.mark.failure_mode(17)
@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("kind", ["stream_dies", "http_500", "reset_before", "reset_after", "ratelimited"])
def test_a_stream_that_fails_costs_nobody_a_word(engine: Engine, method: str, kind: str) -> None:
    # given a stream that meets one fault
    engine = streams(engine)
    engine.rehearsal.fault(kind, method, **({"seconds": 1} if kind == "ratelimited" else {}))
    says(engine.rehearsal, LONG)
    posted, run = engine.asks("ann", "@tagwork tell me")
    # when the answer is given
    work_out(engine, run.id)
    # then it stands there once and whole, and nothing streams
    assert [LONG in words(one) for one in own(engine, posted)] == [True]
    assert not any(one["streaming"] for one in own(engine, posted))


@pytest.mark.failure_mode(15)
def test_a_stream_is_rolled_before_slack_ends_it(engine: Engine) -> None:
    # given streams whose life is nearly over as soon as they have begun
    engine = streams(engine, Pace(after=0.05, between=0.05, life=0.2))
    says(engine.rehearsal, LONG)
    posted, run = engine.asks("ann", "@tagwork tell me")
    # when a long answer comes
    advance(engine.room)
    # then it went on in further messages, none of them used past its time
    assert len(calls(engine, "chat.startStream")) > 1
    assert not [one for one in calls(engine, "chat.appendStream") if one["outcome"] != "ok"]
    # and in the end the answer stands there once
    work_out(engine, run.id)
    assert [LONG in words(one) for one in own(engine, posted)] == [True]


@pytest.mark.law("E21")
def test_a_broken_turn_withdraws_what_it_showed_and_the_next_one_takes_the_message_over(engine: Engine) -> None:
    # given a model whose stream breaks off after people have seen its first words
    engine = streams(engine)
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "drop", "after": 18})
    says(engine.rehearsal, LONG, times=2)
    posted, run = engine.asks("ann", "@tagwork tell me")
    # when the Turn breaks
    advance(engine.room)
    # then the message says so
    [withdrawn] = own(engine, posted)
    assert "starting this answer again" in words(withdrawn)
    assert not withdrawn["streaming"]
    # and when the next Turn answers, that message becomes the answer
    work_out(engine, run.id)
    [answer] = [one for one in own(engine, posted) if "model" not in words(one)[:20]]
    assert answer["ts"] == withdrawn["ts"]
    assert LONG in words(answer)


def test_words_that_were_seen_before_a_tool_call_stay(engine: Engine) -> None:
    # given a model that talks at length before it calls a tool
    engine = streams(engine)
    uses(engine, LONG, "read_thread")
    says(engine.rehearsal, "Done.")
    posted, run = engine.asks("ann", "@tagwork tell me")
    # when it has answered
    work_out(engine, run.id)
    # then both stand there, in their order
    said = [words(one) for one in own(engine, posted)]
    assert len(said) == 2
    assert LONG in said[0]
    assert said[1].startswith("Done.")


@pytest.mark.law("E14")
@pytest.mark.law("E21")
def test_stop_closes_the_stream_and_leaves_what_was_said(engine: Engine) -> None:
    # given an answer that is coming
    engine = streams(engine)
    says(engine.rehearsal, LONG * 3)
    posted, run = engine.asks("ann", "@tagwork tell me")
    with at_once() as pool:
        answering = pool.submit(advance, engine.room)
        until(lambda: calls(engine, "chat.appendStream"), "some of it was shown")
        # when its requester stops it
        engine.says("ann", "stop", thread=posted.ts, addressed=False)
        answering.result(20)
    work_out(engine, run.id)
    # then the model was left, what was shown stands closed, and one line says who stopped it
    assert engine.run(run.id).status is State.STOPPED
    shown, stopped = own(engine, posted)
    assert words(shown).startswith("word000")
    assert "starting this answer again" not in words(shown)
    assert not shown["streaming"]
    assert "Stopped by" in words(stopped)


@pytest.mark.law("E21")
def test_a_stream_of_a_lost_worker_is_ended_before_another_begins(engine: Engine) -> None:
    # given a worker that was lost while its answer streamed
    engine = streams(engine)
    says(engine.rehearsal, LONG, times=2)
    posted, run = engine.asks("ann", "@tagwork tell me")
    lost = _lost_while_streaming(engine, run.id)
    # when another one takes the Run over
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, lease_until=now(), due_at=now()))
    work_out(engine, run.id)
    # then the old writer is refused by Slack itself, and the answer stands in the message that it had begun
    assert _refused(engine, lost)
    [answer] = own(engine, posted)
    assert answer["ts"] == lost
    assert LONG in words(answer)


def _lost_while_streaming(engine: Engine, run_id: str) -> str:
    """Leave a Run as a worker does that dies right after it recorded its stream's ts."""
    run = engine.run(run_id)
    room: Room = engine.room
    taken = engine.journal.write(lambda tx: runs.claim(tx, run.id, "worker:lost|b|1|2|3", room.claims.lease_us))
    assert taken is not None
    place = engine.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    at = room.surface(place.team_id).open_stream(place, run.requester, seconds=5)
    room.surface(place.team_id).grow_stream(place, at, "", "word000 word001", seconds=5)

    def record(tx: Any) -> None:
        planned = planning.plan(
            tx,
            workspace_id=run.workspace_id,
            thread_id=run.thread_id,
            run_id=run.id,
            kind=Kind.STREAM,
            text=Message(markdown=""),
            actor="worker:lost",
            due_at=now() + 600_000_000,
        )
        standing = deliveries.by_id(tx, planned or "")
        assert standing is not None
        deliveries.move(tx, standing, Sent.SENDING, fence=None, actor="worker:lost", said={})
        deliveries.set_fields(tx, standing.id, posted_at=at)

    engine.journal.write(record)
    return at


def _refused(engine: Engine, at: str) -> bool:
    client = engine.place.egress.client
    with pytest.raises(SlackApiError) as refusal:
        client.api_call("chat.appendStream", json={"channel": "C0SALES0001", "ts": at, "markdown_text": "late"})
    return bool(refusal.value.response["error"] == "message_not_in_streaming_state")


def test_an_answer_whose_stream_was_deleted_is_posted(engine: Engine) -> None:
    # given a stream that somebody deletes before its answer is committed to it
    engine = streams(engine)
    says(engine.rehearsal, LONG)
    posted, run = engine.asks("ann", "@tagwork tell me")
    advance(engine.room)
    [streamed] = own(engine, posted)
    place = engine.journal.read(lambda tx: threads.place_of(tx, run.thread_id))
    engine.place.surface.close_stream(place, streamed["ts"], seconds=5)
    engine.place.surface.delete(place, streamed["ts"], seconds=5)
    # when the answer is delivered
    work_out(engine, run.id)
    # then it stands there, in a message of its own
    [answer] = own(engine, posted)
    assert LONG in words(answer)
    assert answer["ts"] != streamed["ts"]


def test_a_rolled_stream_leaves_the_sign_that_work_goes_on(engine: Engine) -> None:
    # given streams whose life is nearly over as soon as they have begun
    engine = streams(engine, Pace(after=0.05, between=0.05, life=0.2))
    says(engine.rehearsal, LONG)
    posted, _ = engine.asks("ann", "@tagwork tell me")
    place = engine.journal.read(lambda tx: threads.place_of(tx, runs.listed(tx, most=1)[0].thread_id))
    engine.place.surface.show_sign(place, posted.ts, seconds=5)
    # when one is closed and the next begun
    advance(engine.room)
    # then Slack was told each time that the Run works on
    closed = [one["args"].get("session_status") for one in calls(engine, "chat.stopStream")]
    assert closed
    assert set(closed) == {"processing"}


@pytest.mark.law("E21")
def test_a_stream_whose_opening_nobody_recorded_is_found_and_taken_away(engine: Engine) -> None:
    # given a stream that was opened, and an answer that was lost on its way back
    engine = streams(engine)
    engine.rehearsal.fault("reset_after", "chat.startStream")
    says(engine.rehearsal, LONG)
    posted, run = engine.asks("ann", "@tagwork tell me")
    # when the answer is posted whole
    advance(engine.room)
    assert len(own(engine, posted)) == 1
    work_out(engine, run.id)
    # then the message that nobody knew is gone
    [answer] = own(engine, posted)
    assert LONG in words(answer)
    assert deliver(engine.room) is False
