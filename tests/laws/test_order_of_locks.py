"""E2: one order of locks, so that no two transactions wait for each other; what the database breaks off is repeated."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from agents.audit.events import Event
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.poke import Poke
from agents.engine.room import Room
from agents.errors import JournalBusy
from agents.journal import audit, threads
from agents.journal.transaction import TRIES, Journal, Transaction
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, uses
from tests.given.waiting import Held, at_once, until, until_stuck
from tests.given.workspaces import a_thread, a_workspace
from tools.contract import Effect

WORK: list[Callable[[Room], Poke | bool]] = [advance, execute, deliver]


@pytest.mark.law("E2")
def test_intake_settling_and_sending_in_a_storm_never_wait_for_each_other(postgres_engine: Engine) -> None:
    # given people who talk in one thread, tools that are called in pairs, and answers to be sent
    engine, hand = postgres_engine, Hand()
    equip(engine, hand.tool("look", Effect.READ))
    for _ in range(3):
        uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    says(engine.rehearsal, "Looked.", times=30)
    posted, _ = engine.asks("ann", "look at this")
    talking = True

    def talk(words: str) -> None:
        for at in range(3):
            engine.says("ann", f"{words} {at}", thread=posted.ts)

    def work(one: Callable[[Room], Poke | bool]) -> None:
        while one(engine.room) or talking:
            pass

    # when all of it happens at once, on many threads
    with at_once() as pool:
        workers = [pool.submit(work, one) for one in WORK * 2]
        talkers = [pool.submit(talk, words) for words in ("and the South?", "and the North?", "hurry")]
        for talker in talkers:
            talker.result(60)
        talking = False
        for worker in workers:
            worker.result(60)
    engine.work()

    # then the database never had to break a transaction off
    assert deadlocks(engine.journal) == 0


@pytest.mark.law("E2")
def test_a_transaction_that_the_database_broke_off_is_run_again_whole(postgres_journal: Journal) -> None:
    # given another transaction that locks the same two threads the other way round, once
    against = Adversary(postgres_journal)

    # when ours meets it
    with at_once() as pool:
        against.begin(pool)
        tries = postgres_journal.write(against.meet)

    # then ours was broken off, run again from its beginning, and stands on the trail once
    assert tries == 2
    lines = postgres_journal.read(lambda tx: list(audit.lines(tx.connection, against.workspace_id)))
    assert len([line for line in lines if line.event == Event.HELP_ASKED.value]) == 1
    assert deadlocks(postgres_journal) == 1


@pytest.mark.law("E2")
def test_a_transaction_is_broken_off_at_most_three_times_and_then_nothing_is_stored(postgres_journal: Journal) -> None:
    # given another transaction that gets in the way every time
    against = Adversary(postgres_journal)

    # when ours meets it again and again
    with at_once() as pool:

        def meet(tx: Transaction) -> int:
            against.begin(pool)
            return against.meet(tx)

        with pytest.raises(JournalBusy):
            postgres_journal.write(meet)

    # then it was tried three times, and nothing of it was stored
    assert against.tries == TRIES == 3
    lines = postgres_journal.read(lambda tx: list(audit.lines(tx.connection, against.workspace_id)))
    assert not [line for line in lines if line.event == Event.HELP_ASKED.value]


class Adversary:
    """A transaction that holds the second thread and wants the first, against one that wants them in order."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        workspace = a_workspace(journal)
        self.workspace_id = workspace.id
        self.first, self.second = a_thread(journal, workspace), a_thread(journal, workspace)
        self.tries = 0
        self.held: Held | None = None

    def begin(self, pool: ThreadPoolExecutor) -> None:
        """Hold the second thread."""

        def other(tx: Transaction) -> None:
            threads.lock_by_id(tx, self.second)
            assert self.held is not None
            self.held.stand()
            threads.lock_by_id(tx, self.first)

        self.held = Held()
        pool.submit(self.journal.write, other)
        held = self.held
        until(held.at_point.is_set, "the other transaction holds its thread")

    def meet(self, tx: Transaction) -> int:
        """Lock the first thread, let the other wait for it, then want the second; returns how often this began."""
        self.tries += 1
        tx.record(self.workspace_id, Event.HELP_ASKED, actor="person:U1")
        tx.connection.exec_driver_sql("SET LOCAL deadlock_timeout = '20ms'")
        threads.lock_by_id(tx, self.first)
        assert self.held is not None
        if not self.held.going.is_set():
            self.held.let_go()
            until_stuck(self.journal, 1)
        threads.lock_by_id(tx, self.second)
        return self.tries


def deadlocks(journal: Journal) -> int:
    """Return how many transactions of this database were broken off. Connections report it when they end."""
    journal.database.engine.dispose()
    statement = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with journal.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
        return int(connection.execute(statement).scalar_one())
