"""The broker is only a hint machine: while it is gone, intake goes on, and afterwards what is due is worked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.valkey import Valkey, start_valkey
from tests.given.rehearsal import RehearsalProcess
from tests.given.tagwork import answered, tagwork


@pytest.fixture
def broker() -> Iterator[list[Valkey]]:
    """A Valkey that the test kills; the last one of the list is the one that runs."""
    running = [start_valkey()]
    yield running
    running[-1].process.kill()
    running[-1].process.wait()


@pytest.mark.failure_mode(44)
@pytest.mark.failure_mode(46)
def test_a_mention_that_comes_while_the_broker_is_gone_is_answered_when_it_is_back(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, broker: list[Valkey]
) -> None:
    rehearsal = shared_rehearsal
    with tagwork(rehearsal, tmp_path, broker_url=broker[0].url):
        # given a Tagwork that has worked, and whose broker is gone
        answered(rehearsal, rehearsal.post("ann", "sales", "@tagwork hello, what can you do?"))
        broker[0].process.kill()
        broker[0].process.wait()

        # when someone asks
        posted = rehearsal.post("ann", "sales", "@tagwork hello, are you there?")

        # then Slack gets its acknowledgement and the person a sign, and the answer comes once the broker is back
        rehearsal.wait_for("events_settled")
        rehearsal.wait_for("session", channel=posted.channel, thread_ts=posted.ts, status="processing")
        broker.append(start_valkey(broker[0].folder))
        answered(rehearsal, posted, seconds=60)
