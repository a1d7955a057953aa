"""Pokes that come twice, late, in the wrong order, or for what is over: hints only, the claim decides (E6, E10)."""

import random
from concurrent.futures import wait
from dataclasses import replace

import pytest

from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.runs.life import State
from app.worker.tasks import drive
from tests.given.engines import Engine
from tests.given.invariants import assert_invariants
from tests.given.plain_tools import Hand, equip
from tests.given.pokes import Pokes
from tests.given.replies import hold_model, release_model, says, sent, until_model_held, uses
from tests.given.time import move
from tests.given.waiting import at_once
from tests.given.workers import LEASE, another_room
from tools.contract import Effect


@pytest.mark.law("E6")
@pytest.mark.failure_mode(43)
def test_a_task_that_the_broker_delivers_again_while_it_runs_does_nothing(postgres_engine: Engine) -> None:
    # given a Run whose Turn takes long, and a broker that takes its worker for dead
    engine = postgres_engine
    posted, run = engine.asks("ann", "hello")
    says(engine.rehearsal, "Hello.", times=2)
    hold_model(engine.rehearsal)
    with at_once() as pool:
        first = pool.submit(advance, engine.room, run.id)
        until_model_held(engine.rehearsal)

        # when the same poke comes again, here and in another process
        fence = engine.run(run.id).fence
        took = [advance(room, run.id) for room in (engine.room, another_room(engine))]
        still = engine.run(run.id).fence
        release_model(engine.rehearsal)

        # then nobody else has begun, the first one finishes, and one answer stands there
        assert (took, still) == ([False, False], fence)
        assert first.result(20)
    engine.work()
    assert len(sent(engine.rehearsal)) == 1
    assert engine.answers(posted) == ["Hello."]


@pytest.mark.law("E6")
@pytest.mark.law("E10")
@pytest.mark.failure_mode(43)
@pytest.mark.failure_mode(45)
def test_every_poke_of_a_request_thrice_shuffled_and_over_several_workers_changes_nothing(
    postgres_engine: Engine,
) -> None:
    # given a request that takes two acts, whose pokes are kept
    engine = postgres_engine
    hand = Hand()
    equip(engine, hand.tool("go", Effect.ACT))
    uses(engine.rehearsal, ("go", "one"), ("go", "other"))
    says(engine.rehearsal, "Gone.", times=3)
    posted, run = engine.asks("ann", "go")
    chance = random.Random(7)
    late: list[tuple[Queue, str]] = []

    def worker(room: Room, pokes: list[tuple[Queue, str]]) -> None:
        for queue, hint in pokes:
            drive(room, queue, hint)

    # when each is delivered three times in any order to three workers at once, until there are no new ones
    with at_once() as pool:
        for _ in range(20):
            new = [*engine.pokes.sent]
            engine.pokes.sent.clear()
            if not new and engine.run(run.id).ended_at is not None:
                break
            late += new
            thrice = new * 3
            chance.shuffle(thrice)
            rooms = [engine.room, *(replace(another_room(engine, f"w{at}|0|0|1|1"), poker=Pokes()) for at in range(2))]
            wait([pool.submit(worker, room, thrice[at::3]) for at, room in enumerate(rooms)])
            for work in (advance, execute, deliver):
                work(engine.room)

    # and when all of them come once more, long after
    move(engine.journal.database.clock, LEASE + 1)
    worker(engine.room, [*reversed(late), (Queue.EXECUTE, run.id), (Queue.ADVANCE, "nothing")])

    # then each act happened once, and one answer stands there
    assert engine.run(run.id).status is State.DONE
    assert sorted(hand.done) == ["one", "other"]
    assert engine.answers(posted) == ["Gone."]
    assert_invariants(engine.journal)


@pytest.mark.law("E5")
@pytest.mark.law("E6")
@pytest.mark.parametrize("jump", [LEASE + 1, -3_000.0])
def test_a_clock_that_jumps_while_a_turn_runs_gives_nobody_its_lease_twice(
    postgres_engine: Engine, jump: float
) -> None:
    # given a Run whose Turn is under way
    engine = postgres_engine
    posted, run = engine.asks("ann", "hello")
    says(engine.rehearsal, "Hello.", times=3)
    hold_model(engine.rehearsal)
    with at_once() as pool:
        first = pool.submit(advance, engine.room, run.id)
        until_model_held(engine.rehearsal)
        mine = engine.run(run.id).fence

        # when the clock jumps ahead of its lease, or back, and another worker comes
        move(engine.journal.database.clock, jump)
        took = advance(another_room(engine), run.id)

        # then that one took it over with a fence of its own, or did not get it; and whoever has the fence stores
        fence = engine.run(run.id).fence
        release_model(engine.rehearsal)
        assert took == (fence > mine)
        assert first.result(20)
    move(engine.journal.database.clock, 2 * LEASE + 2)
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Hello."]
    assert_invariants(engine.journal)
