"""E10: a worker does by itself what its own work made due; only what others can do meanwhile is poked for."""

from dataclasses import replace

import pytest

from agents.engine.advance import advance
from agents.engine.poke import Poke, Queue
from agents.engine.room import Room
from agents.runs.life import State
from app.worker.tasks import drive
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, uses
from tests.given.workers import ELSEWHERE, deliveries_of, lost_while_sending
from tools.contract import Effect

POST = "chat.postMessage"


def working(engine: Engine) -> Room:
    """Return the room as a worker has it, and forget what was poked so far."""
    engine.pokes.sent.clear()
    return replace(engine.room, shows_answers=True)


@pytest.mark.law("E10")
def test_one_poke_carries_a_run_through_its_calls_to_its_answer(engine: Engine) -> None:
    # given a Run whose Turn needs a call that any worker could run
    hand = Hand()
    equip(engine, hand.tool("look_far", effect=Effect.READ))
    uses(engine.rehearsal, ("look_far", "one"))
    says(engine.rehearsal, "Found.")
    posted, run = engine.asks("ann", "look")

    # when a worker takes the poke
    room = working(engine)
    drive(room, Queue.ADVANCE, run.id)

    # then all is done and shown, and nobody was poked on the way
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Found."]
    assert [one.due_at for one in deliveries_of(engine, run)] == [None, None]
    assert engine.pokes.sent == []


@pytest.mark.law("E10")
def test_of_calls_that_go_out_together_others_are_poked_for(engine: Engine) -> None:
    # given a Turn with two calls
    hand = Hand()
    equip(engine, hand.tool("look_far", effect=Effect.READ))
    uses(engine.rehearsal, ("look_far", "one"), ("look_far", "two"))
    _, run = engine.asks("ann", "look")

    # when the Turn has ended
    made = advance(working(engine), run.id)

    # then its worker takes one, and another is poked for the other
    first, second = engine.calls(run.id)
    assert made == Poke(Queue.EXECUTE, first.id)
    assert engine.pokes.sent == [(Queue.EXECUTE, second.id)]


@pytest.mark.law("E10")
def test_a_worker_that_is_going_away_pokes_for_what_it_does_not_take(engine: Engine) -> None:
    # given a worker that is told to end while the model answers
    hand = Hand()
    equip(engine, hand.tool("look_far", effect=Effect.READ))
    uses(engine.rehearsal, ("look_far", "one"))
    _, run = engine.asks("ann", "look")
    room = replace(working(engine), draining=lambda: bool(engine.calls(run.id)))

    # when its Turn has ended
    drive(room, Queue.ADVANCE, run.id)

    # then the call is left to others
    (call,) = engine.calls(run.id)
    assert engine.pokes.sent == [(Queue.EXECUTE, call.id)]
    assert hand.done == []


@pytest.mark.law("E21")
@pytest.mark.failure_mode(23)
def test_an_answer_that_has_to_wait_does_not_hold_up_the_end_of_its_sign(engine: Engine) -> None:
    # given a Slack that has no room for the answer
    says(engine.rehearsal, "Hello.")
    posted, run = engine.asks("ann", "hello")
    engine.rehearsal.fault("ratelimited", POST, seconds=30)

    # when the Run ends
    drive(working(engine), Queue.ADVANCE, run.id)

    # then the answer waits, and somebody is poked for the sign
    assert engine.answers(posted) == []
    sign_off = next(one for one in deliveries_of(engine, run) if not one.terminal)
    assert (Queue.DELIVER, sign_off.id) in engine.pokes.sent


@pytest.mark.law("E3")
@pytest.mark.law("E21")
def test_who_ends_a_run_takes_its_answer_under_a_lease_like_any_other(engine: Engine) -> None:
    # given an answer that another holds: its worker was lost while it sent it
    says(engine.rehearsal, "Hello.")
    posted, run = engine.asks("ann", "hello")
    advance(engine.room, run.id)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    lost_while_sending(engine, last.id, ELSEWHERE)

    # when workers come
    drive(working(engine), Queue.DELIVER, last.id)

    # then nobody sends it before that lease has ended
    assert engine.answers(posted) == []
