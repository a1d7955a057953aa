"""A worker that stands by takes the place of one that died at once, and ends with the parent that would call it."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.spare import LEFT_OUT, Spare
from tests.given.waiting import until

WAITS = "import os, sys; sys.exit(7 if os.read(int(sys.argv[1]), 1) else 0)"
"""A process as `stand_by` leaves it: it waits for a byte on the pipe that it is given."""


ROOT = Path(__file__).parents[2]

DIES_BESIDE_ANOTHER = """
import os, sys
if "--spare" in sys.argv:
    open(sys.argv[1], "w").close()
    if not os.read(int(sys.argv[sys.argv.index("--spare") + 1]), 1):
        raise SystemExit(0)
open(sys.argv[1]).close()
raise SystemExit(3)
"""
"""A worker that dies as soon as another stands by, which it hears of through a named pipe."""

PARENT = """
import sys
from app import restarts, spare
restarts.GIVES_UP, restarts.FIRST_PAUSE, restarts.LONGEST_PAUSE, spare.LEFT_OUT = 2, 3600.0, 3600.0, 3600.0
from app.logs import configure
from app.parent import Parent
from app.settings import load
configure("json")
dies = [sys.executable, "-c", sys.argv[2], sys.argv[1] + "/stands-by"]
lives = [sys.executable, "-c", "import signal; signal.pause()"]
settings = load({"TAGWORK_HOME": sys.argv[1], "TAGWORK_BROKER_URL": "redis://127.0.0.1:1"})
raise SystemExit(Parent(settings, {"app": lives, "worker 1": dies}, {}, spare=dies).run())
"""


def run(command: Sequence[str], call: int) -> "subprocess.Popen[bytes]":
    """Start the command as the parent does: with the pipe on which it is called."""
    return subprocess.Popen([*command, str(call)], pass_fds=[call])


def standing_by() -> Spare:
    """Return a spare that has been started."""
    spare = Spare([sys.executable, "-c", WAITS], after=0.0, again=0.0)
    assert spare.is_due()
    spare.start(run)
    return spare


def test_it_is_called_once_and_the_next_one_is_started_later() -> None:
    # given one that stands by
    spare = standing_by()
    assert not spare.is_due()

    # when a worker has died
    called = spare.call()

    # then it works, there is none until the next is started, and workers are started as ever meanwhile
    assert called is not None
    assert called.wait(20) == 7
    assert spare.call() is None
    assert spare.is_due()


def test_it_takes_the_place_of_one_that_would_pause_for_a_moment_and_not_of_one_that_dies_again_and_again() -> None:
    # given one that stands by
    spare = standing_by()

    # when a worker has died a few times, then its pause is left out, and a longer one is kept
    assert spare.is_called_despite(LEFT_OUT)
    assert not spare.is_called_despite(LEFT_OUT + 0.1)

    # and where nobody stands by each pause is kept
    called = spare.call()
    assert called is not None
    assert called.wait(20) == 7
    assert not spare.is_called_despite(LEFT_OUT)


def test_a_parent_calls_it_in_the_place_of_a_worker_that_would_pause(tmp_path: Path) -> None:
    # given a worker that dies whenever another one stands by, and would then pause for an hour
    os.mkfifo(tmp_path / "stands-by")
    command = [sys.executable, "-c", PARENT, str(tmp_path), DIES_BESIDE_ANOTHER]

    # when its parent keeps it running, then nobody waits: it has soon died as often as is borne
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "tagwork: worker 1 died 3 times in a row (last exit code 3); giving up" in told.stderr.splitlines()


def test_one_that_is_dead_itself_takes_no_place() -> None:
    # given one that has died, unseen
    spare = standing_by()
    assert spare.process is not None
    spare.process.kill()
    spare.process.wait(20)

    # when a worker dies, then its pause is kept
    assert not spare.is_called_despite(LEFT_OUT)
    until(spare.is_due, "the next one is due")


def test_it_ends_when_nobody_can_call_it_any_more() -> None:
    # given one that stands by
    spare = standing_by()
    process = spare.process
    assert process is not None

    # when its parent forgets it, as one that ends does
    spare.forget()

    # then it ends by itself
    assert process.wait(20) == 0


def test_one_that_died_by_itself_is_replaced() -> None:
    # given one that was killed
    spare = standing_by()
    assert spare.process is not None
    spare.process.kill()

    # when that is seen, then the next one is due, and nobody is called in its place
    until(spare.is_due, "the next one is due")
    assert spare.call() is None


def test_without_a_command_none_is_ever_due() -> None:
    # given a parent that is to have none, then it never waits for one
    none = Spare([])
    assert none.wait() == []
    assert not none.is_due()
