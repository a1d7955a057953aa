"""Whether work gets on is told by what is due and by who has taken something, not by who lives."""

from agents.engine.advance import advance
from agents.engine.progress import progress
from tests.given.engines import Engine
from tests.given.replies import says
from tests.given.time import move
from tests.given.workers import claimed


def test_work_stands_still_when_something_is_due_for_long_and_nobody_works_on_anything(engine: Engine) -> None:
    # given nothing to do, when looked at, then work does not stand still
    assert engine.journal.read(progress).waiting_seconds == 0

    # given a Run that nobody has taken for a minute
    _, run = engine.asks("ann", "hello")
    assert not engine.journal.read(progress).stands_still(30)
    move(engine.journal.database.clock, 60)

    # when looked at, then work stands still
    found = engine.journal.read(progress)
    assert 60 <= found.waiting_seconds < 90
    assert found.stands_still(30)

    # when a worker has taken it, then it does not
    claimed(engine, run.id)
    found = engine.journal.read(progress)
    assert (found.waiting_seconds, found.leased) == (0, 1)
    assert not found.stands_still(30)


def test_many_due_rows_are_a_backlog_and_no_standstill_while_somebody_works(engine: Engine) -> None:
    # given two Runs that have been due for a minute, of which a worker now works on one
    _, first = engine.asks("ann", "hello")
    engine.asks("ben", "hello")
    move(engine.journal.database.clock, 60)
    claimed(engine, first.id)

    # when looked at, then the other waits, and work gets on
    found = engine.journal.read(progress)
    assert found.waiting_seconds >= 60
    assert not found.stands_still(30)


def test_nothing_is_due_when_all_is_answered(engine: Engine) -> None:
    # given a Run that was answered
    says(engine.rehearsal, "Hello.")
    engine.asks("ann", "hello")
    engine.work()

    # when looked at long after, then nothing waits
    move(engine.journal.database.clock, 60)
    assert not advance(engine.room)
    assert engine.journal.read(progress).waiting_seconds == 0
