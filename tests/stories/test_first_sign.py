"""How soon people see that they were heard: before any model is asked, and within two seconds."""

import pytest

from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, release_model, says
from tests.given.tagwork import TagworkProcesses, answered

MENTIONS = 20
MOST = 2.0
"""Seconds within which 19 of 20 must have their sign, from the event on: the parity list's row."""


def seconds_to_sign(tagwork: TagworkProcesses, posted: Posted) -> float:
    """Return the seconds from the first attempt to deliver a mention to the sign on it."""
    root = posted.thread_ts or posted.ts
    signs = [
        one["at"]
        for one in tagwork.rehearsal.calls("agents.sessions.setStatus")
        if one["args"].get("thread_ts") == root
    ]
    delivered = [
        event["attempts"][0]["at"]
        for event in tagwork.rehearsal.events()
        if event["payload"]["event"].get("ts") == posted.ts and event["attempts"]
    ]
    return float(min(signs)) - float(min(delivered))


@pytest.mark.parity("Mention starts work", "match")
def test_a_mention_has_its_sign_within_two_seconds_while_the_model_has_not_answered(served: TagworkProcesses) -> None:
    # given a model that answers nobody yet
    rehearsal = served.rehearsal
    says(rehearsal, "Here I am.", times=MENTIONS)
    hold_model(rehearsal, MENTIONS)

    # when twenty people's mentions come, one after the other
    posted = []
    for number in range(MENTIONS):
        one = rehearsal.post("ann", "sales", f"@tagwork hello {number}")
        rehearsal.wait_for("session", channel=one.channel, thread_ts=one.ts, status="processing")
        posted.append(one)

    # then 19 of 20 were seen to be heard within two seconds
    took = sorted(seconds_to_sign(served, one) for one in posted)
    assert took[MENTIONS * 95 // 100 - 1] < MOST, took

    # and all are answered once the model answers
    release_model(rehearsal)
    for one in posted:
        answered(rehearsal, one, containing="Here I am.")
