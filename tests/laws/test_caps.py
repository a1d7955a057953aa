"""E7, E10: caps of a scope count under its row's lock; what they keep back waits, costs nothing, and gets its turn."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from agents.engine.advance import advance
from agents.engine.execute import execute
from agents.engine.room import Room
from agents.fairness import Scope, Shares
from agents.journal import processes, runs, scopes
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore
from agents.runs.life import Run, State
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.waiting import at_once, held_open, until_stuck
from tests.given.workers import begun, calls_of, claimed
from tools.contract import Effect


def with_shares(engine: Engine, shares: Shares) -> Room:
    """Return the engine's room under other shares."""
    return replace(engine.room, conduct=replace(engine.room.conduct, shares=shares))


ONE_A_PERSON = Shares(at_most=(0, 0, 1))


@pytest.mark.law("E2")
@pytest.mark.law("E10")
def test_of_two_workers_who_claim_for_one_person_at_once_the_second_counts_what_the_first_has(
    postgres_engine: Engine,
) -> None:
    # given two Runs of one person, who may have one under way
    engine, room = postgres_engine, with_shares(postgres_engine, ONE_A_PERSON)
    says(engine.rehearsal, "Done.", times=2)
    first, second = (engine.asks("ann", f"hello {at}")[1] for at in range(2))
    row = next(one for one in engine.journal.read(lambda tx: runs.DUE.first(tx, 9)) if one.id == first.id)

    def claim(tx: Transaction) -> Run | None:
        runs.lock(tx, first.id)
        scopes.lock(tx, row.scope)
        return runs.claim(tx, first.id, "elsewhere|0|0|1|1", 30_000_000)

    with at_once() as pool:
        # when one has claimed the first and has not committed, and another comes for the second
        held, claiming = held_open(pool, engine.journal, claim)
        coming = pool.submit(advance, room)
        until_stuck(engine.journal, 1)
        held.let_go()

        # then it waits for the scope's row, counts the first, and leaves the second alone
        assert claiming.result() is not None
        assert coming.result() is False
    kept = engine.run(second.id)
    assert (kept.status, kept.attempts, kept.fence, kept.turns) == (State.QUEUED, 0, 0, 0)

    # then it is looked at again in two seconds, and not before
    ahead = (kept.due_at or 0) - engine.journal.read(lambda tx: tx.now())
    assert 0 < ahead <= 2_000_000


@pytest.mark.law("E7")
def test_what_a_cap_keeps_back_is_worked_as_soon_as_there_is_room(engine: Engine) -> None:
    # given a person who may have one Turn under way, and has it
    room = with_shares(engine, ONE_A_PERSON)
    says(engine.rehearsal, "Done.", times=3)
    asked = [engine.asks("ann", f"hello {at}")[1] for at in range(3)]
    claimed(engine, asked[0].id)

    # when a worker comes, then the others wait where they are
    assert not advance(room)
    assert [engine.run(one.id).status for one in asked[1:]] == [State.QUEUED] * 2

    # when that worker is lost, then all of them are answered, oldest first
    move(engine.journal.database.clock, 40)
    while advance(room):
        pass
    ended = [engine.run(one.id) for one in asked]
    assert {one.status for one in ended} == {State.DONE}
    assert sorted(ended, key=lambda one: one.ended_at or 0) == ended


@pytest.mark.law("E10")
def test_another_persons_run_is_not_kept_back(engine: Engine) -> None:
    # given someone who has all that a person may have, and more waiting
    room = with_shares(engine, ONE_A_PERSON)
    says(engine.rehearsal, "Done.")
    anns = [engine.asks("ann", f"hello {at}")[1] for at in range(2)]
    claimed(engine, anns[0].id)
    _, bens = engine.asks("ben", "hello")

    # when a worker comes, then it takes the other's
    assert advance(room, anns[1].id)
    assert engine.run(bens.id).status is State.DONE


@pytest.mark.law("E10")
def test_calls_count_as_runs_do_and_a_worker_that_reads_by_itself_counts_once(postgres_engine: Engine) -> None:
    # given a Run with two calls under a cap of one a person
    engine, hand = postgres_engine, Hand()
    equip(engine, hand.tool("look", Effect.READ))
    room = with_shares(engine, ONE_A_PERSON)
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    assert advance(room)

    # when one is under way elsewhere, then the second is put off
    one, two = calls_of(engine, run)
    assert begun(engine, one.id) is not None
    assert not execute(room)
    assert calls_of(engine, run)[1].attempts == two.attempts
    # then what is held is counted for the person whose Run it is
    [(scope, many)] = engine.journal.read(scopes.work_held).items()
    assert (scope.person, many) == (run.requester, 1)


@pytest.mark.law("E10")
def test_nobody_holds_more_than_a_share_of_the_workers(engine: Engine) -> None:
    # given workers with four slots, of which one person may hold half
    room = with_shares(engine, Shares((0.75, 0.75, 0.5)))
    engine.journal.write(lambda tx: processes.say_alive(tx, "w1", slots=4, lost_threads=0))
    says(engine.rehearsal, "Done.", times=2)
    anns = [engine.asks("ann", f"hello {at}")[1] for at in range(4)]
    for one in anns[:2]:
        claimed(engine, one.id)

    # when another worker comes, then there is nothing for it to do
    assert not advance(room)

    # when someone else asks, then there is
    _, bens = engine.asks("ben", "hello")
    assert advance(room)
    assert engine.run(bens.id).status is State.DONE


@pytest.mark.law("E2")
def test_scope_rows_are_made_once_and_locked_widest_first(postgres_engine: Engine) -> None:
    # given two transactions that lock overlapping scopes, which nobody has locked before
    journal = postgres_engine.journal
    ann, ben = Scope("W", "C", "ann"), Scope("W", "C", "ben")
    with at_once() as pool:
        held, _ = held_open(pool, journal, lambda tx: scopes.lock(tx, ann))
        waiting = pool.submit(journal.write, lambda tx: scopes.lock(tx, ben))
        # when the second comes, then it waits for the first at what both need, and holds nothing narrower meanwhile
        until_stuck(journal, 1)
        bens = {"workspace_id": "W", "channel": "C", "person": "ben"}
        pool.submit(journal.write, lambda tx: insert_or_ignore(tx, scopes.SCOPES, bens)).result(timeout=20)

        # and both get through, with one row for each scope
        held.let_go()
        waiting.result()
    rows = journal.read(lambda tx: tx.rows(select(*scopes.SCOPES.primary_key.columns)))
    people = [("W", "", ""), ("W", "C", ""), ("W", "C", "ann"), ("W", "C", "ben")]
    assert sorted(tuple(row.values()) for row in rows) == people
