"""Socket Mode with the unmodified Bolt app and its builtin handler."""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.app.rehearsal.conftest import web_client
from tests.given.rehearsal import RehearsalProcess

Json = dict[str, Any]


@contextmanager
def bolt_app(rehearsal: RehearsalProcess) -> Iterator[tuple[App, list[Json]]]:
    """A Bolt app on a socket that keeps the body of every event; end: the socket is closed."""
    heard: list[Json] = []
    app = App(client=web_client(rehearsal), process_before_response=True)

    @app.use
    def keep(body: Json, req: BoltRequest, next_: Callable[[], BoltResponse]) -> BoltResponse:
        heard.append(body | {"retry": req.headers.get("x-slack-retry-num")})
        return next_()

    @app.event("app_mention")
    def mention(event: Json) -> None:
        app.client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="heard you")

    @app.event("message")
    def message() -> None:
        """Acknowledge only."""

    handler = SocketModeHandler(app, rehearsal.app_token)
    handler.client.connect()
    rehearsal.wait_for("connections")
    try:
        yield app, heard
    finally:
        end(rehearsal, handler.client)


@contextmanager
def bare_socket(rehearsal: RehearsalProcess, *, acknowledge: bool = True) -> Iterator[list[SocketModeRequest]]:
    """The builtin socket client alone; it acknowledges everything or nothing."""
    heard: list[SocketModeRequest] = []

    def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request)
        if acknowledge:
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client = SocketModeClient(app_token=rehearsal.app_token, web_client=web_client(rehearsal))
    client.socket_mode_request_listeners.append(listen)
    before = rehearsal.control("GET", "/connections")["open"]
    client.connect()
    rehearsal.wait_for("connections", at_least=before + 1)
    try:
        yield heard
    finally:
        end(rehearsal, client)


@pytest.mark.failure_mode(4)
def test_a_mention_arrives_as_two_events_of_one_post(rehearsal: RehearsalProcess) -> None:
    # given a Bolt app on a socket
    with bolt_app(rehearsal) as (_, heard):
        # when someone mentions it
        posted = rehearsal.post("ann", "sales", "@tagwork which region?")
        rehearsal.wait_for("bot_messages", channel="sales", thread_ts=posted.ts, containing="heard you")
        rehearsal.wait_for("events_settled")
    # then
    events = [(body["event"]["type"], body["event"]["ts"]) for body in heard if body["event"]["user"] == "U0ANN000001"]
    assert sorted(events) == [("app_mention", posted.ts), ("message", posted.ts)]
    assert len({event_id for _, event_id in posted.events}) == 2


def test_an_envelope_says_where_an_event_belongs(rehearsal: RehearsalProcess) -> None:
    # given / when
    with bolt_app(rehearsal) as (_, heard):
        rehearsal.post("ann", "sales", "hello", deliveries=["message"])
        rehearsal.wait_for("events_settled")
    # then
    (body,) = heard
    assert body["type"] == "event_callback"
    assert (body["team_id"], body["api_app_id"]) == (rehearsal.team_id, rehearsal.app_id)
    assert body["authorizations"][0] == {
        "enterprise_id": None,
        "team_id": rehearsal.team_id,
        "user_id": rehearsal.bot_user,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    assert body["is_ext_shared_channel"] is False
    event = body["event"]
    assert (event["channel_type"], event["team"], event["text"]) == ("channel", rehearsal.team_id, "hello")
    assert event["client_msg_id"]
    assert "subtype" not in event
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "hello"}]


def test_a_duplicate_carries_the_same_event_id_in_the_order_asked_for(rehearsal: RehearsalProcess) -> None:
    # given
    with bare_socket(rehearsal) as heard:
        # when
        posted = rehearsal.post(
            "ann", "sales", "@tagwork hi", deliveries=["app_mention", "message", "app_mention", "message"]
        )
        rehearsal.wait_for("events_settled")
        rehearsal.wait_for("calls", method="apps.connections.open")
    # then
    arrived = sorted((request.retry_attempt, request.payload["event_id"]) for request in heard)
    ids = {event_id for _, event_id in posted.events}
    assert len(ids) == 2
    assert arrived == sorted((attempt, event_id) for event_id in ids for attempt in (0, 1))


@pytest.mark.failure_mode(1)
def test_an_event_that_nobody_acknowledges_comes_again_three_times(rehearsal: RehearsalProcess) -> None:
    # given an app that never acknowledges, and a short patience
    rehearsal.delivery(ack_seconds=0.05, retry_after=[0, 0.05, 0.05])
    with bare_socket(rehearsal, acknowledge=False) as heard:
        # when
        posted = rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="given_up")
    # then
    assert [(one.retry_attempt, one.retry_reason) for one in heard] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert {one.payload["event_id"] for one in heard} == {posted.events[0][1]}
    assert len({one.envelope_id for one in heard}) == 4


@pytest.mark.failure_mode(2)
def test_a_lost_acknowledgement_brings_the_event_again_with_its_retry_number(rehearsal: RehearsalProcess) -> None:
    # given an app whose first acknowledgement is lost
    rehearsal.delivery(ack_seconds=0.2)
    rehearsal.fault("ack_lost", "ack")
    with bolt_app(rehearsal) as (_, heard):
        # when
        rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="acknowledged")
    # then
    assert [body["retry"] for body in heard] == [["0"], ["1"]]
    assert len({body["event_id"] for body in heard}) == 1


@pytest.mark.failure_mode(11)
def test_each_envelope_goes_to_one_of_several_connections(rehearsal: RehearsalProcess) -> None:
    # given two connections
    with bare_socket(rehearsal) as one, bare_socket(rehearsal) as two:
        # when
        for number in range(4):
            rehearsal.post("ann", "sales", f"hello {number}")
        rehearsal.wait_for("events_settled")
    # then
    assert len(one) == len(two) == 2


def test_an_app_that_is_told_to_disconnect_comes_back(rehearsal: RehearsalProcess) -> None:
    # given
    with bare_socket(rehearsal) as heard:
        # when Slack refreshes the connection
        rehearsal.disconnect("refresh_requested")
        rehearsal.wait_for("calls", method="apps.connections.open", at_least=2, timeout_seconds=20)
        rehearsal.wait_for("connections")
        rehearsal.post("ann", "sales", "still there?")
        rehearsal.wait_for("events_settled")
    # then
    assert [one.type for one in heard if one.type == "events_api"] == ["events_api"]


def test_a_dropped_socket_fails_the_attempt_under_way(rehearsal: RehearsalProcess) -> None:
    # given an event on its way to an app that has not acknowledged it
    rehearsal.delivery(ack_seconds=30, retry_after=[])
    with bare_socket(rehearsal, acknowledge=False):
        rehearsal.post("ann", "sales", "hello")
        # when the connection is reset
        rehearsal.disconnect("drop")
        rehearsal.wait_for("events", state="given_up")
    # then
    assert [one["outcome"] for one in rehearsal.events()[0]["attempts"]] == ["connection_lost"]


def end(rehearsal: RehearsalProcess, client: SocketModeClient) -> None:
    """Close a socket client; its reader blocks for three seconds unless the connection breaks under it."""
    client.auto_reconnect_enabled = False
    rehearsal.disconnect("drop")
    client.close()


def handshake(url: str) -> int:
    """The HTTP status that a WebSocket handshake at this address earns."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version": "13",
    }
    connection.request("GET", f"{parts.path}?{parts.query}", headers=headers)
    response = connection.getresponse()
    response.close()
    connection.close()
    return response.status


def test_a_ticket_opens_one_connection_only(rehearsal: RehearsalProcess) -> None:
    # given
    url = str(web_client(rehearsal).apps_connections_open(app_token=rehearsal.app_token)["url"])
    # when it is used twice
    statuses = [handshake(url), handshake(url)]
    # then
    assert statuses == [101, 403]


def test_a_native_ping_is_answered_with_its_own_payload(rehearsal: RehearsalProcess) -> None:
    # given an open WebSocket
    parts = urlsplit(str(web_client(rehearsal).apps_connections_open(app_token=rehearsal.app_token)["url"]))
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as wire:
        wire.sendall(
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        received = wire.recv(4_096)
        while b"hello" not in received:
            received += wire.recv(4_096)
        # when it pings as slack_sdk does
        payload = b"sdk-ping-pong:1795545815.1"
        wire.sendall(bytes((0x89, 0x80 | len(payload), 0, 0, 0, 0)) + payload)
        # then
        assert wire.recv(4_096) == bytes((0x8A, len(payload))) + payload


def test_an_event_with_nobody_connected_is_tried_again_when_someone_is(rehearsal: RehearsalProcess) -> None:
    # given an event that found no connection
    rehearsal.delivery(retry_after=[0.2] * 100)
    rehearsal.post("ann", "sales", "anyone?")
    # when an app connects between two retries
    with bare_socket(rehearsal) as heard:
        rehearsal.wait_for("events", state="acknowledged")
    # then
    *failed, last = rehearsal.events()[0]["attempts"]
    assert {one["outcome"] for one in failed} == {"no_connection"}
    assert last["outcome"] == "acknowledged"
    assert [one.retry_attempt for one in heard] == [len(failed)]


def test_an_event_reaches_the_app_only_from_where_it_is_and_what_it_subscribed_to(
    rehearsal: RehearsalProcess,
) -> None:
    # given a channel without the bot / when
    outside = rehearsal.post("ann", "random", "@tagwork hello")
    inside = rehearsal.post("ann", "finance", "@tagwork hello")
    direct = rehearsal.post("ann", "dm", "@tagwork hello")
    # then in a direct message there is no app_mention
    assert outside.events == []
    assert [name for name, _ in inside.events] == ["message", "app_mention"]
    assert [name for name, _ in direct.events] == ["message"]
    kinds = [event["payload"]["event"].get("channel_type") for event in rehearsal.events("message")]
    assert kinds == ["group", "im"]


@pytest.mark.failure_mode(14)
def test_an_edit_and_a_deletion_are_told_with_what_was_there(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "first")
    # when
    rehearsal.edit("sales", posted.ts, "second")
    rehearsal.delete("sales", posted.ts)
    # then
    changed, deleted = (event["payload"]["event"] for event in rehearsal.events("message")[1:])
    assert (changed["subtype"], changed["message"]["text"]) == ("message_changed", "second")
    assert changed["previous_message"]["text"] == "first"
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", posted.ts)


@pytest.mark.failure_mode(12)
def test_other_bots_and_webhooks_are_marked_as_such(rehearsal: RehearsalProcess) -> None:
    # given / when
    rehearsal.post("deploybot", "sales", "@tagwork deployed")
    rehearsal.post("ann", "sales", "from outside", webhook="Alerts")
    # then
    first, second = (event["payload"]["event"] for event in rehearsal.events("message"))
    assert (first["bot_id"], first["app_id"], first["bot_profile"]["name"]) == (
        "B0OTHERBOT1",
        "A0OTHERBOT1",
        "deploybot",
    )
    assert (second["subtype"], second["username"]) == ("bot_message", "Alerts")
    assert "user" not in second


def test_a_shared_channel_says_so_and_names_the_authors_team(rehearsal: RehearsalProcess) -> None:
    # given / when
    rehearsal.post("sam", "partners", "@tagwork hello")
    # then
    payload = rehearsal.events("app_mention")[0]["payload"]
    assert payload["is_ext_shared_channel"] is True
    assert payload["event"]["user_team"] == "T0PARTNER01" != payload["team_id"]


def test_a_change_of_account_and_a_persons_reaction_are_told_when_subscribed(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "hello")
    # when
    rehearsal.control("POST", "/person", {"user": "ben", "kind": "guest"})
    rehearsal.react("ben", "sales", posted.ts, "thumbsup")
    rehearsal.react("ben", "sales", posted.ts, "thumbsup", remove=True)
    # then reaction_removed is not in this manifest
    assert rehearsal.events("user_change")[0]["payload"]["event"]["user"]["is_restricted"] is True
    assert rehearsal.events("reaction_added")[0]["payload"]["event"]["item"]["ts"] == posted.ts
    assert rehearsal.events("reaction_removed") == []
