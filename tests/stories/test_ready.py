"""/livez and /readyz tell the truth, of the app and of each worker."""

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.clock import Clock
from app.valkey import Valkey, start_valkey
from tests.given.rehearsal import RehearsalProcess
from tests.given.tagwork import TagworkProcesses, tagwork
from tests.given.time import move
from tests.given.waiting import until

APPS_CHECKS = ["database", "migrated", "broker", "slack", "workers", "sweeper", "work", "rules"]
WORKERS_CHECKS = ["database", "migrated", "broker", "loop"]


@pytest.fixture
def broker() -> Iterator[list[Valkey]]:
    """A Valkey that the test kills; the last one of the list is the one that runs."""
    running = [start_valkey()]
    yield running
    running[-1].process.kill()
    running[-1].process.wait()


def ready(text: str) -> dict[str, str]:
    """Return what is wrong by the checks' names; empty where nothing is."""
    told: dict[str, Any] = json.loads(text)
    assert told["ready"] is not any(one["wrong"] for one in told["checks"])
    return {one["name"]: one["wrong"] for one in told["checks"] if not one["ok"]}


def of_worker(processes: TagworkProcesses, path: str) -> tuple[int, str]:
    """Return what the worker answers, at the port that it says in its log."""
    found = re.search(r"answers /livez and /readyz .*port=(\d+)", re.sub(r"\x1b\[[0-9;]*m", "", processes.log()))
    return processes.get(path, port=int(found[1])) if found else (0, "")


def test_app_and_worker_are_ready_when_all_is_there_and_say_so_when_the_broker_is_gone(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, broker: list[Valkey]
) -> None:
    # given a Tagwork with a broker that can be lost
    with tagwork(shared_rehearsal, tmp_path, broker_url=broker[0].url) as processes:
        # when all is there, then both are ready, and name what they looked at
        until(lambda: processes.get("/readyz")[0] == 200, "the app is ready")
        until(lambda: of_worker(processes, "/readyz")[0] == 200, "the worker is ready")
        looked_at = json.loads(processes.get("/readyz")[1])["checks"]
        assert [one["name"] for one in looked_at] == APPS_CHECKS
        assert all(one["since"] for one in looked_at)
        assert [one["name"] for one in json.loads(of_worker(processes, "/readyz")[1])["checks"]] == WORKERS_CHECKS

        # and the app's metrics tell of the whole, each process's of what it did
        whole = processes.get("/metrics")[1]
        for line in (
            "tagwork_journal_up 1.0",
            "tagwork_broker_up 1.0",
            "tagwork_workers 1.0",
            "tagwork_sweeper_up 1.0",
        ):
            assert f"\n{line}\n" in whole
        own = of_worker(processes, "/metrics")[1]
        assert 'tagwork_slack_calls_total{method="auth.test",outcome="ok"} 1.0' in own
        assert "tagwork_journal_up" not in own

        # when the broker is gone, then both name it, and live
        broker[0].process.kill()
        broker[0].process.wait()
        until(lambda: processes.get("/readyz")[0] == 503, "the app is not ready")
        until(lambda: of_worker(processes, "/readyz")[0] == 503, "the worker is not ready")
        assert "broker" in ready(processes.get("/readyz")[1])
        assert "broker" in ready(of_worker(processes, "/readyz")[1])
        assert processes.get("/livez")[0] == of_worker(processes, "/livez")[0] == 200
        until(lambda: "\ntagwork_broker_up 0.0\n" in processes.get("/metrics")[1], "its metrics say so")

        # when it is back, then both are ready again
        broker.append(start_valkey(broker[0].folder))
        until(lambda: processes.get("/readyz")[0] == 200, "the app is ready again", 60)
        until(lambda: of_worker(processes, "/readyz")[0] == 200, "the worker is ready again", 60)


@pytest.mark.failure_mode(44)
def test_a_worker_that_lives_and_does_nothing_is_not_counted(
    shared_rehearsal: RehearsalProcess, tmp_path: Path
) -> None:
    # given a Tagwork whose only worker is frozen
    offset = tmp_path / "offset"
    offset.write_text("0")
    with tagwork(shared_rehearsal, tmp_path, settings={"CLOCK__OFFSET_FILE": str(offset)}) as processes:
        until(lambda: processes.get("/readyz")[0] == 200, "the app is ready")
        worker = processes.part("worker 1")
        os.kill(worker.pid, signal.SIGSTOP)
        try:
            # when it has said nothing for half a minute
            move(Clock(offset), 31)

            # then the app is not ready, and names the worker and since when it is silent
            until(lambda: processes.get("/readyz")[0] == 503, "the app is not ready")
            wrong = ready(processes.get("/readyz")[1])
            assert "workers" in wrong
            assert re.search(rf"process {worker.pid} was last heard of [34]\d s ago", wrong["workers"])
        finally:
            os.kill(worker.pid, signal.SIGCONT)

        # when it goes on, then the app is ready again
        until(lambda: processes.get("/readyz")[0] == 200, "the app is ready again")
