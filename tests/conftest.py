"""What every test may use: a journal on either database, a broker, and the run's one server of each kind."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text

from agents.clock import Clock
from agents.journal import migrate
from agents.journal.database import Database
from agents.journal.transaction import Journal
from tests.given.databases import Databases
from tests.given.engines import Engine, an_engine
from tests.given.rehearsal import RehearsalProcess
from tests.given.servers import Postgres, start_broker, start_postgres
from tests.given.thrift import share_what_never_differs, shares_statements
from tests.parity import ledger

# laws are about what holds, never about how fast: a busy machine must not fail one
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

TEMPLATE = "journal_template"
NEW_OBJECTS = 100_000
"""New objects after which Python looks for garbage (700 by default): to collect the suite makes millions that stay."""

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_started: dict[str, Any] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Start the database once a run, in the process that hands out the tests, and a broker in each that runs them."""
    gc.set_threshold(NEW_OBJECTS)
    share_what_never_differs()
    for name in [name for name in os.environ if name.startswith(("TAGWORK_", "SLACK_", "ANTHROPIC_"))]:
        del os.environ[name]
    # whatever a test starts keeps what it compiled: half of a start is compiling otherwise
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    for name in PROXIES:
        os.environ.pop(name, None)
    given = getattr(config, "workerinput", None)
    # what is given, and no name, is no process of pytest-xdist, and wants no servers (tests/mutation/warm.py)
    if config.option.collectonly or given == {}:
        return
    shared_out = bool(getattr(config.option, "numprocesses", None))
    if given is not None or not shared_out:
        _started["broker"] = broker = start_broker()
        os.environ["TEST_BROKER_URL"] = broker.url
    if given is not None:
        return
    _started["postgres"] = postgres = start_postgres()
    server = create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
    server.dispose()
    database = Database(postgres.url_of(TEMPLATE), Clock())
    migrate.upgrade(database)
    database.close()
    made = Database(f"sqlite:///{postgres.folder}/template.db", Clock())
    migrate.upgrade(made)
    made.close()
    os.environ["TEST_POSTGRES_URL"] = postgres.url
    os.environ["TEST_SQLITE_TEMPLATE"] = f"{postgres.folder}/template.db"


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started."""
    postgres, broker = _started.pop("postgres", None), _started.pop("broker", None)
    if isinstance(postgres, Postgres):
        postgres.stop()
    if broker is not None:
        broker.process.terminate()
        broker.process.wait()
        shutil.rmtree(broker.folder, ignore_errors=True)


LONGEST_FIRST = (
    "tests/app/demo/test_story.py",
    "tests/stories/test_ending.py",
    "tests/app/rehearse/",
    "tests/stories/",
    "tests/app/cli/",
    "tests/bench/",
    "tests/storm/",
    "tests/laws/",
    "tests/agents/",
    "tests/tools/",
)
"""Files and folders by how long a file of theirs takes: whole processes, then engines. All others take less."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first, so that no worker is left with one at the end while the other has nothing to do.

    A claim to a row that the parity list does not have stops the run.
    """
    known = ledger.rows()
    for item in items:
        for marker in item.iter_markers(ledger.MARKER):
            try:
                ledger.check(ledger.Mark(item.nodeid, *marker.args), known)
            except (ledger.BadMark, TypeError) as wrong:
                raise pytest.UsageError(str(wrong)) from None
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((at for at, named in enumerate(LONGEST_FIRST) if named in item.nodeid), len(LONGEST_FIRST))


def pytest_collection_finish() -> None:
    """Keep what was collected out of every later look for garbage."""
    gc.freeze()


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """A clock whose offset `tests.given.time.move` sets."""
    return Clock(tmp_path / "clock-offset")


@pytest.fixture(scope="session")
def databases() -> Databases:
    """PostgreSQL databases of this test process."""
    return Databases(os.environ["TEST_POSTGRES_URL"], TEMPLATE)


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """A PostgreSQL database of this test's own, its tables up to date."""
    url = databases.lend()
    yield url
    databases.take_back(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite journal of this test's own, its tables up to date."""
    path = tmp_path / "journal.db"
    shutil.copy(os.environ["TEST_SQLITE_TEMPLATE"], path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def journal_url(request: pytest.FixtureRequest) -> str:
    """A journal on each database in turn."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture
def journal(journal_url: str, clock: Clock) -> Iterator[Journal]:
    """A journal on each database in turn, open."""
    database = shares_statements(Database(journal_url, clock))
    yield Journal(database)
    database.close()


@pytest.fixture
def postgres_journal(postgres_url: str, clock: Clock) -> Iterator[Journal]:
    """A journal on PostgreSQL, for laws about counting and claiming: SQLite hides their races."""
    database = shares_statements(Database(postgres_url, clock))
    yield Journal(database)
    database.close()


@pytest.fixture
def broker_url() -> str:
    """This test process's Valkey. Queues are shared: a test that counts pokes takes a database number of its own."""
    return os.environ["TEST_BROKER_URL"]


@pytest.fixture(scope="module")
def shared_rehearsal() -> Iterator[RehearsalProcess]:
    """One Rehearsal for a module whose tests use threads of their own; its rate limits are stretched."""
    with RehearsalProcess.start() as process:
        process.limits(1_000)
        yield process


@pytest.fixture
def engine(journal: Journal, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[Engine]:
    """An engine on each database in turn."""
    made = an_engine(journal, shared_rehearsal, tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def postgres_engine(postgres_journal: Journal, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[Engine]:
    """An engine on PostgreSQL."""
    made = an_engine(postgres_journal, shared_rehearsal, tmp_path / "home")
    yield made
    made.close()
