"""The endpoint for /slack/events: what Slack signed is answered by Bolt, all else is turned away in one quiet line."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from starlette.applications import Starlette
from starlette.routing import Route

from agents.intake import Post, Receipt
from app.slack.http import slack_events_endpoint
from app.slack.limits import REQUEST_BYTES
from tests.app.slack.bolt_given import SECRET, Built, KeptIntake, a_bolt
from tests.app.slack.events_given import US, Json, a_message, an_event
from tests.app.slack.test_signature import sign

MENTION = an_event(a_message(type="app_mention", text=f"<@{US.bot_user_id}> secret words"))


@pytest.fixture
def built() -> Iterator[Built]:
    with a_bolt() as bolt:
        yield bolt


def serve(built: Built) -> Starlette:
    """Return the ASGI application with the endpoint."""
    return Starlette(routes=[Route("/slack/events", slack_events_endpoint(built.app, SECRET), methods=["GET", "POST"])])


async def ask(served: Starlette, body: bytes, headers: dict[str, str], method: str = "POST") -> tuple[int, bytes]:
    """Send one request over ASGI; return status and body."""
    sent: list[Json] = []
    given = [{"type": "http.request", "body": body, "more_body": False}]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }

    async def receive() -> Json:
        return given.pop() if given else {"type": "http.disconnect"}

    async def send(message: Json) -> None:
        sent.append(message)

    await served(scope, receive, send)  # type: ignore[arg-type]
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def signed(body: bytes, *, age: int = 0) -> dict[str, str]:
    """Return the headers of a request that Slack signed `age` seconds ago."""
    stamp = str(int(time.time()) - age)
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(body, stamp),
    }


def answer(built: Built, body: bytes, headers: dict[str, str] | None = None, method: str = "POST") -> tuple[int, bytes]:
    """Ask once, signed unless headers are given."""
    return asyncio.run(ask(serve(built), body, signed(body) if headers is None else headers, method))


def test_a_signed_event_is_stored_and_answered(built: Built) -> None:
    # given a mention, signed, when it comes, then it is in the journal when the answer goes out
    assert answer(built, json.dumps(MENTION).encode()) == (200, b"")
    assert [post.text for post in built.intake.posts] == ["secret words"]


def test_slacks_check_of_the_address_is_answered_when_signed(built: Built) -> None:
    # given the request with which Slack checks the URL, then only a signed one gets its challenge back
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    status, said = answer(built, body)
    assert (status, json.loads(said)) == (200, {"challenge": "abc"})
    assert answer(built, body, {})[0] == 401


@pytest.mark.failure_mode(63)
def test_what_is_not_signed_is_refused_counted_and_logged_without_its_body(
    built: Built, caplog: pytest.LogCaptureFixture
) -> None:
    # given the loudest log, and requests that are old, unsigned or changed
    caplog.set_level(logging.DEBUG)
    body = json.dumps(MENTION).encode()

    def counted(reason: str) -> float:
        return REGISTRY.get_sample_value("tagwork_slack_requests_rejected_total", {"reason": reason}) or 0.0

    before = {reason: counted(reason) for reason in ("old", "unsigned", "bad_signature")}
    # when they come
    statuses = [answer(built, body, headers)[0] for headers in (signed(body, age=400), {}, signed(b"other"))]
    # then each is 401, counted once, with a line each, and nobody's words are in the log
    assert statuses == [401, 401, 401]
    assert {reason: counted(reason) - old for reason, old in before.items()} == dict.fromkeys(before, 1.0)
    assert len([record for record in caplog.records if "turned away" in record.getMessage()]) == 3
    assert "secret words" not in caplog.text
    assert built.intake.posts == []


@pytest.mark.failure_mode(8)
def test_an_event_that_could_not_be_stored_answers_500(built: Built) -> None:
    # given an Intake that fails, when a mention comes, then Slack is told to come again
    built.intake.failing = RuntimeError("no room")
    assert answer(built, json.dumps(MENTION).encode())[0] == 500


@pytest.mark.parametrize(
    ("body", "statuses"),
    [(b"{not json", {500}), (b"\xff\xfe", {500}), (b"", {200, 404, 500}), (b"[]", {500}), (b"x=1", {500})],
)
def test_signed_nonsense_ends_in_an_answer(built: Built, body: bytes, statuses: set[int]) -> None:
    # given a signed body that is no payload, when it comes, then there is an answer and nothing stored
    assert answer(built, body)[0] in statuses
    assert built.intake.posts == []


def test_other_methods_and_huge_bodies_are_refused(built: Built) -> None:
    # given a GET and a body beyond the cap, when they come, then 405 and 413
    assert answer(built, b"", {}, "GET")[0] == 405
    assert answer(built, b"x" * (REQUEST_BYTES + 1), {})[0] == 413


@pytest.mark.failure_mode(47)
def test_one_slow_listener_does_not_hold_up_the_others() -> None:
    # given an Intake that holds one post until another has been stored
    class Waiting(KeptIntake):
        second = threading.Event()

        def receive(self, post: Post) -> Receipt:
            if post.text == "first":
                assert self.second.wait(5)
            else:
                self.second.set()
            return super().receive(post)

    bodies = [
        json.dumps(an_event(a_message(type="app_mention", text=text, ts=ts), event_id=ts)).encode()
        for text, ts in (("first", "1.1"), ("second", "1.2"))
    ]
    with a_bolt(intake=Waiting()) as built:
        served = serve(built)

        async def both() -> list[tuple[int, bytes]]:
            return await asyncio.gather(*(ask(served, body, signed(body)) for body in bodies))

        # when both come at once, then both are answered
        assert [status for status, _ in asyncio.run(both())] == [200, 200]
