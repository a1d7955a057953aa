"""Figures of the whole: asked when somebody looks, and never what anybody waits for."""

import threading

from prometheus_client import generate_latest

from agents.engine.figures import figures
from agents.journal import processes
from app.metrics.catalogue import BROKER_UP, DUE_AGE, JOURNAL_UP, WORKERS
from app.metrics.figures import Figures, Source
from tests.given.engines import Engine
from tests.given.time import move
from tests.given.workers import LEASE, claimed

HERE = "elsewhere|0|0|2|2"


def shown(made: Figures) -> list[str]:
    """Return the samples that somebody who looks sees."""
    lines = generate_latest(made.registry()).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_what_waits_and_what_is_worked_on_is_told_of_the_whole_journal(engine: Engine) -> None:
    # given a worker with four threads, one of them lost, and a request that nobody has taken for a minute
    engine.journal.write(lambda tx: processes.say_alive(tx, HERE, slots=4, lost_threads=1))
    _, run = engine.asks("ann", "hello")
    move(engine.journal.database.clock, 20)

    # when the figures are read, then its age is there
    found = engine.journal.read(figures)
    assert 20 <= found.due_age_seconds["run"] < 25
    assert found.due_age_seconds["tool_call"] == 0
    assert found.runs == {"queued": 1, "working": 0, "waiting": 0}
    assert found.leases == {"run": 0, "tool_call": 0, "delivery": 0}
    assert (found.workers, found.threads, found.threads_lost, found.sweeps) == (1, 4, 1, False)

    # when somebody works on it, then it waits no more
    claimed(engine, run.id)
    engine.journal.write(lambda tx: processes.lead(tx, "sweeper", HERE, 10**9))
    found = engine.journal.read(figures)
    assert found.due_age_seconds["run"] == 0
    assert found.leases["run"] == 1
    assert found.sweeps

    # when that worker is not heard of again, then it is due again, and no worker lives
    move(engine.journal.database.clock, 20 + LEASE + 1)
    found = engine.journal.read(figures)
    assert found.due_age_seconds["run"] > LEASE
    assert found.workers == 0


def test_a_source_that_is_away_is_told_as_down_beside_those_that_answer() -> None:
    # given a journal that answers, and a broker that does not
    def away() -> dict[str, dict[str, float]]:
        raise ConnectionRefusedError

    made = Figures([Source(JOURNAL_UP, lambda: {WORKERS: {"": 2.0}}), Source(BROKER_UP, away)])

    # when somebody looks, then what could be told is told
    assert shown(made) == ["tagwork_workers 2.0", "tagwork_journal_up 1.0", "tagwork_broker_up 0.0"]
    made.close()


def test_a_source_that_hangs_is_not_waited_for_and_not_asked_twice() -> None:
    # given a journal that hangs
    asked, let_go = [], threading.Event()

    def hangs() -> dict[str, dict[str, float]]:
        asked.append(1)
        let_go.wait(20)
        return {DUE_AGE: {"run": 7.0}}

    made = Figures([Source(JOURNAL_UP, hangs)], patience=0.05)

    # when several look, then each is told that it is down, and it was asked once
    assert [shown(made) for _ in range(3)] == [["tagwork_journal_up 0.0"]] * 3
    assert len(asked) == 1

    # when it answers at last, then who looks next sees it
    let_go.set()
    made._patience = 20.0
    assert shown(made) == ['tagwork_due_age_seconds{kind="run"} 7.0', "tagwork_journal_up 1.0"]
    made.close()


def test_many_who_look_at_once_cost_one_look() -> None:
    # given a journal that answers, when it is looked at five times, then it was asked once
    asked: list[int] = []
    made = Figures([Source(JOURNAL_UP, lambda: asked.append(1) or {WORKERS: {"": 1.0}})])  # type: ignore[func-returns-value]
    assert all("tagwork_workers 1.0" in shown(made) for _ in range(5))
    assert len(asked) == 1
    made.close()
