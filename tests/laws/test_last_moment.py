"""E8: a claim has a last moment. E9: before a call to the surface, look at the lease. E1: what a heartbeat survives."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import text

from agents.deliveries.life import State as DeliveryState
from agents.engine.advance import advance
from agents.engine.burying import bury
from agents.engine.deliver import deliver
from agents.engine.lease import MOST_LOST, Claim, Claims, Kind
from agents.journal import runs
from agents.journal.transaction import Journal
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.waiting import until
from tests.given.workers import LEASE, begun, calls_of, deliveries_of, lost_while_sending
from tests.given.workspaces import a_thread, a_workspace
from tools.contract import Effect, FindProof, ToolResult


@pytest.fixture
def drained() -> threading.Event:
    return threading.Event()


@pytest.fixture
def claims(postgres_journal: Journal, drained: threading.Event) -> Iterator[Claims]:
    """Claims with a lease of 1.5 s, renewed every 0.5 s: long enough for a busy machine."""
    made = Claims(postgres_journal, 1.5, drained.set)
    yield made
    made.close()


def held_runs(journal: Journal, claims: Claims, many: int, stack: ExitStack, last_moment: float) -> list[Claim]:
    """Claim so many Runs and keep them."""
    workspace, held = a_workspace(journal), []
    for at in range(many):
        values = {"workspace_id": workspace.id, "thread_id": a_thread(journal, workspace), "request_ts": "1.1"}
        journal.write(lambda tx, n=at, v=values: runs.create(tx, id=f"r{n}", number=n, model="m", requester="U", **v))  # type: ignore[misc]
        run = journal.write(lambda tx, n=at: runs.claim(tx, f"r{n}", claims.owner, claims.lease_us))  # type: ignore[misc]
        assert run is not None
        held.append(stack.enter_context(claims.held(Kind.RUN, run.id, run.fence, last_moment=last_moment)))
    return held


@pytest.mark.law("E8")
def test_a_claim_is_renewed_until_its_last_moment_and_then_its_thread_counts_as_lost(
    postgres_journal: Journal, claims: Claims, drained: threading.Event
) -> None:
    # given a worker with one claim that may take longer than one lease
    with ExitStack() as stack:
        (claim,) = held_runs(postgres_journal, claims, 1, stack, last_moment=2.4)
        begun_at = time.monotonic()

        # when its thread does not come back
        until(claim.lost.is_set, "the last moment")

        # then it was renewed past its first lease, and not past its last moment
        assert time.monotonic() - begun_at > claims.lease
        assert claims.lost_threads() == 1
        assert not claim.alive()
        until(lambda: postgres_journal.read(lambda tx: runs.due(tx, 5)), "the Run may be claimed by another")
        assert not drained.is_set()
    assert claims.lost_threads() == 0


@pytest.mark.law("E8")
def test_a_worker_with_three_lost_threads_drains(
    postgres_journal: Journal, claims: Claims, drained: threading.Event
) -> None:
    # given a worker with three claims, when none of their threads comes back, then it drains, and not at the second
    with ExitStack() as stack:
        held_runs(postgres_journal, claims, 2, stack, last_moment=0.1)
        until(lambda: claims.lost_threads() == 2, "two lost threads")
        assert not drained.is_set()
        journal = postgres_journal
        third = claims.held(Kind.RUN, "r9", 1, last_moment=0.1)
        stack.enter_context(third)
        until(drained.is_set, "the worker drains")
        assert claims.lost_threads() == MOST_LOST == 3
        assert journal.read(lambda tx: len(runs.listed(tx))) == 2


@pytest.mark.law("E8")
def test_each_turn_of_a_claim_has_a_last_moment_of_its_own(postgres_journal: Journal, claims: Claims) -> None:
    # given a claim that is past its last moment but has begun its next Turn in time
    with ExitStack() as stack:
        (claim,) = held_runs(postgres_journal, claims, 1, stack, last_moment=0.3)
        claim.begin_anew()
        ends = time.monotonic() + 2.0

        # when more than the first last moment goes by
        until(lambda: time.monotonic() > ends, "two seconds")

        # then it is held still
        assert claim.alive()
        assert claims.lost_threads() == 0


@pytest.mark.law("E8")
def test_one_claim_that_cannot_be_renewed_does_not_end_the_heartbeat_of_the_others(
    postgres_journal: Journal, claims: Claims
) -> None:
    # given a claim whose renewal raises what no code expects: its table is gone
    with ExitStack() as stack:
        stack.enter_context(claims.held(Kind.CALL, "c1", 1, last_moment=60))
        (claim,) = held_runs(postgres_journal, claims, 1, stack, last_moment=60)
        postgres_journal.write(lambda tx: tx.run(text("ALTER TABLE tool_call RENAME TO gone")))
        ends = time.monotonic() + 2.5

        # when more than a lease's time goes by
        until(lambda: time.monotonic() > ends, "two and a half seconds")

        # then the other is held still
        alive = claim.alive()
        postgres_journal.write(lambda tx: tx.run(text("ALTER TABLE gone RENAME TO tool_call")))
        assert alive
        assert not postgres_journal.read(lambda tx: runs.due(tx, 5))


@pytest.mark.law("E9")
def test_a_lease_counts_from_before_the_statement_that_claimed_it() -> None:
    # given a worker that stalled for 25 s between its claim and its call
    stalled = Claim(Kind.DELIVERY, "d1", 1, 30.0, 600.0, time.monotonic() - 25)

    # when it asks whether its lease outlives a call of 10 s, then it does not, while that of one who did not stall does
    assert stalled.alive()
    assert not stalled.outlives(10)
    assert Claim(Kind.DELIVERY, "d1", 1, 30.0, 600.0, time.monotonic()).outlives(10)


@pytest.mark.law("E9")
def test_a_post_is_not_begun_when_the_lease_would_end_first(postgres_engine: Engine) -> None:
    # given a worker whose lease is shorter than a call may take
    engine = postgres_engine
    says(engine.rehearsal, "The answer.")
    _, run = engine.asks("ann", "hello")
    advance(engine.room)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    engine.room = replace(engine.room, claims=Claims(engine.journal, 0.3))
    engine.room.claims.call_deadline = 10.0

    # when it takes up the answer
    deliver(engine.room, last.id)

    # then nothing was posted, and another worker may do it later
    assert engine.rehearsal.calls("chat.postMessage") == []
    standing = next(one for one in deliveries_of(engine, run) if one.terminal)
    assert standing.status is DeliveryState.SENDING
    engine.room.claims.close()


@pytest.mark.law("E9")
def test_who_takes_over_a_post_waits_for_the_lost_workers_last_call_to_end(engine: Engine) -> None:
    # given an answer whose worker on another machine was lost while it sent it
    says(engine.rehearsal, "The answer.")
    posted, run = engine.asks("ann", "hello")
    advance(engine.room)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    lost_while_sending(engine, last.id, "elsewhere|0|0|1|1")

    # when another takes it over right after the lease's end
    move(engine.journal.database.clock, LEASE + 1)
    engine.work()

    # then it does not even look before the deadline of a call has passed, and then it looks twice
    assert engine.rehearsal.calls("conversations.replies") == []
    move(engine.journal.database.clock, LEASE + 12)
    engine.work()
    assert len(engine.rehearsal.calls("conversations.replies")) == 1
    assert engine.answers(posted) == []
    move(engine.journal.database.clock, LEASE + 18)
    engine.work()
    assert engine.answers(posted) == ["The answer."]


@pytest.mark.law("E9")
@pytest.mark.parametrize("known_dead", [False, True])
def test_who_takes_over_a_write_that_can_be_found_waits_for_the_tools_limit_unless_its_worker_is_known_dead(
    engine: Engine, known_dead: bool
) -> None:
    # given a write with `find` whose worker was lost inside it
    found: list[str] = []

    def find(wanted: object, context: object) -> ToolResult | None:
        found.append("looked")
        return None

    hand = Hand()
    equip(engine, hand.tool("keep", Effect.WRITE, proof=FindProof(find), seconds=60))
    uses(engine.rehearsal, ("keep", "one"), ("keep", "two"))
    says(engine.rehearsal, "Kept.")
    _, run = engine.asks("ann", "keep both")
    advance(engine.room)
    call = calls_of(engine, run)[0]
    assert begun(engine, call.id) is not None

    # when its lease is over, by itself or because the process is known to be dead
    if known_dead:
        assert bury(engine.room, "elsewhere|0|0|1|1") == 1
    else:
        move(engine.journal.database.clock, LEASE + 1)
    engine.work()

    # then it is looked for at once, or when the tool's limit is over too
    assert found == (["looked"] if known_dead else [])
    move(engine.journal.database.clock, LEASE + 62)
    engine.work()
    assert found == ["looked"]
    assert sorted(hand.done) == ["one", "two"]
