"""The storm at work, once: one process dies at one boundary, and the storm sees that nothing came of it."""

import queue
import shutil
from pathlib import Path

import pytest

from tests.given.counting_server import counting_server
from tests.given.rehearsal import RehearsalProcess
from tests.given.servers import start_broker
from tests.storm.crash_points import CrashPoint, Storm
from tests.storm.crossing import Boundary
from tests.storm.lane import Servers, lane
from tests.storm.processes import nursery
from tests.storm.references import REFERENCES

POSTED = Boundary.parse("worker slack after chat.postMessage 1")


@pytest.mark.failure_mode(20)
def test_a_worker_that_dies_behind_its_post_is_followed_by_another_and_one_answer_stands(
    shared_rehearsal: RehearsalProcess, sqlite_url: str, tmp_path: Path
) -> None:
    # given an app and a worker, and the place between an answer's post and its record
    broker = start_broker()
    points = queue.SimpleQueue[CrashPoint]()
    points.put(CrashPoint(REFERENCES[0], POSTED))
    try:
        with counting_server() as counting:
            servers = Servers(shared_rehearsal, broker, counting, sqlite_url, tmp_path / "no_tools")
            with lane("one", tmp_path / "lane", servers, nursery()) as one:
                one.begin()

                # when the worker is killed there
                found, kills, missed = Storm(one, "sqlite").run(points)
    finally:
        broker.process.terminate()
        broker.process.wait()
        shutil.rmtree(broker.folder, ignore_errors=True)

    # then it has died, and people have one answer
    assert (kills, missed, found.runs) == (1, 0, 1)
    assert found.good, found
