"""E21: one message, one Delivery, stored first. Exactly once, whatever a post's outcome was."""

import pytest

from agents.deliveries.life import Kind
from agents.deliveries.life import State as DeliveryState
from agents.engine.advance import advance
from agents.engine.after_look import look_after
from agents.engine.deliver import deliver
from agents.journal import deliveries, runs
from agents.messages import Message
from agents.runs.life import Run, State
from agents.surface import Place
from tests.given.engines import Engine
from tests.given.rehearsal import Posted
from tests.given.replies import says
from tests.given.said import is_card, words_of
from tests.given.time import move
from tests.given.waiting import at_once
from tests.given.workers import ELSEWHERE, LEASE, another_room, deliveries_of, lost_while_sending

AGO = 600_000_000
"""A lease that ended ten minutes ago: its owner counts as dead, and no call of its can be under way any more."""

POST, LOOK = "chat.postMessage", "conversations.replies"


def answered(engine: Engine, text: str = "The answer.", user: str = "ann") -> tuple[Posted, Run]:
    """A Run whose answer is stored and not sent yet."""
    says(engine.rehearsal, text)
    posted, run = engine.asks(user, "hello")
    assert advance(engine.room)
    assert engine.run(run.id).status is State.DONE
    return posted, run


def last_of(engine: Engine, run: Run) -> DeliveryState:
    """How the Run's last message stands."""
    return next(one for one in deliveries_of(engine, run) if one.terminal).status


def seen(engine: Engine, posted: Posted) -> list[str]:
    """Every text of ours that people were ever able to see in a thread."""
    return [
        words_of(one)
        for one in engine.rehearsal.visible(posted.channel, posted.ts)
        if one["what"] == "posted" and one["bot_id"] and not is_card(one)
    ]


def work_on(engine: Engine, *moments: float) -> None:
    """Work at these moments, in seconds of moved clock."""
    for at in moments:
        move(engine.journal.database.clock, at)
        engine.work()


@pytest.mark.law("E21")
@pytest.mark.failure_mode(17)
@pytest.mark.failure_mode(20)
@pytest.mark.parametrize("fault", ["timeout_after", "reset_after", "http_500_after"])
def test_a_post_that_arrived_though_nobody_said_so_is_found_and_adopted(engine: Engine, fault: str) -> None:
    # given an answer whose post takes effect and is never confirmed
    posted, run = answered(engine)
    engine.rehearsal.fault(fault, POST, seconds=0.1)
    engine.work()
    assert last_of(engine, run) is DeliveryState.SENDING

    # when it is looked up
    work_on(engine, 2)

    # then it is known as sent, and people have seen it once
    assert last_of(engine, run) is DeliveryState.SENT
    work_on(engine, 10, 20)
    assert seen(engine, posted) == ["The answer."]
    assert len(engine.rehearsal.calls(POST)) == 1


@pytest.mark.law("E21")
@pytest.mark.failure_mode(18)
@pytest.mark.parametrize("fault", ["timeout_before", "reset_before", "http_500"])
def test_a_post_that_did_not_arrive_is_sent_again_only_when_it_was_missed_twice(engine: Engine, fault: str) -> None:
    # given an answer whose post has no effect, which nobody can know
    posted, run = answered(engine)
    engine.rehearsal.fault(fault, POST, seconds=0.1)
    engine.work()

    # when it is looked up once, and again before five seconds have passed
    work_on(engine, 2)
    looked = len(engine.rehearsal.calls(LOOK))
    work_on(engine, 4)

    # then it is not believed to be absent yet
    assert looked == 1
    assert len(engine.rehearsal.calls(POST)) == 1
    assert last_of(engine, run) is DeliveryState.SENDING

    # when it is missed again, five seconds after the first look, then it is sent, once
    work_on(engine, 8, 20)
    assert len(engine.rehearsal.calls(LOOK)) == 2
    assert seen(engine, posted) == ["The answer."]
    assert last_of(engine, run) is DeliveryState.SENT


@pytest.mark.law("E21")
def test_a_look_up_that_is_asked_to_wait_leaves_it_unsure(engine: Engine) -> None:
    # given an answer of unknown outcome, and a Slack that takes no questions for half a minute
    posted, run = answered(engine)
    engine.rehearsal.fault("http_500", POST)
    engine.work()
    engine.rehearsal.fault("ratelimited", LOOK, seconds=30)
    work_on(engine, 2)

    # when the time to ask again has not come, then nothing was concluded
    work_on(engine, 20)
    assert last_of(engine, run) is DeliveryState.SENDING
    assert len(engine.rehearsal.calls(POST)) == 1

    # when it has, then it is missed twice and sent
    work_on(engine, 33, 39)
    assert seen(engine, posted) == ["The answer."]


@pytest.mark.law("E21")
def test_a_post_that_is_asked_to_wait_is_planned_again_without_any_look_up(engine: Engine) -> None:
    # given a Slack that asks to wait half a minute
    posted, run = answered(engine)
    engine.rehearsal.fault("ratelimited", POST, seconds=30)
    engine.work()
    assert last_of(engine, run) is DeliveryState.PLANNED

    # when its time comes and not before, then it is sent
    work_on(engine, 25)
    assert seen(engine, posted) == []
    work_on(engine, 31)
    assert seen(engine, posted) == ["The answer."]
    assert engine.rehearsal.calls(LOOK) == []


@pytest.mark.law("E21")
@pytest.mark.law("E3")
@pytest.mark.failure_mode(34)
def test_a_late_writers_second_message_is_doomed_and_deleted(engine: Engine) -> None:
    # given a worker that stalls on its way to Slack, and another that took over, missed the message and sent it
    posted, run = answered(engine)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    engine.rehearsal.hold("stalled", POST, until_arrived=2)
    with at_once() as pool:
        stalling = pool.submit(deliver, another_room(engine), last.id)
        engine.rehearsal.wait_for("hold", name="stalled", at_least=1)
        assert len(engine.journal.write(lambda tx: deliveries.bury(tx, ELSEWHERE, AGO))) == 1

        # when both messages reach Slack
        work_on(engine, 1, 7)
        assert stalling.result(20)
    assert len(seen(engine, posted)) == 2
    work_on(engine, 15, 21)

    # then the late one was taken back: one message stands, and the journal knows which
    standing = next(one for one in deliveries_of(engine, run) if one.terminal)
    assert standing.status is DeliveryState.SENT
    assert engine.answers(posted) == ["The answer."]
    (shown,) = [
        one for one in engine.rehearsal.thread(posted.channel, posted.ts) if one["by_app"] and not one["deleted"]
    ]
    assert shown["ts"] == standing.posted_at
    assert len(standing.doomed) == 1
    assert standing.posted_at not in standing.doomed


@pytest.mark.law("E21")
def test_a_message_that_another_worker_adopted_is_not_deleted_by_the_late_one(engine: Engine) -> None:
    # given a worker whose post took effect and who hears of it only after another has found and adopted it
    posted, run = answered(engine)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    engine.rehearsal.hold("slow answer", POST, when="after")
    with at_once() as pool:
        stalling = pool.submit(deliver, another_room(engine), last.id)
        engine.rehearsal.wait_for("hold", name="slow answer", at_least=1)
        assert len(engine.journal.write(lambda tx: deliveries.bury(tx, ELSEWHERE, AGO))) == 1
        work_on(engine, 12)
        assert last_of(engine, run) is DeliveryState.SENT

        # when the late worker comes with the same message
        engine.rehearsal.release("slow answer")
        stalling.result(20)

    # then it stays
    assert engine.answers(posted) == ["The answer."]
    assert engine.rehearsal.calls("chat.delete") == []


@pytest.mark.law("E21")
def test_the_parts_of_an_answer_go_out_in_order_and_none_before_the_one_before_it_stands(engine: Engine) -> None:
    # given an answer in several parts, the first of which is asked to wait
    text = "\n\n".join(f"Paragraph {number}. " + "word " * 200 for number in range(24))
    posted, run = answered(engine, text)
    parts = [one for one in deliveries_of(engine, run) if one.kind is Kind.ANSWER]
    assert len(parts) > 2
    assert [one.terminal for one in parts] == [False] * (len(parts) - 1) + [True]
    engine.rehearsal.fault("ratelimited", POST, seconds=30)

    # when workers come for whatever is due, and for the last part by name
    engine.work()
    deliver(engine.room, parts[-1].id)

    # then nothing is shown before the first
    assert seen(engine, posted) == []
    work_on(engine, 31)
    shown = seen(engine, posted)
    assert len(shown) == len(parts)
    numbers = [int(word.rstrip(".")) for text in shown for word in text.split() if word.rstrip(".").isdigit()]
    assert numbers == list(range(24))


@pytest.mark.law("E21")
def test_an_answer_that_the_channel_does_not_take_any_more_is_told_to_the_requester_directly(engine: Engine) -> None:
    # given an answer for a channel that was archived meanwhile
    _, run = answered(engine)
    engine.rehearsal.control("POST", "/channel", {"channel": "sales", "archived": True})

    # when it is sent
    engine.work()

    # then it is given up with Slack's reason, and the requester reads it in a direct message
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    assert (last.status, last.cause) == (DeliveryState.GIVEN_UP, "is_archived")
    direct = [call for call in engine.rehearsal.calls(POST) if call["took_effect"]]
    assert len(direct) == 1
    assert direct[0]["args"]["channel"].startswith("D")
    assert "The answer." in str(direct[0]["args"]["blocks"])


@pytest.mark.law("E21")
def test_after_a_lost_lease_the_thread_is_looked_at_again_and_what_nobody_adopted_is_removed(engine: Engine) -> None:
    # given a Run whose answer was sent again after its sender was lost, and the lost sender's message stands too
    posted, run = answered(engine)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    lost_while_sending(engine, last.id)
    work_on(engine, LEASE + 12, LEASE + 18)
    assert engine.answers(posted) == ["The answer."]
    place = engine.room.surface(engine.rehearsal.team_id)
    place.post(
        Place(engine.rehearsal.team_id, posted.channel, posted.ts), Message(markdown="The answer."), last.id, seconds=5
    )
    place.show_sign(Place(engine.rehearsal.team_id, posted.channel, posted.ts), posted.ts, seconds=5)
    assert len(engine.answers(posted)) == 2

    # when six minutes have passed since it was found out
    assert engine.journal.read(lambda tx: runs.to_look_after(tx, 5)) == []
    move(engine.journal.database.clock, LEASE + 18 + 361)
    (due,) = engine.journal.read(lambda tx: runs.to_look_after(tx, 5))
    look_after(engine.room, due)

    # then the adopted one stays, the stray and the sign are gone, and it is not looked at again
    assert due == run.id
    standing = next(one for one in deliveries_of(engine, run) if one.terminal)
    (left,) = [
        one for one in engine.rehearsal.thread(posted.channel, posted.ts) if one["by_app"] and not one["deleted"]
    ]
    assert left["ts"] == standing.posted_at
    engine.rehearsal.wait_for(
        "session", channel=posted.channel, thread_ts=posted.ts, status="active", timeout_seconds=1
    )
    assert engine.journal.read(lambda tx: runs.to_look_after(tx, 5)) == []


@pytest.mark.law("E21")
def test_a_run_that_lost_no_lease_is_not_looked_at_again(engine: Engine) -> None:
    # given a Run that was answered without any loss, when any time has passed, then nothing is looked at
    answered(engine)
    work_on(engine, 1)
    move(engine.journal.database.clock, 3_600)
    assert engine.journal.read(lambda tx: runs.to_look_after(tx, 5)) == []


@pytest.mark.law("E21")
def test_a_doomed_message_is_never_adopted_and_the_one_beside_it_is(engine: Engine) -> None:
    # given an answer of unknown outcome, of which the thread has two: an earlier doomed one, and a good one
    posted, run = answered(engine)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    lost_while_sending(engine, last.id)
    surface, place = engine.room.surface(""), Place(engine.rehearsal.team_id, posted.channel, posted.ts)
    doomed, good = (surface.post(place, Message(markdown="The answer."), last.id, seconds=5) for _ in range(2))
    engine.journal.write(lambda tx: deliveries.set_fields(tx, last.id, doomed=[doomed]))

    # when another worker looks it up
    work_on(engine, LEASE + 12)

    # then the good one is the answer
    standing = next(one for one in deliveries_of(engine, run) if one.terminal)
    assert (standing.status, standing.posted_at, standing.doomed) == (DeliveryState.SENT, good, [doomed])
