"""A whole `tagwork serve` on its embedded defaults, against a Rehearsal, for proofs that run outside pytest."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from agents.clock import Clock
from agents.journal.database import Database
from agents.journal.processes import WORKERS
from agents.journal.transaction import Journal
from tests.given.rehearsal import RehearsalProcess
from tests.given.waiting import until


@contextmanager
def served(rehearsal: RehearsalProcess, *, threads: int) -> Iterator[Journal]:
    """Serve with two workers of so many threads each, and give their journal; ready when both live."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environ = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **rehearsal.environment(),
            "TAGWORK_HOME": folder,
            "TAGWORK_LISTEN": "127.0.0.1:0",
            "TAGWORK_ENGINE__WORKERS": "2",
            "TAGWORK_ENGINE__THREADS": str(threads),
        }
        with (home / "log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "app.cli", "serve"], env=environ, stdout=log, stderr=log)
        try:
            rehearsal.wait_for("connections", at_least=1, timeout_seconds=60)
            database = Database(f"sqlite:///{home / 'journal.db'}", Clock())
            journal = Journal(database)
            until(lambda: journal.read(lambda tx: len(tx.rows(select(WORKERS.c.owner)))) >= 2, "two workers", 60)
            yield journal
            database.close()
        finally:
            process.terminate()
            process.wait()
