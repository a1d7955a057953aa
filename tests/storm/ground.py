"""What the storms of one database stand on: a Rehearsal, a broker and a database server, kept from storm to storm."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from agents.clock import Clock
from agents.journal import migrate
from agents.journal.database import Database
from app.valkey import Valkey, start_valkey
from tests.given.counting_server import CountingServer
from tests.given.rehearsal import RehearsalProcess
from tests.given.servers import Postgres, start_postgres
from tests.storm.lane import Servers

TEMPLATE = "storm_template"
RETRIES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0)
"""Seconds after which Rehearsal sends again what was not acknowledged: longer in all than any storm lasts."""

ACKNOWLEDGED_WITHIN = 2.0
"""Seconds that it waits for an acknowledgement; Slack waits three."""


class Ground:
    """Servers of one lane. `broker` is the one that runs now."""

    def __init__(self, folder: Path, tools: Path, context: ForkServerContext, postgres: Postgres | None) -> None:
        self.folder = folder
        self.tools = tools
        self.context = context
        self.postgres = postgres
        self.database = "sqlite" if postgres is None else "postgresql"
        # Slack's clock is not ours: it stands while that of our machines is set
        self.rehearsal = RehearsalProcess.start()
        # a broker ends with the thread that began it (PR_SET_PDEATHSIG): this one stays as long as the ground
        self._beginning = ThreadPoolExecutor(1, thread_name_prefix="begins-brokers")
        self.broker: Valkey = self._beginning.submit(start_valkey).result()
        self._server: Engine | None = None
        if postgres is not None:
            self._server = create_engine(postgres.url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
            self._say(f"CREATE DATABASE {TEMPLATE}")
        made = Database(self._template(), Clock())
        migrate.upgrade(made)
        made.close()

    def servers(self, name: str, home: Path, counting: CountingServer) -> Servers:
        """Return servers as new: an empty journal, a broker that holds nothing, a Slack where nobody said anything."""
        self.have_broker()
        self.rehearsal.reset()
        self.rehearsal.limits(1_000)
        self.rehearsal.delivery(ack_seconds=ACKNOWLEDGED_WITHIN, retry_after=RETRIES)
        if self.postgres is None:
            shutil.copy(self.folder / "template.db", home / "journal.db")
            url = f"sqlite:///{home / 'journal.db'}"
        else:
            self._say(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
            url = self.postgres.url_of(name)
        return Servers(self.rehearsal, self.broker, counting, url, self.tools)

    def have_broker(self) -> None:
        """Begin another broker where the last one died, in the same place."""
        if self.broker.process.poll() is not None:
            self.broker = self._beginning.submit(start_valkey, self.broker.folder).result()

    def keep(self, name: str, home: Path) -> None:
        """Keep a journal beside the logs: SQLite's is there already, PostgreSQL's is written as journal.sql."""
        if self.postgres is not None:
            program = str(self.postgres.binaries / "bin" / "pg_dump")
            with (home / "journal.sql").open("wb") as kept:
                words = [program, "-h", str(self.postgres.folder), "--inserts", name]
                subprocess.run(words, stdout=kept, check=True, cwd=self.postgres.folder, **self.postgres.as_other)

    def forget(self, name: str) -> None:
        """Drop a journal."""
        if self.postgres is not None:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """End every server."""
        self.rehearsal.stop()
        self.broker.process.kill()
        self.broker.process.wait()
        self._beginning.shutdown()
        shutil.rmtree(self.broker.folder, ignore_errors=True)
        if self._server is not None:
            self._server.dispose()
        if self.postgres is not None:
            self.postgres.stop()

    def _template(self) -> str:
        return f"sqlite:///{self.folder / 'template.db'}" if self.postgres is None else self.postgres.url_of(TEMPLATE)

    def _say(self, statement: str) -> None:
        assert self._server is not None
        with self._server.connect() as connection:
            connection.execute(text(statement))


@contextlib.contextmanager
def ground(folder: Path, tools: Path, context: ForkServerContext, *, on_postgres: bool) -> Iterator[Ground]:
    """Start the servers for the time of a `with` block."""
    folder.mkdir()
    made = Ground(folder, tools, context, start_postgres() if on_postgres else None)
    try:
        yield made
    finally:
        made.close()
