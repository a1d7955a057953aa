"""Slow proof: kill -9 of the worker that holds the demo's Run, at random instants. A line a kill, then the count.

    python -m tests.proofs.kill_at_random [--times 10] [--seed 1] [--longest 1.2]

Each time: a fresh Rehearsal and a fresh `tagwork serve` with two workers of one thread, the demo's question and files,
a random wait, SIGKILL of whichever process holds a lease then, and the answer that people saw, by Rehearsal's log.
"""

import argparse
import os
import random
import signal
import sys
import time

from sqlalchemy import select, union

from agents.journal import runs
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Journal, Transaction
from app.demo.asking import NOTES, QUESTION, SHIPPED
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import FileToPost, Posted, RehearsalProcess
from tests.given.said import is_card
from tests.given.tagwork import answers_in
from tests.given.waiting import until
from tests.proofs.serving import served

_HOLDERS = union(*(select(one.c.lease_owner).where(one.c.lease_until > now()) for one in (RUNS, CALLS, DELIVERIES)))


def main() -> int:
    """Kill, count, and return 0 where every time brought one answer."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--longest", type=float, default=1.2, help="seconds from the mention to the latest kill")
    wanted = asked.parse_args()
    chance = random.Random(wanted.seed)
    once = sum(_one(number, chance.uniform(0.0, wanted.longest)) for number in range(1, wanted.times + 1))
    print(f"{once} of {wanted.times}: one answer, once (seed {wanted.seed})")
    return 0 if once == wanted.times else 1


def _one(number: int, wait: float) -> bool:
    with RehearsalProcess.start() as rehearsal, served(rehearsal, threads=1) as journal:
        return _kill_and_see(number, wait, rehearsal, journal)


def _kill_and_see(number: int, wait: float, rehearsal: RehearsalProcess, journal: Journal) -> bool:
    files = [FileToPost(path.name, path.read_bytes()) for path in (SHIPPED, NOTES)]
    posted = rehearsal.post("ann", "sales", f"@tagwork {QUESTION}", files=files)
    asked = time.monotonic()
    # the instant itself is what is drawn by chance: there is no condition to wait for
    time.sleep(wait)
    killed = _kill(journal)
    rehearsal.wait_for(
        "bot_messages", channel=posted.channel, thread_ts=posted.ts, containing="South", timeout_seconds=90
    )
    seconds = time.monotonic() - asked
    until(lambda: journal.read(_unended) == 0, "the run has ended", 30)
    assert_invariants(journal)
    said = answers_in(rehearsal, posted)
    print(
        f"{number:>3}: {killed} after {wait:.2f} s; answered after {seconds:.1f} s; messages: {len(said)}", flush=True
    )
    return len(said) == 1 and _stands(rehearsal, posted)


def _kill(journal: Journal) -> str:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        holders = [str(row["lease_owner"]) for row in journal.read(lambda tx: tx.rows(_HOLDERS))]
        if holders:
            pid = int(holders[0].rsplit("|", 2)[1])
            os.kill(pid, signal.SIGKILL)
            return f"killed worker {pid}"
        if journal.read(lambda tx: runs.listed(tx, most=1)) and journal.read(_unended) == 0:
            return "killed nobody (it was over)"
    return "killed nobody (nothing was held)"


def _stands(rehearsal: RehearsalProcess, posted: Posted) -> bool:
    thread = rehearsal.thread(posted.channel, posted.ts)
    return sum(one["by_app"] and not one["deleted"] and not is_card(one) for one in thread) == 1


def _unended(tx: Transaction) -> int:
    return sum(run.ended_at is None for run in runs.listed(tx, most=5))


if __name__ == "__main__":
    sys.exit(main())
