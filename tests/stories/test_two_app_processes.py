"""Two app processes and two workers share one PostgreSQL: each of 200 mentions is answered exactly once."""

import random
from pathlib import Path

import pytest

from agents.journal import runs
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says
from tests.given.tagwork import tagwork

MENTIONS = 200
CHANNELS = ("general", "sales", "finance", "partners")
DELIVERIES = ["message", "app_mention"] * 3


@pytest.mark.failure_mode(2)
@pytest.mark.failure_mode(3)
@pytest.mark.failure_mode(4)
@pytest.mark.failure_mode(11)
@pytest.mark.timeout(180)
def test_two_hundred_mentions_delivered_six_times_each_make_two_hundred_answers(
    postgres_url: str, tmp_path: Path
) -> None:
    with RehearsalProcess.start() as rehearsal:
        rehearsal.limits(100_000)
        # an event that the journal is too busy to take in is refused, and comes again: here soon, not in a minute
        rehearsal.delivery(ack_seconds=10, retry_after=[1, 2, 4, 8])
        says(rehearsal, "Done as asked.", times=MENTIONS)
        settings = {"ENGINE__THREADS": "8"}
        with tagwork(rehearsal, tmp_path, apps=2, workers=2, database_url=postgres_url, settings=settings) as served:
            # given two app processes on one app token, which share the events between them
            shuffled = random.Random(7)

            # when 200 mentions come, each by six deliveries of its two events in a shuffled order
            posted = []
            for number in range(MENTIONS):
                order = shuffled.sample(DELIVERIES, k=len(DELIVERIES))
                channel = CHANNELS[number % len(CHANNELS)]
                posted.append(rehearsal.post("ann", channel, f"@tagwork request {number}", deliveries=order))
            rehearsal.wait_for("calls", method="chat.postMessage", outcome="ok", at_least=MENTIONS, timeout_seconds=80)
            rehearsal.wait_for("events_settled", timeout_seconds=40)

            # then each thread has exactly one answer, by Rehearsal's own log, and each mention is one Run
            answers = [one for one in rehearsal.visible() if one["what"] == "posted" and one["bot_id"]]
            asked = {(one.channel, one.ts) for one in posted}
            assert len(answers) == MENTIONS
            assert {(one["channel"], one["thread_ts"]) for one in answers} == asked
            found = served.journal.read(lambda tx: runs.listed(tx, most=1_000))
            assert len(found) == MENTIONS
            assert {run.status.value for run in found} == {"done"}
            # and both app processes took their part
            messages = rehearsal.control("GET", "/connections")["connections"]
            assert len([one for one in messages if one["received"]]) == 2
            assert_invariants(served.journal)
