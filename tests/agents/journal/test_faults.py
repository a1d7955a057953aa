"""A database that cannot do its work: one plain error, nothing stored, and everything goes on when it is back."""

import os
import signal
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from agents.clock import Clock
from agents.errors import JournalBusy
from agents.journal import processes
from agents.journal.database import Database
from agents.journal.transaction import Journal, Transaction

PATIENCE = 0.3
"""Seconds, where the test waits for it to pass."""


def say(journal: Journal, owner: str) -> None:
    """Write one row."""
    journal.write(lambda tx: processes.say_alive(tx, owner, slots=1, lost_threads=0))


def said(journal: Journal) -> list[str]:
    """Return who has written."""
    return sorted(one.owner for one in journal.read(processes.seen))


def end_others(journal: Journal) -> None:
    """End every connection to this database but the one that asks."""
    with journal.database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@pytest.mark.law("E2")
def test_a_connection_that_the_server_ended_costs_nobody_anything(postgres_journal: Journal, postgres_url: str) -> None:
    # given a journal with connections that wait, and one that is in the middle of its first try
    say(postgres_journal, "a")
    other = Journal(Database(postgres_url, Clock()))
    tries = 0

    def work(tx: Transaction) -> None:
        nonlocal tries
        tries += 1
        processes.say_alive(tx, "b", slots=1, lost_threads=0)
        if tries == 1:
            end_others(other)
        processes.say_alive(tx, "b", slots=1, lost_threads=0)

    # when an administrator ends them all
    postgres_journal.write(work)

    # then the transaction was made again whole, and the next one finds a connection
    assert tries == 2
    say(postgres_journal, "c")
    assert said(postgres_journal) == ["a", "b", "c"]
    other.database.close()


@pytest.mark.law("E16")
def test_a_frozen_server_is_waited_for_no_longer_than_the_patience(postgres_url: str) -> None:
    # given a connection whose server process stands still
    journal = Journal(Database(postgres_url, Clock(), patience=PATIENCE))
    pid = journal.read(lambda tx: int(tx.value(text("SELECT pg_backend_pid()"))))
    os.kill(pid, signal.SIGSTOP)

    # when something is to be stored, then it is, over another connection, for this one is given up
    try:
        say(journal, "a")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert said(journal) == ["a"]
    journal.database.close()


@pytest.mark.law("E16")
def test_a_server_that_is_gone_is_a_busy_journal(tmp_path: Path) -> None:
    # given a URL behind which nobody is
    journal = Journal(Database(f"postgresql://nobody@/journal?host={tmp_path}", Clock(), patience=PATIENCE))

    # when it is asked, then one error says so, for writers after their patience
    with pytest.raises(JournalBusy, match="connection"):
        journal.read(lambda tx: tx.now())
    with pytest.raises(JournalBusy, match="connection"):
        say(journal, "a")


def test_a_server_that_only_reads_after_a_failover_is_a_busy_journal(postgres_journal: Journal) -> None:
    # given a transaction on a server that takes no writes
    def work(tx: Transaction) -> None:
        tx.connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        processes.say_alive(tx, "a", slots=1, lost_threads=0)

    # when it writes, then one error says so
    with pytest.raises(JournalBusy, match="read-only"):
        postgres_journal.write(work)


def test_a_file_that_another_process_holds_is_a_busy_journal_until_it_lets_go(sqlite_url: str) -> None:
    # given a SQLite file that somebody else has locked
    journal = Journal(Database(sqlite_url, Clock(), patience=PATIENCE))
    holder = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    # when something is to be stored, then one error says so, and looking goes on
    with pytest.raises(JournalBusy, match="database is locked"):
        say(journal, "a")
    assert said(journal) == []

    # when it lets go, then it is stored
    holder.execute("ROLLBACK")
    holder.close()
    say(journal, "a")
    assert said(journal) == ["a"]
    journal.database.close()


def test_a_full_disk_is_a_busy_journal_and_leaves_nothing_half_stored(sqlite_url: str) -> None:
    # given a SQLite file that may not grow
    journal = Journal(Database(sqlite_url, Clock()))
    limited: list[int] = []

    def fill(tx: Transaction) -> None:
        pages = int(tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        limited.append(int(tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}").scalar_one()))
        for number in range(2_000):
            processes.say_alive(tx, f"{'a' * 100}{number}", slots=1, lost_threads=0)

    # when more is to be stored than there is room for
    with pytest.raises(JournalBusy, match="full"):
        journal.write(fill)

    # then nothing of it is there, and when there is room again everything goes on
    assert limited
    assert said(journal) == []
    journal.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1000000"))
    say(journal, "b")
    assert said(journal) == ["b"]
    journal.database.close()


def test_what_is_wrong_with_a_statement_is_no_busy_journal(journal: Journal) -> None:
    # given a statement that no database understands, when it is run, then it is our fault and stays it
    with pytest.raises(Exception, match="no_such_table") as raised:
        journal.write(lambda tx: tx.run(text("SELECT * FROM no_such_table")))
    assert (raised.type is JournalBusy) == journal.database.is_sqlite
