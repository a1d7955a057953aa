"""(d) from the commit to the start of the Turn, beside a bare Celery task on the same broker."""

import shutil
import subprocess
import sys
from statistics import median

from sqlalchemy import select

from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.journal.turns import TURNS
from app.valkey import start_valkey
from bench.asking import ask
from bench.bare_celery import build, send_one
from bench.bench import Bench
from bench.row import Row
from bench.sides import NO_TOOLS
from tests.given.rehearsal import REPOSITORY

LETTERS = "d"

THREADS = "32"


def measure(bench: Bench) -> list[Row]:
    """Take the row: the Run's row says when it was created, just before its commit, and its Turn when it started."""
    ours: list[float] = []
    theirs: list[float] = []
    broker = start_valkey()
    socket = str(broker.folder / "valkey.sock")
    worker = subprocess.Popen([sys.executable, "-m", "bench.bare_celery", socket, THREADS], cwd=REPOSITORY)
    try:
        app, server = build(socket)
        send_one(app, server, seconds=60)
        count = bench.size.mentions
        with bench.journal_of(bench.ours) as journal:
            for _ in range(bench.size.rounds):
                ask(bench.ours, NO_TOOLS, count)
                ours.append(1000 * journal.read(lambda tx: _started(tx, count)))
                theirs.append(1000 * median(send_one(app, server) for _ in range(count)))
    finally:
        worker.terminate()
        worker.wait()
        broker.process.terminate()
        broker.process.wait()
        shutil.rmtree(broker.folder, ignore_errors=True)
    return [Row.beside("(d) commit to Turn, beside a bare Celery task", "ms", median(ours), median(theirs))]


def _started(tx: Transaction, count: int) -> float:
    """Seconds from a Run's row to its first Turn's: the median of the newest ones."""
    newest = (
        select(TURNS.c.started_at - RUNS.c.created_at)
        .join(RUNS, RUNS.c.id == TURNS.c.run_id)
        .where(TURNS.c.number == 1)
        .order_by(RUNS.c.created_at.desc())
        .limit(count)
    )
    return median(float(row[0]) for row in tx.connection.execute(newest)) / 1_000_000
