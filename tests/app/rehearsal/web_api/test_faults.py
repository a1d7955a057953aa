"""Every method that writes can meet every fault, with and without its effect."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.given.rehearsal import ControlRefused, RehearsalProcess

SALES, ANN = "C0SALES0001", "U0ANN000001"
Json = dict[str, Any]
# a call, and a look at whether its effect took place
Try = tuple[Callable[[], object], Callable[[], bool]]


def starting_a_stream(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """A stream in a new thread."""
    root = rehearsal.post("ann", "sales", "root").ts
    args: Json = {"recipient_user_id": ANN, "recipient_team_id": rehearsal.team_id}
    return (
        lambda: client.chat_startStream(channel=SALES, thread_ts=root, markdown_text="x", **args),
        lambda: len(rehearsal.thread("sales", root)) == 2,
    )


def _stream(rehearsal: RehearsalProcess, client: WebClient) -> tuple[str, Callable[[], str]]:
    root = rehearsal.post("ann", "sales", "root").ts
    args: Json = {"recipient_user_id": ANN, "recipient_team_id": rehearsal.team_id}
    ts = client.chat_startStream(channel=SALES, thread_ts=root, **args)["ts"]
    return ts, lambda: str(rehearsal.thread("sales", root)[1]["text"])


def appending(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """More text for a stream."""
    ts, shown = _stream(rehearsal, client)
    return (lambda: client.chat_appendStream(channel=SALES, ts=ts, markdown_text="x")), (lambda: shown() == "x")


def stopping(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """The end of a stream, with a last text."""
    ts, shown = _stream(rehearsal, client)
    return (lambda: client.chat_stopStream(channel=SALES, ts=ts, markdown_text="x")), (lambda: shown() == "x")


def session(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """A session's first status."""
    root = rehearsal.post("ann", "sales", "root").ts
    return (
        lambda: client.agents_sessions_setStatus(channel_id=SALES, thread_ts=root, status="processing"),
        lambda: bool(rehearsal.sessions()),
    )


def status(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """A passing status."""
    root = rehearsal.post("ann", "sales", "root").ts
    return (
        lambda: client.assistant_threads_setStatus(channel_id=SALES, thread_ts=root, status="is reading"),
        lambda: bool(rehearsal.statuses()["shown"]),
    )


def scheduling(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """A message for later."""
    return (
        lambda: client.chat_scheduleMessage(channel=SALES, post_at=int(time.time()) + 600, text="x"),
        lambda: bool(client.chat_scheduledMessages_list()["scheduled_messages"]),
    )


def sharing(rehearsal: RehearsalProcess, client: WebClient) -> Try:
    """A file with its three calls, the last of which may break."""
    return (
        lambda: client.files_upload_v2(channel=SALES, content="x", filename="x.txt"),
        lambda: bool(rehearsal.history("sales")),
    )


WRITES: dict[str, Callable[[RehearsalProcess, WebClient], Try]] = {
    "chat.startStream": starting_a_stream,
    "chat.appendStream": appending,
    "chat.stopStream": stopping,
    "agents.sessions.setStatus": session,
    "assistant.threads.setStatus": status,
    "chat.scheduleMessage": scheduling,
    "files.completeUploadExternal": sharing,
}


@pytest.mark.parametrize(
    ("kind", "takes_effect"),
    [
        ("http_500", False),
        ("http_500_after", True),
        ("reset_before", False),
        ("reset_after", True),
        ("ratelimited", False),
        ("error", False),
    ],
)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_breaks_as_chosen(
    rehearsal: RehearsalProcess, client: WebClient, method: str, kind: str, takes_effect: bool
) -> None:
    # given
    call, done = WRITES[method](rehearsal, client)
    rehearsal.fault(kind, method, seconds=1)
    # when
    with pytest.raises((SlackApiError, OSError)):
        call()
    # then
    (broken,) = [one for one in rehearsal.calls(method) if one["fault"]]
    assert broken["took_effect"] is takes_effect
    assert done() is takes_effect


@pytest.mark.parametrize("method", ["chat.postMessage", "files", "agents.sessions.setStatus"])
def test_only_streams_can_die(rehearsal: RehearsalProcess, method: str) -> None:
    # given / when / then
    with pytest.raises(ControlRefused, match="cannot have the fault stream_dies"):
        rehearsal.fault("stream_dies", method)
