"""E4: durable means durable. E5: whose clock."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text, update

from agents.clock import MICROSECONDS, Clock, us
from agents.journal import runs
from agents.journal.database import Database
from agents.journal.leases import FARTHEST_DUE, FARTHEST_LEASE
from agents.journal.runs import RUNS
from agents.journal.transaction import Journal, Transaction
from tests.given.time import move
from tests.given.workspaces import a_thread, a_workspace


@pytest.mark.law("E4")
def test_what_sqlite_acknowledged_survives_power_loss(sqlite_url: str) -> None:
    # given a journal on SQLite
    database = Database(sqlite_url, Clock())

    # when any of its connections is asked, then every commit is synced
    with database.reading() as one, database.reading() as other:
        for connection in (one, other):
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()


@pytest.mark.law("E4")
def test_what_postgresql_acknowledged_survives_power_loss_whatever_the_database_was_set_to(postgres_url: str) -> None:
    # given a database that somebody made fast and forgetful
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    server.dispose()

    # when the journal opens it
    database = Database(postgres_url, Clock())

    # then commits wait for the disk nevertheless
    with database.engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    database.close()


@pytest.mark.law("E5")
def test_journal_time_follows_the_clock_that_every_process_reads(journal: Journal, clock: Clock) -> None:
    # given a journal
    before = journal.read(lambda tx: tx.now())

    # when the clock is moved
    move(clock, 3_600)

    # then its time has moved, on connections old and new
    for _ in range(3):
        after = journal.write(lambda tx: tx.now())
        assert 3_600 <= (after - before) / MICROSECONDS < 3_700


@pytest.mark.law("E5")
def test_journal_time_stays_moved_when_a_transaction_is_taken_back(journal: Journal, clock: Clock) -> None:
    # given a clock that was moved, and a transaction that raises before anything else used the connection
    before = journal.read(lambda tx: tx.now())
    move(clock, 3_600)

    def fail(tx: Transaction) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        journal.write(fail)

    # when the time is asked for
    after = journal.write(lambda tx: tx.now())

    # then it is the moved one
    assert (after - before) / MICROSECONDS >= 3_600


@pytest.mark.law("E5")
def test_journal_time_moves_on_within_a_transaction(journal: Journal) -> None:
    # given a transaction, when the time is asked for twice in it, then the second is later: not the begin's time
    def look(tx: Transaction) -> tuple[int, int]:
        first = tx.now()
        for _ in range(2_000):
            if tx.now() > first:
                break
        return first, tx.now()

    first, second = journal.write(look)
    assert second > first


@pytest.mark.law("E5")
@pytest.mark.parametrize(
    ("due_in", "lease_in", "claimable"),
    [
        (-1, None, True),
        (FARTHEST_DUE - us(60), None, False),
        (FARTHEST_DUE + us(60), None, True),
        (-1, us(20), False),
        (-1, FARTHEST_LEASE - us(60), False),
        (-1, FARTHEST_LEASE + us(60), True),
        (-1, -1, True),
    ],
)
def test_a_time_further_ahead_than_its_kind_allows_counts_as_come(
    journal: Journal, due_in: int, lease_in: int | None, claimable: bool
) -> None:
    # given a Run with that due time and that lease
    workspace = a_workspace(journal)
    values = {"workspace_id": workspace.id, "thread_id": a_thread(journal, workspace), "request_ts": "1.1"}
    journal.write(lambda tx: runs.create(tx, id="r1", number=1, model="m", requester="U1", **values))

    def stand(tx: Transaction) -> None:
        at = tx.now()
        tx.run(update(RUNS).values(due_at=at + due_in, lease_until=None if lease_in is None else at + lease_in))

    journal.write(stand)

    # when it is looked for and claimed
    found = journal.read(lambda tx: [row[0] for row in runs.due(tx, 5)])
    got = journal.write(lambda tx: runs.claim(tx, "r1", "me", us(30)))

    # then both agree
    assert (found == ["r1"], got is not None) == (claimable, claimable)


def test_a_clock_without_a_file_is_the_hosts_and_a_file_moves_it(tmp_path: Path) -> None:
    # given a clock whose file comes later
    clock = Clock(tmp_path / "offset")
    assert clock.offset_us() == 0

    # when the file is written, then written again, then the offset is what it says each time
    move(clock, 90)
    assert clock.offset_us() == us(90)
    move(clock, -5)
    assert clock.offset_us() == us(-5)
    assert Clock().offset_us() == 0
