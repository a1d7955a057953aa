"""An update without a pause: mentions keep coming while old processes give way to new ones on one journal."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from agents.formats import WORKS
from agents.journal import audit
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import REPOSITORY, Posted, RehearsalProcess
from tests.given.replies import says
from tests.given.tagwork import Part, TagworkProcesses, tagwork
from tests.given.waiting import until

CHANNELS = ("general", "sales", "finance", "partners")
EACH = 4
"""Mentions at each stage of the update."""


def _of_next_version(served: TagworkProcesses, part: str) -> Part:
    """Start a part as the next release."""
    with served.log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.given.next_version", "serve", "--only", part],
            env={**served.environ, "TAGWORK_LISTEN": "127.0.0.1:0"}, cwd=REPOSITORY, stdout=log, stderr=log,
        )  # fmt: skip
    started = Part(f"next {part}", process)
    served.parts.append(started)
    return started


def _mentions(rehearsal: RehearsalProcess) -> list[Posted]:
    return [rehearsal.post("ann", CHANNELS[number % len(CHANNELS)], "@tagwork hello") for number in range(EACH)]


def _answered(rehearsal: RehearsalProcess, posted: list[Posted]) -> None:
    for one in posted:
        rehearsal.wait_for("bot_messages", channel=one.channel, thread_ts=one.ts, timeout_seconds=60)


def _workers_of(tx: Transaction) -> dict[str, tuple[int, set[str]]]:
    """Return, for each Run, what it needs and the process ids of all workers that its trail names."""
    found = {}
    for run in tx.rows(select(RUNS.c.id, RUNS.c.workspace_id, RUNS.c.needs)):
        lines = audit.of_run(tx.connection, run["workspace_id"], run["id"])
        pids = {line.actor.split("|")[3] for line in lines if line.actor.startswith("worker:")}
        found[run["id"]] = (run["needs"], pids)
    return found


@pytest.mark.law("E24")
@pytest.mark.timeout(180)
def test_old_processes_give_way_to_new_ones_while_mentions_come(postgres_url: str, tmp_path: Path) -> None:
    with RehearsalProcess.start() as rehearsal:
        rehearsal.limits(100_000)
        # an event that an ending app did not take comes again: here soon, not in a minute
        rehearsal.delivery(ack_seconds=10, retry_after=[1, 2, 4, 8])
        says(rehearsal, "Done as asked.", times=5 * EACH)
        with tagwork(rehearsal, tmp_path, database_url=postgres_url) as served:
            # given an app and a worker of one version that have work
            posted = _mentions(rehearsal)

            # when those of the next version start beside them, and then the old ones are told to end, one by one
            worker = _of_next_version(served, "worker")
            _of_next_version(served, "app")
            served.wait_for_apps(2)
            served.wait_for_workers(2)
            posted += _mentions(rehearsal) + _mentions(rehearsal)
            codes = [served.part("worker 1").end(seconds=40)]
            posted += _mentions(rehearsal)
            codes.append(served.part("app 1").end(seconds=40))
            posted += _mentions(rehearsal)
            _answered(rehearsal, posted)
            rehearsal.wait_for("events_settled", timeout_seconds=40)

            # then the old ones ended well, and every mention was answered once
            assert codes == [0, 0], served.log()
            answers = [one for one in rehearsal.visible() if one["what"] == "posted" and one["bot_id"]]
            assert sorted((one["channel"], one["thread_ts"]) for one in answers) == sorted(
                (one.channel, one.ts) for one in posted
            )
            # and what the next version had begun was worked by it alone
            until(lambda: all(len(pids) for _, pids in served.journal.read(_workers_of).values()), "all were worked")
            found = list(served.journal.read(_workers_of).values())
            assert len(found) == len(posted)
            newer = [pids for needs, pids in found if needs > WORKS]
            assert newer
            assert set.union(*newer) == {str(worker.pid)}
            assert len([needs for needs, _ in found if needs <= WORKS]) >= EACH
            assert_invariants(served.journal)
