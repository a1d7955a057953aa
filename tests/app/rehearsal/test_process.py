"""The process: its ready line, its end, its clock, its refusals."""

import os
import select
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.app.rehearsal.conftest import MANIFEST, web_client
from tests.given.rehearsal import REPOSITORY, RehearsalProcess

# processor time, not time of day: the machine may be busy. It takes about half a second
START_SECONDS = 1.5


def processor_seconds(process: int) -> float:
    """The processor time that a process has used so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_it_says_one_line_when_it_serves_and_ends_at_once_on_sigterm() -> None:
    # given a process with a call that it holds
    rehearsal = RehearsalProcess.start(manifest=MANIFEST)
    assert processor_seconds(rehearsal.process.pid) < START_SECONDS
    rehearsal.hold("stuck", "auth.test")
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(web_client(rehearsal).auth_test)
        rehearsal.wait_for("hold", name="stuck")
        # when
        rehearsal.process.send_signal(signal.SIGTERM)
        # then
        assert rehearsal.process.wait(5) == 0
        assert isinstance(call.exception(5), OSError)
    assert rehearsal.process.stdout is not None
    assert rehearsal.process.stdout.read() == ""
    rehearsal.process.stdout.close()


def test_a_client_that_leaves_in_the_middle_of_a_request_is_no_fault_of_its(capfd: pytest.CaptureFixture[str]) -> None:
    # given
    with RehearsalProcess.start(manifest=MANIFEST) as rehearsal:
        at = urlsplit(rehearsal.slack_api_url)
        # when somebody hangs up before the body is whole
        with socket.create_connection((at.hostname, at.port)) as client:
            client.sendall(b"POST /api/auth.test HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\ntoken")
            client.shutdown(socket.SHUT_WR)
            # then it hangs up too
            while client.recv(1024):
                continue
        # and goes on, with nothing to complain of
        assert web_client(rehearsal).auth_test()["ok"]
    assert capfd.readouterr().err == ""


def test_it_does_not_outlive_its_parent(tmp_path: Path) -> None:
    # given a parent that starts Rehearsal and is killed
    script = (
        "import subprocess, sys, os\n"
        "p = subprocess.Popen([sys.executable, '-m', 'app.rehearsal', '--with-parent', '--manifest', sys.argv[1]],\n"
        "    stdout=subprocess.PIPE, text=True)\n"
        "p.stdout.readline()\n"
        "print(p.pid, flush=True)\n"
        "p.wait()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(MANIFEST)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    watched = os.pidfd_open(child)
    # when
    parent.kill()
    parent.wait()
    parent.stdout.close()
    # then the process is gone as soon as its descriptor becomes readable
    readable, _, _ = select.select([watched], [], [], 5)
    os.close(watched)
    assert readable


def test_its_time_follows_the_clock_file(tmp_path: Path) -> None:
    # given
    file = tmp_path / "clock"
    with RehearsalProcess.start(manifest=MANIFEST, clock_file=file) as rehearsal:
        before = float(rehearsal.post("ann", "sales", "now").ts)
        # when the control sets an offset, then another process does
        rehearsal.clock(3_600)
        after = float(rehearsal.post("ann", "sales", "in an hour").ts)
        written = float(file.read_text())
        file.write_text("7200")
        later = float(rehearsal.post("ann", "sales", "in two hours").ts)
    # then
    assert written == 3_600
    assert 3_600 <= after - before < 3_700
    assert 3_600 <= later - after < 3_700


def test_a_manifest_whose_event_lacks_its_scope_stops_the_start(tmp_path: Path) -> None:
    # given
    file = tmp_path / "manifest.yml"
    file.write_text("settings: {event_subscriptions: {bot_events: [app_mention]}}")
    # when
    ended = subprocess.run(
        [sys.executable, "-m", "app.rehearsal", "--manifest", str(file)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=20,
    )
    # then
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "app_mentions:read" in ended.stderr


def test_an_unknown_key_in_a_world_stops_the_start() -> None:
    # given / when / then
    with pytest.raises(RuntimeError, match="did not start"):
        RehearsalProcess.start(manifest=MANIFEST, world={"peopel": []})
