"""The parts of `serve` begin as copies of a parent that has imported everything and opened nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.copies import can_copy

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not can_copy(), reason="parts begin from nothing on this system")

IMPORTS = """
import json, os, threading
before = os.listdir("/proc/self/fd")
from app.copies import import_all
import_all("agents.models.claude")
import sys
print(json.dumps({
    "threads": threading.active_count(),
    "opened": sorted(set(os.listdir("/proc/self/fd")) - set(before)),
    "imported": all(one in sys.modules for one in ("app.front", "celery", "slack_bolt", "sqlalchemy", "anthropic")),
}))
"""

PARENT = """
import json, os, signal, sys
import app.cli
from app import copies

def tell():
    print(json.dumps({
        "words": sys.argv,
        "environ": dict(os.environ),
        "open": [one for one in (kept, closed) if os.path.exists(f"/proc/self/fd/{one}")],
        "title": open("/proc/self/cmdline").read().strip("\\0"),
        "term": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL,
        "wakes_its_parent": signal.set_wakeup_fd(-1) != -1,
    }), flush=True)
    sys.exit(int(sys.argv[-1]))

app.cli.main = tell
(kept, closed), (_, wakes) = os.pipe(), os.pipe()
os.set_blocking(wakes, False)
signal.set_wakeup_fd(wakes)
signal.signal(signal.SIGTERM, lambda *_: None)
process = copies.begin_copy("worker 1", ["serve", "3"], {"ONLY": "this"}, [kept])
code = process.wait(20)
print(json.dumps({"code": code, "returncode": process.returncode, "polled": process.poll()}))
"""

WAITS = """
import signal, subprocess, sys
import app.cli
from app import copies
app.cli.main = signal.pause
signal.signal(signal.SIGTERM, lambda *_: None)
process = copies.begin_copy("app", [], {}, [])
assert process.poll() is None
try:
    process.wait(0)
except subprocess.TimeoutExpired:
    print("runs")
getattr(process, sys.argv[1])()
print(process.wait(20))
"""


def told(script: str, *words: str) -> list[str]:
    """Run a parent; return its lines."""
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_importing_everything_opens_no_file_and_starts_no_thread() -> None:
    # given a parent that has imported what its parts need, when it looks at itself, then a copy of it is safe
    [line] = told(IMPORTS)
    assert json.loads(line) == {"threads": 1, "opened": [], "imported": True}


def test_a_copy_is_a_process_as_any_that_begins() -> None:
    # given a parent with an environment, files and signals of its own
    # when a part begins as its copy
    copy, parent = (json.loads(line) for line in told(PARENT))

    # then it has its own words, environment and title, and hears signals as a process that begins does
    assert copy["words"] == ["tagwork", "serve", "3"]
    assert copy["environ"] == {"ONLY": "this"}
    assert copy["title"] == "tagwork: worker 1"
    assert copy["term"] is True
    assert copy["wakes_its_parent"] is False
    # and of the parent's files it has the one that it was given
    assert len(copy["open"]) == 1
    # and its parent hears how it ended
    assert parent == {"code": 3, "returncode": 3, "polled": 3}


@pytest.mark.parametrize(("how", "code"), [("terminate", "-15"), ("kill", "-9")])
def test_a_copy_ends_by_a_signal_and_its_parent_sees_which(how: str, code: Any) -> None:
    # given a copy that waits, when it is told to end, then the code names the signal
    assert told(WAITS, how) == ["runs", code]
