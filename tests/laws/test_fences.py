"""E3: a status write names what it leaves, under its fence; a Run has one last message."""

import pytest

from agents.deliveries.life import Kind
from agents.deliveries.life import State as DeliveryState
from agents.engine.advance import advance
from agents.journal import deliveries, planning, runs, toolcalls, turns
from agents.journal.transaction import Journal, Transaction
from agents.planner.life import State as TurnState
from agents.runs.life import State
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import uses
from tests.given.time import move
from tests.given.waiting import at_once, held_open, until_stuck
from tests.given.workers import LEASE, begun, calls_of, claimed
from tests.given.workspaces import a_thread, a_workspace
from tools.contract import Effect


@pytest.mark.law("E3")
@pytest.mark.failure_mode(34)
def test_a_run_is_not_moved_by_a_worker_whose_claim_was_taken_over(engine: Engine) -> None:
    # given a worker that claimed a Run and stalled, and another that claimed it after the lease had run out
    _, run = engine.asks("ann", "hello")
    stalled = claimed(engine, run.id)
    move(engine.journal.database.clock, LEASE + 1)
    other = claimed(engine, run.id, "another|0|0|1|1")

    # when the first wakes up and writes
    wrote = engine.journal.write(lambda tx: runs.move(tx, stalled, State.WORKING, fence=stalled.fence, actor="late"))
    gave = engine.journal.write(lambda tx: runs.give_back(tx, run.id, due_at=1, fence=stalled.fence))

    # then nothing was written
    assert (wrote, gave) == (False, False)
    standing = engine.run(run.id)
    assert (standing.status, standing.lease_owner, standing.due_at) == (State.QUEUED, other.lease_owner, run.due_at)


@pytest.mark.law("E3")
def test_a_call_is_not_settled_by_a_worker_whose_claim_was_taken_over(engine: Engine) -> None:
    # given a read that a stalled worker began and another took over
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    advance(engine.room)
    call = calls_of(engine, run)[0]
    stalled = begun(engine, call.id)
    move(engine.journal.database.clock, LEASE + 1)
    assert stalled is not None
    assert begun(engine, call.id, "another|0|0|1|1") is not None

    # when the first comes with a result
    wrote = engine.journal.write(
        lambda tx: toolcalls.move(
            tx, stalled.call, CallState.SUCCEEDED, fence=stalled.call.fence, actor="late", said={}
        )
    )

    # then the call goes on as it was
    assert not wrote
    assert calls_of(engine, run)[0].status is CallState.RUNNING


@pytest.mark.law("E3")
def test_a_turn_is_not_ended_by_a_worker_whose_claim_was_taken_over(engine: Engine) -> None:
    # given a Turn that a stalled worker started
    _, run = engine.asks("ann", "hello")
    stalled = claimed(engine, run.id)
    turn = engine.journal.write(
        lambda tx: turns.start(tx, stalled, "t1", input_ids=[], request_digest="d", actor="worker:late")
    )

    # when another worker's claim has broken it, and the first comes with a reply
    def end(tx: Transaction, to: TurnState) -> bool:
        return turns.move(tx, stalled, turn, to, actor="late", said={})

    assert engine.journal.write(lambda tx: end(tx, TurnState.BROKEN))

    # then there is nothing to write
    assert not engine.journal.write(lambda tx: end(tx, TurnState.COMPLETE))
    assert engine.journal.read(lambda tx: turns.started(tx, run.id)) is None


@pytest.mark.law("E3")
def test_a_delivery_is_not_moved_by_a_worker_whose_claim_was_taken_over(engine: Engine) -> None:
    # given a Delivery that a stalled worker claimed and another took over
    _, run = engine.asks("ann", "hello")
    planned = engine.journal.write(
        lambda tx: planning.plan(
            tx,
            workspace_id=run.workspace_id,
            thread_id=run.thread_id,
            run_id=run.id,
            kind=Kind.NOTICE,
            text="so far",
            actor="worker:1",
        )
    )
    assert planned is not None
    lease = int(LEASE * 1_000_000)
    stalled = engine.journal.write(lambda tx: deliveries.claim(tx, planned, "one|0|0|1|1", lease))
    move(engine.journal.database.clock, LEASE + 1)
    assert engine.journal.write(lambda tx: deliveries.claim(tx, planned, "two|0|0|1|1", lease)) is not None

    # when the first says that it is sending
    assert stalled is not None
    wrote = engine.journal.write(
        lambda tx: deliveries.move(tx, stalled, DeliveryState.SENDING, fence=stalled.fence, actor="late", said={})
    )

    # then nothing was written
    assert not wrote
    standing = engine.journal.read(lambda tx: deliveries.by_id(tx, planned))
    assert standing is not None
    assert standing.status is DeliveryState.PLANNED


@pytest.mark.law("E3")
@pytest.mark.failure_mode(17)
@pytest.mark.usefixtures("broken_on_purpose")
def test_of_two_last_messages_that_are_planned_at_once_one_is_stored(postgres_journal: Journal) -> None:
    # given a Run, and two transactions that end it without knowing of each other
    workspace = a_workspace(postgres_journal)
    thread_id = a_thread(postgres_journal, workspace)
    values = {
        "workspace_id": workspace.id,
        "thread_id": thread_id,
        "model": "m",
        "requester": "U1",
        "request_ts": "1.1",
    }

    def plan(tx: Transaction) -> str | None:
        return planning.plan(
            tx,
            workspace_id=workspace.id,
            thread_id=thread_id,
            run_id="r1",
            kind=Kind.ANSWER,
            terminal=True,
            text="the answer",
            actor="worker:1",
        )

    postgres_journal.write(lambda tx: runs.create(tx, id="r1", number=1, **values))

    # when both plan its last message
    with at_once() as pool:
        held, first = held_open(pool, postgres_journal, plan)
        second = pool.submit(postgres_journal.write, plan)
        until_stuck(postgres_journal, 1)
        held.let_go()

        # then the second learns that there is one
        assert first.result() is not None
        assert second.result() is None
    assert len(postgres_journal.read(lambda tx: deliveries.of_run(tx, "r1"))) == 1
