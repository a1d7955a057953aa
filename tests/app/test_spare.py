"""A worker that stands by takes the place of one that died at once, and ends with the parent that would call it."""

import subprocess
import sys
from collections.abc import Sequence

from app.spare import Spare
from tests.given.waiting import until

WAITS = "import os, sys; sys.exit(7 if os.read(int(sys.argv[1]), 1) else 0)"
"""A process as `stand_by` leaves it: it waits for a byte on the pipe that it is given."""


def run(command: Sequence[str], call: int) -> "subprocess.Popen[bytes]":
    """Start the command as the parent does: with the pipe on which it is called."""
    return subprocess.Popen([*command, str(call)], pass_fds=[call])


def standing_by() -> Spare:
    """Return a spare that has been started."""
    spare = Spare([sys.executable, "-c", WAITS], after=0.0)
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
