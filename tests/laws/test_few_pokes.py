"""E10: pokes are few."""

from dataclasses import replace

import pytest

from agents.engine.poke import Queue
from agents.engine.sweeper import find_sweeps
from agents.engine.sweeps.due import FIRST_PAUSE, LONGEST_PAUSE, Memory
from agents.journal import processes, runs
from agents.runs.life import State
from app.worker.tasks import drive
from tests.given.engines import Engine
from tests.given.pokes import Pokes
from tests.given.replies import says
from tests.given.time import move
from tests.given.workers import claimed


class Hands(Pokes):
    """Pokes with so many of them waiting already."""

    def __init__(self, waiting: int = 0) -> None:
        super().__init__()
        self.waiting = waiting

    def backlog(self, queue: Queue) -> int:
        """Return what the test says."""
        return self.waiting


@pytest.mark.law("E10")
@pytest.mark.failure_mode(46)
def test_a_row_that_is_overdue_is_poked_once_and_again_when_its_due_time_or_its_fence_changed(engine: Engine) -> None:
    # given a Run whose poke was lost, and a sweep that remembers
    _, run = engine.asks("ann", "hello")
    pokes, sweep = Hands(), next(one for one in find_sweeps() if one.name == "due").begin()
    room = replace(engine.room, poker=pokes)

    # when it sweeps before two seconds have passed, then nothing is poked
    sweep(room)
    assert pokes.sent == []

    # when it sweeps three times after them, then the Run is poked once
    move(engine.journal.database.clock, 3)
    for _ in range(3):
        sweep(room)
    assert pokes.sent == [(Queue.ADVANCE, run.id)]

    # when a worker takes it and is lost, then it is poked once more after the lease's end
    claimed(engine, run.id)
    sweep(room)
    assert len(pokes.sent) == 1
    move(engine.journal.database.clock, 40)
    for _ in range(3):
        sweep(room)
    assert len(pokes.sent) == 2

    # when it has a new due time that has come, then it begins afresh
    engine.journal.write(lambda tx: runs.make_due(tx, run.id))
    move(engine.journal.database.clock, 80)
    sweep(room)
    assert len(pokes.sent) == 3


@pytest.mark.law("E10")
def test_a_row_that_stays_due_is_poked_more_and_more_seldom() -> None:
    # given a memory of what was poked, and a clock that the test turns
    at = [100.0]
    memory = Memory(lambda: at[0])
    pauses = []

    # when one row stays due for half an hour
    last = at[0]
    assert memory.may("r1", 1, 1)
    while at[0] < 1_900:
        at[0] += 0.5
        memory.forget_old()
        if memory.may("r1", 1, 1):
            pauses.append(at[0] - last)
            last = at[0]

    # then it was poked after 2 s, 4 s, 8 s and so on, to a minute
    assert pauses[:5] == [FIRST_PAUSE, 4.0, 8.0, 16.0, 32.0]
    assert set(pauses[5:]) == {LONGEST_PAUSE}


@pytest.mark.law("E10")
@pytest.mark.parametrize(
    ("slots", "waiting", "poked"), [(1, 0, 2), (2, 0, 4), (2, 3, 1), (2, 4, 0), (2, 9, 0), (0, 0, 2)]
)
def test_the_queue_is_topped_up_to_twice_the_live_slots(engine: Engine, slots: int, waiting: int, poked: int) -> None:
    # given six Runs that are overdue, workers with so many slots, and so many pokes that wait
    due = [engine.asks("ann", f"hello {at}")[1].id for at in range(6)]
    if slots:
        engine.journal.write(lambda tx: processes.say_alive(tx, "w1", slots=slots, lost_threads=0))
    pokes = Hands(waiting)
    move(engine.journal.database.clock, 3)

    # when it is swept
    next(one for one in find_sweeps() if one.name == "due").begin()(replace(engine.room, poker=pokes))

    # then those longest due are poked first
    assert [hint for _, hint in pokes.sent] == due[:poked]


@pytest.mark.law("E10")
def test_a_row_that_raises_does_not_starve_those_behind_it(engine: Engine) -> None:
    # given a Run whose claim raises whatever is done, longest due of all, and another behind it
    _, broken = engine.asks("ann", "hello")
    _, sound = engine.asks("ben", "hello")
    says(engine.rehearsal, "Fine.", times=2)
    engine.journal.write(lambda tx: runs.set_fields(tx, broken.id, status="no such state"))

    # when a worker comes for whatever is due
    pokes = Hands()
    drive(replace(engine.room, poker=pokes), Queue.ADVANCE)

    # then the one behind was worked, and nobody is sent running after the broken one without end
    engine.journal.write(lambda tx: runs.set_fields(tx, broken.id, status=State.QUEUED.value))
    assert engine.run(sound.id).status is State.DONE
    assert [queue for queue, _ in pokes.sent if queue is Queue.ADVANCE] == []
