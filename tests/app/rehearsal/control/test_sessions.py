"""The native Stop and the other things that people do with an agent's sessions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.app.rehearsal.interactivity.bolt import ANN, SALES
from tests.given.rehearsal import ControlRefused, RehearsalProcess


def begin(rehearsal: RehearsalProcess, client: WebClient, status: str = "processing") -> str:
    """Ann's thread, whose session has this status."""
    root = rehearsal.post("ann", "sales", "@tagwork count", deliveries=[]).ts
    client.agents_sessions_setStatus(channel_id=SALES, thread_ts=root, status=status)
    return root


def test_stop_ends_the_threads_streams_and_says_which(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a thread with a running stream
    root = begin(rehearsal, client)
    stream = client.chat_startStream(
        channel=SALES,
        thread_ts=root,
        recipient_user_id=ANN,
        recipient_team_id=rehearsal.team_id,
        markdown_text="Counting",
    )["ts"]
    # when anyone in the channel presses Stop
    rehearsal.stop_session("ben", "sales", root)
    # then
    (event,) = rehearsal.events("agent_session_stopped")
    told = dict(event["payload"]["event"])
    assert told.pop("event_ts")
    assert told == {
        "type": "agent_session_stopped",
        "channel": SALES,
        "user": "U0BEN000001",
        "thread_ts": root,
        "streaming_message_ts": [stream],
    }
    refusal = error_of(lambda: client.chat_appendStream(channel=SALES, ts=stream, markdown_text=" more"))
    assert refusal["error"] == "stopped_by_user"
    # and Slack leaves the status to the app
    assert [one["status"] for one in rehearsal.sessions()] == ["processing"]


def test_there_is_no_stop_without_work_under_way(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    root = begin(rehearsal, client, "active")
    untouched = rehearsal.post("ann", "sales", "hello", deliveries=[]).ts
    # when / then
    with pytest.raises(ControlRefused, match="must be processing, and it is active"):
        rehearsal.stop_session("ann", "sales", root)
    with pytest.raises(ControlRefused, match="must be processing, and it has none"):
        rehearsal.stop_session("ann", "sales", untouched)


def test_there_is_no_stop_without_its_subscription(manifest_with: Callable[..., Path]) -> None:
    # given
    manifest = manifest_with(("agent_session_stopped",))
    # when / then
    with (
        RehearsalProcess.start(manifest=manifest) as rehearsal,
        pytest.raises(ControlRefused, match="does not subscribe to agent_session_stopped"),
    ):
        rehearsal.stop_session("ann", "sales", "1.000001")


def test_a_person_renames_a_session_and_looks_elsewhere(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    root = begin(rehearsal, client)
    # when
    rehearsal.control("POST", "/rename_session", {"user": "ann", "channel": "sales", "thread_ts": root, "title": "Q3"})
    rehearsal.control("POST", "/look_at", {"user": "ann", "channel": "finance"})
    # then
    (renamed,) = rehearsal.events("agent_session_title_changed")
    assert (renamed["payload"]["event"]["title"], rehearsal.sessions()[0]["title"]) == ("Q3", "Q3")
    (looked,) = rehearsal.events("app_context_changed")
    assert [one["value"] for one in looked["payload"]["event"]["context"]["entities"]] == ["C0FINANCE01"]
