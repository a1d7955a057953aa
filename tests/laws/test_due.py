"""E7: every unended Run has a due time, whatever a claim of it found."""

import pytest

from agents.engine.advance import advance
from agents.engine.execute import execute
from agents.engine.room import BACKSTOP
from agents.journal import runs
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.invariants import assert_invariants
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, sent, uses
from tests.given.time import move
from tests.given.workers import calls_of
from tools.contract import Effect, Unavailable


def due_in(engine: Engine, run_id: str) -> float:
    """Seconds until a Run is due."""
    due_at = engine.run(run_id).due_at
    assert due_at is not None
    return (due_at - engine.journal.read(lambda tx: tx.now())) / 1_000_000


@pytest.mark.law("E7")
def test_a_run_that_waits_for_its_calls_comes_up_again_by_itself_and_counts(engine: Engine) -> None:
    # given a Run whose two calls are allowed and whose counters somebody has spoilt
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    advance(engine.room)
    assert 500 < due_in(engine, run.id) <= BACKSTOP / 1_000_000
    assert not advance(engine.room)
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, pending=7, open=7))

    # when the backstop comes
    move(engine.journal.database.clock, 601)
    assert advance(engine.room)

    # then the counters are those of the rows, no Turn was started, and the Run will come up again
    standing = engine.run(run.id)
    assert (standing.pending, standing.open) == (2, 2)
    assert len(sent(engine.rehearsal)) == 1
    assert due_in(engine, run.id) > 500
    says(engine.rehearsal, "Looked.")
    engine.work()


@pytest.mark.law("E7")
def test_a_run_with_a_lost_wake_up_is_answered_at_its_backstop(engine: Engine) -> None:
    # given a Run whose calls are all settled, and of which nobody said that it is due
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    advance(engine.room)
    while execute(engine.room):
        pass
    later = engine.journal.read(lambda tx: tx.now()) + BACKSTOP
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, due_at=later))
    assert not advance(engine.room)

    # when the backstop comes
    says(engine.rehearsal, "Looked.")
    move(engine.journal.database.clock, 601)
    engine.work()

    # then it goes on to its end
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E7")
def test_a_run_whose_model_failed_waits_longer_each_time_and_an_input_makes_it_due_at_once(engine: Engine) -> None:
    # given a model that breaks off three times
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "cut", "count": 3, "after": 2})
    posted, run = engine.asks("ann", "hello")
    waits, ahead = [], 0.0

    # when the Run is tried again each time it is due
    for _ in range(3):
        assert advance(engine.room)
        assert_invariants(engine.journal)
        assert engine.run(run.id).status is State.WAITING
        waits.append(due_in(engine, run.id))
        assert not advance(engine.room)
        ahead += waits[-1] + 0.1
        if len(waits) < 3:
            move(engine.journal.database.clock, ahead)

    # then each wait was about twice the one before
    assert waits[0] < waits[1] < waits[2]
    assert waits[2] > 3 * waits[0]

    # and when somebody speaks meanwhile, then nothing is waited for
    engine.says("ann", "are you there?", thread=posted.ts)
    assert due_in(engine, run.id) <= 0
    engine.work()
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E7")
def test_a_busy_model_costs_no_attempt(engine: Engine) -> None:
    # given a model that asks to wait, more often than there are attempts
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "rate_limit", "count": 7, "retry_after": 20})
    _, run = engine.asks("ann", "hello")

    # when the Run waits each time as asked
    for at in range(1, 8):
        assert advance(engine.room)
        assert 15 < due_in(engine, run.id) <= 20
        move(engine.journal.database.clock, at * 21.0)
    engine.work()

    # then it is answered in the end
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E7")
@pytest.mark.law("E17")
def test_a_run_whose_quick_read_has_to_wait_is_due_after_it(engine: Engine) -> None:
    # given a lone quick read that is asked to wait once
    times = []

    def wait_once(what: str) -> None:
        times.append(what)
        if len(times) == 1:
            raise Unavailable("busy", retry_after=30)

    hand = Hand(does=wait_once)
    equip(engine, hand.tool("look", Effect.READ, quick=True))
    uses(engine.rehearsal, ("look", "one"))
    says(engine.rehearsal, "Looked.")
    _, run = engine.asks("ann", "look")

    # when workers work, before its time and after
    engine.work()
    assert len(times) == 1
    assert engine.run(run.id).due_at is not None
    assert calls_of(engine, run)[0].attempts == 0
    move(engine.journal.database.clock, 31)
    engine.work()

    # then it ran again and the Run is answered
    assert len(times) == 2
    assert engine.run(run.id).status is State.DONE
