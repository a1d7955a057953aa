"""(f) how long people wait when a worker is killed in the middle of a Turn, and when one on another machine is lost."""

import os
import signal
import threading
import time
from statistics import median

from sqlalchemy import select

from agents.clock import us
from agents.journal import runs
from agents.journal.processes import WORKERS
from agents.journal.runs import RUNS
from agents.journal.transaction import Journal, Transaction
from bench.bench import Bench
from bench.row import Row
from bench.sides import NO_TOOLS, Side
from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, release_model, until_model_held
from tests.given.waiting import until
from tests.given.workers import ELSEWHERE

LETTERS = "f"

LEASE = 5
"""Seconds of a lease where one has to run out: the goal counts from its end, so a short one takes less time to see."""


def measure(bench: Bench) -> list[Row]:
    """Take the rows: one worker, as the embedded set-up has on two cores, which its parent starts again."""
    side = bench.another("killed", settings={"ENGINE__LEASE_SECONDS": str(LEASE)})
    with bench.journal_of(side) as journal:
        killed = [_killed(side, journal) for _ in range(bench.size.rounds)]
        lost = [_lost_elsewhere(side, journal) for _ in range(bench.size.rounds)]
    side.end()
    return [
        Row("(f) answer after kill -9 of the worker", "s", median(killed), goal="<= 3"),
        Row("(f) answer after a loss on another machine, beyond the lease", "s", median(lost) - LEASE, goal="<= 2"),
    ]


def _killed(side: Side, journal: Journal) -> float:
    """Kill whoever holds the Run while the model thinks; return the seconds until the answer is seen."""
    hold_model(side.rehearsal)
    posted = _mention(side)
    until_model_held(side.rehearsal)
    holder = journal.read(lambda tx: tx.value(select(RUNS.c.lease_owner).where(RUNS.c.lease_owner.is_not(None))))
    at = time.time()
    os.kill(int(str(holder).rsplit("|", 2)[1]), signal.SIGKILL)
    release_model(side.rehearsal)
    return _answered(side, posted) - at


def _lost_elsewhere(side: Side, journal: Journal) -> float:
    """Have an owner on another machine claim a Run and never be heard of; return the seconds until the answer."""
    pid = int(str(journal.read(lambda tx: tx.value(select(WORKERS.c.owner)))).rsplit("|", 2)[1])
    os.kill(pid, signal.SIGSTOP)
    posted = _mention(side)

    def claim(tx: Transaction) -> bool:
        due = tx.value(select(RUNS.c.id).where(RUNS.c.ended_at.is_(None)))
        run = runs.lock(tx, str(due)) if due else None
        return run is not None and runs.claim(tx, run.id, ELSEWHERE, us(LEASE)) is not None

    until(lambda: journal.write(claim), "an owner elsewhere has the run")
    at = time.time()
    os.kill(pid, signal.SIGCONT)
    return _answered(side, posted) - at


def _mention(side: Side) -> Posted:
    side.mentions += 1
    return side.rehearsal.post("ann", "general", f"@tagwork {NO_TOOLS}")


def _answered(side: Side, posted: Posted) -> float:
    """Wait for the answer; return when it was seen, by Rehearsal's clock."""
    side.rehearsal.wait_for("bot_messages", channel=posted.channel, thread_ts=posted.ts, timeout_seconds=90)
    timing = side.rehearsal.timings(side.mentions - 1)[0]
    until(lambda: not side.rehearsal.wait_for("sessions_settled", timeout_seconds=60), "its sign is taken away")
    # the worker that was started again must have said that it lives, or the next kill would find nobody
    threading.Event().wait(0.5)
    return float(timing["sent_at"]) + float(timing["answer"])
