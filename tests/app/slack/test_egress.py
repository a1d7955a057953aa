"""Every call of Slack ends in its answer or in one of three ways to fail, within its deadline, and tells no token."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from prometheus_client import REGISTRY

from agents.surface import CallFailed, OutcomeUnknown, Refused, TryLater
from app.slack.egress import Egress
from app.slack.limits import RETRY_AFTER
from tests.app.slack.wire_server import Reply, WireServer, says, wire_server

TOKEN = "xoxb-1-very-secret"
POST = "chat.postMessage"


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


@pytest.fixture
def egress(wire: WireServer) -> Iterator[Egress]:
    calls = Egress(TOKEN, wire.api)
    yield calls
    calls.close()


def failing(egress: Egress, method: str, seconds: float = 5.0) -> CallFailed:
    """Call and return what it ended in."""
    with pytest.raises(CallFailed) as failed:
        egress.call(method, {"channel": "C1", "text": "hi"}, seconds=seconds)
    return failed.value


def test_arguments_go_as_each_method_takes_them(wire: WireServer, egress: Egress) -> None:
    # given a method that takes JSON and one that takes a form
    egress.call(POST, {"channel": "C1", "text": "é", "unfurl_links": False, "blocks": None}, seconds=5)
    egress.call("conversations.replies", {"channel": "C1", "inclusive": True}, seconds=5)
    # then both are sent so, with the token, over one connection
    posted, asked = wire.seen
    assert json.loads(posted.body) == {"channel": "C1", "text": "é", "unfurl_links": False}
    assert parse_qs(asked.body.decode()) == {"channel": ["C1"], "inclusive": ["1"]}
    assert posted.headers["authorization"] == f"Bearer {TOKEN}"
    assert wire.connections == 1


def test_being_asked_to_wait_is_told_with_the_seconds(wire: WireServer, egress: Egress) -> None:
    # given a 429 with a time, one without, and an ok: false that says the same
    refusal = b'{"ok": false, "error": "ratelimited"}'
    wire.answer(POST, Reply(429, refusal, {"Retry-After": "7"}), Reply(429, b""), Reply(200, refusal))
    # when called, then nothing has happened, and the time to wait is known
    for wait in (7.0, RETRY_AFTER, RETRY_AFTER):
        failed = failing(egress, POST)
        assert isinstance(failed, TryLater)
        assert failed.retry_after == wait
    assert len(wire.seen) == 3


@pytest.mark.failure_mode(17)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"oops"),
        Reply(503, b"oops"),
        Reply(200, b'{"ok": false, "error": "fatal_error"}'),
        Reply(200, b'{"ok": false, "error": "internal_error"}'),
        Reply(200, b"<html>no</html>"),
        Reply(200, b"[1]"),
        Reply(200, b""),
        Reply(cut=True),
    ],
)
def test_a_post_whose_fate_is_open_is_never_repeated_here(wire: WireServer, egress: Egress, reply: Reply) -> None:
    # given an answer that leaves open whether it was posted
    wire.answer(POST, reply)
    # when called, then the outcome is unknown, and it was tried once
    assert isinstance(failing(egress, POST), OutcomeUnknown)
    assert len(wire.seen) == 1


@pytest.mark.failure_mode(18)
@pytest.mark.parametrize(
    "code", ["is_archived", "not_in_channel", "missing_scope", "channel_not_found", "thread_locked"]
)
def test_a_no_is_final_and_names_slacks_code(wire: WireServer, egress: Egress, code: str) -> None:
    # given a refusal, when called, then it is final
    wire.answer(POST, Reply(200, json.dumps({"ok": False, "error": code}).encode()))
    failed = failing(egress, POST)
    assert isinstance(failed, Refused)
    assert failed.cause == code


def test_what_never_reached_slack_may_be_tried_later() -> None:
    # given an API that nobody serves
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        egress = Egress(TOKEN, f"http://127.0.0.1:{unused.getsockname()[1]}/api/")
    # when called, then it is known not to have happened
    assert isinstance(failing(egress, POST, seconds=1), TryLater)


def test_a_repeatable_call_is_tried_again_within_its_time(wire: WireServer, egress: Egress) -> None:
    # given a read that breaks once
    wire.answer("users.info", Reply(cut=True), says(user={"id": "U1"}))
    # when called, then the second try answers
    assert egress.call("users.info", {"user": "U1"}, seconds=5)["user"] == {"id": "U1"}
    assert len(wire.seen) == 2


@pytest.mark.failure_mode(9)
def test_a_call_takes_no_longer_than_its_deadline(wire: WireServer, egress: Egress) -> None:
    # given a Slack that does not answer
    answers = threading.Event()
    wire.answer(POST, Reply(act=lambda: answers.wait(5)))
    # when called with half a second
    began = time.monotonic()
    failed = failing(egress, POST, seconds=0.5)
    # then it ends there, and may have happened
    assert isinstance(failed, OutcomeUnknown)
    assert time.monotonic() - began < 2
    answers.set()


@pytest.mark.failure_mode(63)
@pytest.mark.parametrize("reply", [Reply(500, b"x"), Reply(cut=True), Reply(200, f'"{TOKEN}"'.encode())])
def test_no_error_and_no_log_line_holds_the_token(
    wire: WireServer, egress: Egress, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    # given calls that fail in every way, at the loudest log level
    caplog.set_level(logging.DEBUG)
    wire.answer(POST, reply)
    # when called
    failed = failing(egress, POST)
    # then neither the error, nor what caused it, nor the log says the token or the text
    told: BaseException | None = failed
    while told is not None:
        assert TOKEN not in f"{told!r} {told.args}"
        told = told.__cause__
    assert TOKEN not in caplog.text


def test_calls_and_waits_are_counted_by_method(wire: WireServer, egress: Egress) -> None:
    # given the counters as they are
    def counted() -> tuple[float, float]:
        calls = REGISTRY.get_sample_value("tagwork_slack_calls_total", {"method": "chat.delete", "outcome": "ok"})
        waits = REGISTRY.get_sample_value("tagwork_slack_rate_limited_total", {"method": "chat.delete"})
        return calls or 0.0, waits or 0.0

    calls, waits = counted()
    # when one call works and one has to wait
    egress.call("chat.delete", {"channel": "C1", "ts": "1.1"}, seconds=5)
    wire.answer("chat.delete", Reply(429))
    failing(egress, "chat.delete")
    # then each is counted
    assert counted() == (calls + 1, waits + 1)
