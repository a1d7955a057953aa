"""What dies is started again: at once, then after growing pauses, and at last not any more."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.restarts import FIRST_PAUSE, GIVES_UP, LONGEST_PAUSE, YOUNG, Restarts

ROOT = Path(__file__).parents[2]

PARENT = """
import subprocess, sys
from app import restarts
restarts.GIVES_UP = 2
from app.logs import configure
from app.parent import Parent
from app.settings import load
configure("json")
def begin(name, words, environ, passed):
    return subprocess.Popen([sys.executable, "-c", words[0]])
children = {"app": ["import signal; signal.pause()"], "worker 1": ["raise SystemExit(3)"]}
settings = load({"TAGWORK_HOME": sys.argv[1], "TAGWORK_BROKER_URL": "redis://127.0.0.1:1"})
raise SystemExit(Parent(settings, children, {}, begin).run())
"""


class Clock:
    """Seconds that the test lets pass."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        """Return them."""
        return self.at


def test_the_first_start_is_at_once_and_each_further_one_waits_twice_as_long() -> None:
    # given something that dies as soon as it is started
    clock = Clock()
    made, pauses = Restarts(clock), []

    # when it is started again until that is given up
    while True:
        made.began()
        pause = made.died()
        if pause is None:
            break
        assert made.wait() == pytest.approx(pause)
        clock.at += pause
        assert made.wait() == 0
        pauses.append(pause)

    # then people wait for nothing at first, pauses double, and there is an end
    assert pauses[:3] == [0.0, FIRST_PAUSE, 2 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert len(pauses) == GIVES_UP
    assert max(pauses) <= LONGEST_PAUSE


def test_what_lived_for_a_while_begins_afresh() -> None:
    # given something that has died several times in a row
    clock = Clock()
    made = Restarts(clock)
    for _ in range(GIVES_UP):
        made.began()
        made.died()

    # when it lives for a while and dies then, then it is started at once
    made.began()
    clock.at += YOUNG + 1
    assert made.died() == 0.0
    assert made.deaths == 1


def test_a_parent_that_cannot_keep_a_child_running_says_so_once_and_ends_with_1(tmp_path: Path) -> None:
    # given a worker that ends as soon as it is started, and an app that lives
    # when the parent has tried often enough
    told = subprocess.run(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    # then it ends with code 1, takes the app along, and one line says what died of what; the log has each death
    lines = told.stderr.splitlines()
    assert told.returncode == 1, told.stderr
    assert [one for one in lines if one.startswith("tagwork: ")] == [
        "tagwork: worker 1 died 3 times in a row (last exit code 3); giving up"
    ]
    assert sum('"a process ended and is started again"' in one for one in lines) == 2
    assert sum('"a process cannot be kept running; everything ends"' in one for one in lines) == 1
