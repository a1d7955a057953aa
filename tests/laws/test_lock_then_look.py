"""E1: every transaction that touches a Run locks its row before it reads or changes anything of it."""

import threading

import pytest
from sqlalchemy import select

from agents.engine.advance import advance
from agents.engine.execute import execute
from agents.journal import inputs, runs, toolcalls
from agents.journal.audit import HEADS
from agents.journal.runs import RUNS
from agents.journal.threads import THREADS
from agents.journal.transaction import Transaction
from agents.journal.workspaces import NUMBERS
from agents.posts import Became
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import hold_model, release_model, says, until_model_held, uses
from tests.given.waiting import at_once, held_open, lock_heads, until, until_stuck
from tests.given.workers import calls_of, claimed
from tools.contract import Effect


@pytest.mark.law("E1")
@pytest.mark.parametrize("first", ["one", "two"])
def test_of_two_workers_who_settle_the_last_two_calls_at_once_one_makes_the_run_due(
    postgres_engine: Engine, first: str
) -> None:
    # given a Run with two calls, each under way on a worker of its own
    engine, goes = postgres_engine, {"one": threading.Event(), "two": threading.Event()}
    hand = Hand(does=lambda what: assert_set(goes[what]))
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    assert advance(engine.room)
    with at_once() as pool:
        workers = [pool.submit(execute, engine.room), pool.submit(execute, engine.room)]
        until(lambda: len(hand.done) == 2, "both calls under way")

        # when both come to settle while the Run is locked, one after the other, and then go on
        held, locking = held_open(pool, engine.journal, lambda tx: runs.lock(tx, run.id))
        goes[first].set()
        until_stuck(engine.journal, 1)
        goes["two" if first == "one" else "one"].set()
        until_stuck(engine.journal, 2)
        held.let_go()
        assert locking.result() is not None
        assert all(worker.result() for worker in workers)

    # then the second of them saw that nothing is left, and the Run is due now
    standing = engine.run(run.id)
    assert (standing.pending, standing.open) == (0, 0)
    assert run.id in [row[0] for row in engine.journal.read(lambda tx: runs.due(tx, 9))]


@pytest.mark.law("E1")
@pytest.mark.failure_mode(35)
def test_an_input_that_arrives_while_done_is_written_starts_the_next_run(postgres_engine: Engine) -> None:
    # given a Run whose answer is being committed
    engine = postgres_engine
    says(engine.rehearsal, "The answer.", times=2)
    posted, run = engine.asks("ann", "hello")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        held, _ = held_open(pool, engine.journal, lock_heads)
        release_model(engine.rehearsal)
        until_stuck(engine.journal, 1)

        # when a follow-up arrives at that moment
        hearing = pool.submit(engine.says, "ann", "and the South?", thread=posted.ts)
        until_stuck(engine.journal, 2)
        held.let_go()
        working.result()
        _, receipt = hearing.result()

    # then the first Run is done, and the follow-up is the request of the next
    assert engine.run(run.id).status is State.DONE
    assert receipt.became is Became.STARTED
    assert receipt.run_id != run.id
    engine.work()
    assert engine.run(receipt.run_id).status is State.DONE


@pytest.mark.law("E1")
@pytest.mark.failure_mode(35)
def test_an_input_that_is_written_just_before_done_is_read_before_the_run_ends(postgres_engine: Engine) -> None:
    # given a Run whose model call is over, and a follow-up that is being committed
    engine = postgres_engine
    says(engine.rehearsal, "The answer.", times=2)
    posted, run = engine.asks("ann", "hello")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        held, _ = held_open(pool, engine.journal, lock_heads)
        hearing = pool.submit(engine.says, "ann", "and the South?", thread=posted.ts)
        until_stuck(engine.journal, 1)

        # when the answer comes to be stored at that moment
        release_model(engine.rehearsal)
        until_stuck(engine.journal, 2)
        held.let_go()
        _, receipt = hearing.result()
        working.result()

    # then the follow-up joined the Run, which read it before it ended
    assert receipt.became is Became.JOINED
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert not engine.journal.read(lambda tx: inputs.any_unread(tx, run.id))
    assert engine.run(run.id).turns == 2


@pytest.mark.law("E1")
def test_a_heartbeat_waits_for_nobody_but_its_own_row(postgres_engine: Engine) -> None:
    # given a Run and a call that workers hold, and everything else locked by others
    engine, hand = postgres_engine, Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    advance(engine.room)
    call = calls_of(engine, run)[0]
    room = engine.room

    def lock_the_rest(tx: Transaction) -> None:
        for table in (THREADS, NUMBERS, HEADS):
            tx.rows(select(table).with_for_update(key_share=True))

    def lock_the_run(tx: Transaction) -> None:
        lock_the_rest(tx)
        tx.rows(select(RUNS).with_for_update(key_share=True))

    lease = room.claims.lease_us
    mine = engine.journal.write(lambda tx: toolcalls.claim(tx, call.id, room.claims.owner, lease))
    assert mine is not None
    with at_once() as pool:
        # when both are renewed, then neither waits
        held, _ = held_open(pool, engine.journal, lock_the_run)
        renewed = pool.submit(
            engine.journal.write, lambda tx: toolcalls.renew(tx, call.id, mine.fence, room.claims.owner, lease)
        )
        assert renewed.result(5)
        held.let_go()
        engine.journal.write(lambda tx: runs.make_due(tx, run.id))
        ours = claimed(engine, run.id, room.claims.owner)
        held, _ = held_open(pool, engine.journal, lock_the_rest)
        renewed = pool.submit(
            engine.journal.write, lambda tx: runs.renew(tx, run.id, ours.fence, room.claims.owner, lease)
        )
        assert renewed.result(5)
        held.let_go()


def assert_set(event: threading.Event) -> None:
    """Wait for the test's word."""
    assert event.wait(20)
