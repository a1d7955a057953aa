"""A worker that takes nothing stops saying that it lives, and is ended only where the broker cannot be the reason."""

from dataclasses import dataclass, field

import pytest

from agents.journal import processes
from agents.journal.transaction import Journal
from app.worker.loop_watch import HOPELESS, STALLED, LoopWatch
from app.worker.signs_of_life import SignsOfLife

ME = "here|boot|1|1|1"


@dataclass
class Worker:
    """A worker whose loop and broker do as the test says."""

    journal: Journal
    at: float = 100.0
    broker: Exception | None = None
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watch = LoopWatch(clock=lambda: self.at)
        self.signs = SignsOfLife(
            self.journal,
            ME,
            slots=4,
            lost_threads=lambda: 1,
            watch=self.watch,
            reached=self.reached,
            end=self.ended.append,
        )

    def reached(self) -> None:
        """Answer for the broker."""
        if self.broker is not None:
            raise self.broker

    def rows(self) -> list[tuple[str, int, int]]:
        """Return what the journal knows of workers."""
        return [(one.owner, one.slots, one.lost_threads) for one in self.journal.read(processes.seen)]


@pytest.fixture
def worker(journal: Journal) -> Worker:
    """A worker on each database in turn."""
    return Worker(journal)


@pytest.mark.failure_mode(44)
def test_a_worker_whose_loop_goes_round_says_so_and_one_whose_loop_stands_still_does_not(worker: Worker) -> None:
    # given a worker whose loop goes round, when it is time for a sign, then the journal has it
    worker.signs.give()
    assert worker.rows() == [(ME, 4, 1)]
    worker.signs.stop()
    assert worker.rows() == []

    # when the loop stands still, then no further sign is given, and nobody ends it yet
    worker.at += STALLED + 1
    worker.signs.give()
    assert worker.rows() == []
    assert worker.ended == []

    # when it goes round again, then the signs go on
    worker.watch.tick()
    worker.signs.give()
    assert worker.rows() == [(ME, 4, 1)]


@pytest.mark.failure_mode(44)
def test_a_worker_that_stands_still_for_a_minute_under_a_broker_that_answers_is_ended(worker: Worker) -> None:
    # given a loop that has stood still for over a minute, while the broker is gone
    worker.at += HOPELESS + 1
    worker.broker = ConnectionRefusedError()

    # when it is time for a sign, then the worker waits for the broker
    worker.signs.give()
    assert worker.ended == []

    # when the broker answers and the loop stands still all the same, then it is ended, with its cause
    worker.broker = None
    worker.signs.give()
    [cause] = worker.ended
    assert "taken nothing from the broker for 61 s" in cause
