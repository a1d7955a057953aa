"""How long the app took with a mention, and the conditions by which a driver of many mentions waits."""

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.events.test_socket_mode import bolt_app
from tests.app.rehearsal.interactivity.bolt import SALES
from tests.given.rehearsal import NotSeen, RehearsalProcess


def test_a_mention_shows_when_it_was_acknowledged_signed_and_answered(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given an app that answers within its listener, and another mention before
    with bolt_app(rehearsal):
        rehearsal.post("ben", "sales", "@tagwork before")
        rehearsal.wait_for("posted", at_least=1)
        posted = rehearsal.post("ann", "sales", "@tagwork now")
        rehearsal.wait_for("posted", at_least=2)
        rehearsal.wait_for("events_settled")
        # when it also gives a sign
        client.reactions_add(channel=SALES, timestamp=posted.ts, name="eyes")
    # then its mention has each time, in seconds from its event, and the other one has no sign
    both = rehearsal.control("GET", "/timings")["mentions"]
    (one,) = rehearsal.control("GET", "/timings", {"after": 1})["mentions"]
    assert both[1] == one
    assert both[0]["sign"] is None
    assert one["ts"] == posted.ts
    assert one["messages"] == 1
    assert 0 < one["answer"] <= one["acknowledged"] <= one["all_acknowledged"]
    assert one["sign"] > one["answer"]


def test_what_nobody_heard_has_no_times(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a mention while no app is connected, when a session begins to process there
    rehearsal.delivery(retry_after=[])
    posted = rehearsal.post("ann", "sales", "@tagwork anyone?")
    rehearsal.wait_for("events", state="given_up", name="app_mention")
    client.agents_sessions_setStatus(channel_id=SALES, thread_ts=posted.ts, status="processing")
    # then only that has a time
    (one,) = rehearsal.control("GET", "/timings")["mentions"]
    assert (one["acknowledged"], one["all_acknowledged"], one["answer"], one["messages"]) == (None, None, None, 0)
    assert one["sign"] > 0
    # and while it does, nothing has settled
    with pytest.raises(NotSeen):
        rehearsal.wait_for("sessions_settled", timeout_seconds=0.05)
    client.agents_sessions_setStatus(channel_id=SALES, thread_ts=posted.ts, status="active")
    assert rehearsal.wait_for("sessions_settled") == []
