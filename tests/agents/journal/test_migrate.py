"""A journal's tables are brought up to date once, however many processes start, and are what the code says."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, text

from agents.clock import Clock
from agents.errors import BadSetting
from agents.journal import migrate
from agents.journal.database import Database
from agents.journal.oldest_code import set_oldest
from agents.journal.tables import METADATA
from agents.journal.transaction import Journal
from app import probes

ROOT = Path(__file__).parents[3]
UPGRADE = """
import sys
from agents.clock import Clock
from agents.journal import migrate
from agents.journal.database import Database
from agents.journal.oldest_code import set_oldest
database = Database(sys.argv[1], Clock())
print("ready", flush=True)
sys.stdin.readline()
print(migrate.upgrade(database), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    url = str(request.getfixturevalue("postgres_url"))
    server = create_engine(url)
    with server.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    server.dispose()
    yield url


def test_three_processes_that_start_at_once_bring_an_empty_journal_up_to_date_once(empty_url: str) -> None:
    # given three processes that are about to start
    children = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, empty_url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert all(child.stdout and child.stdout.readline().strip() == "ready" for child in children)

    # when they do so at once
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [child.communicate(timeout=60)[0].strip() for child in children]

    # then one of them did it, and the journal is where this code wants it
    assert sorted(said) == ["False", "False", "True"]
    database = Database(empty_url, Clock())
    assert migrate.standing(database) == migrate.newest()
    database.close()


def test_the_migrated_tables_are_those_of_the_code(journal: Journal) -> None:
    # given a journal that migrations made, when compared with the tables in the code, then nothing differs
    assert isinstance(METADATA, MetaData)
    with journal.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def _newer(journal: Journal, oldest: str) -> None:
    """Have a newer version bring the journal's tables up to date, which code of revision `oldest` can still work on."""
    with journal.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        set_oldest(connection, oldest)


@pytest.mark.law("E24")
def test_a_newer_journal_that_only_grew_is_worked_on(journal: Journal) -> None:
    # given a journal whose tables a newer version has added to
    _newer(journal, migrate.newest())

    # when this one starts, then it has nothing to do and nothing to refuse, and is ready
    assert migrate.upgrade(journal.database) is False
    assert probes.migrated_probe(journal).look() == ""


@pytest.mark.law("E24")
def test_a_newer_journal_that_has_lost_something_is_left_alone(journal: Journal) -> None:
    # given a journal from which a newer version has taken what this code needs
    _newer(journal, "9998")

    # when this one starts, then it stops with what to do; one that ran before is not ready any more
    with pytest.raises(BadSetting, match=r"needs code of revision 9998 .* Install the newer Tagwork"):
        migrate.upgrade(journal.database)
    assert "9998" in probes.migrated_probe(journal).look()
