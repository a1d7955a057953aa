"""Delivery by signed HTTP: to the unmodified Bolt app behind a small server, and to a server that misbehaves."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import MANIFEST
from tests.given.rehearsal import RehearsalProcess

Json = dict[str, Any]
# body and headers in (names lower case), status and headers and body out
Answer = Callable[[str, dict[str, str]], tuple[int, dict[str, str], str]]


@contextmanager
def receiver(answer: Answer) -> Iterator[str]:
    """A server on the loopback interface that answers every POST by `answer`; out: its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, headers, text = answer(body, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/slack/events"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def echo_challenge(body: str) -> tuple[int, dict[str, str], str] | None:
    """The answer to url_verification, None for any other body."""
    told = json.loads(body)
    return (200, {}, told["challenge"]) if told["type"] == "url_verification" else None


def test_bolt_verifies_the_signature_and_hears_a_mention() -> None:
    # given the Bolt app behind an HTTP server, whose secret is known only after Rehearsal started
    heard: list[Json] = []
    apps: list[App] = []

    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        response = apps[0].dispatch(BoltRequest(body=body, headers={**headers}))
        return response.status, {name: values[0] for name, values in response.headers.items()}, response.body

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        client = WebClient(token=rehearsal.bot_token, base_url=rehearsal.slack_api_url)
        app = App(client=client, signing_secret=rehearsal.signing_secret, process_before_response=True)
        app.event("app_mention")(lambda event: heard.append(event))
        app.event("message")(lambda event: heard.append(event))
        apps.append(app)
        # when
        rehearsal.post("ann", "sales", "@tagwork hello", deliveries=["app_mention", "message"])
        rehearsal.wait_for("events_settled")
    # then
    assert [event["type"] for event in heard] == ["app_mention", "message"]


def test_a_wrong_secret_makes_bolt_refuse_and_nothing_is_acknowledged() -> None:
    # given an app with another signing secret
    apps: list[App] = []

    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        response = apps[0].dispatch(BoltRequest(body=body, headers={**headers}))
        return response.status, {}, response.body

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        client = WebClient(token=rehearsal.bot_token, base_url=rehearsal.slack_api_url)
        apps.append(App(client=client, signing_secret="other"))
        rehearsal.delivery(retry_after=[])
        # when
        rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="given_up")
        # then the address was never verified
        assert rehearsal.events()[0]["attempts"][0]["outcome"] == "url_not_verified"


def test_an_error_is_retried_with_number_and_reason_until_it_is_answered() -> None:
    # given an app that fails twice
    seen: list[tuple[str | None, str | None]] = []

    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        challenge = echo_challenge(body)
        if challenge:
            return challenge
        seen.append((headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason")))
        return (500 if len(seen) < 3 else 200), {}, ""

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        rehearsal.delivery(retry_after=[0, 0.02, 0.02])
        # when
        rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="acknowledged")
    # then
    assert seen == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_an_app_may_ask_not_to_be_told_again() -> None:
    # given an app that fails and says X-Slack-No-Retry
    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        return echo_challenge(body) or (503, {"X-Slack-No-Retry": "1"}, "")

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        # when
        rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="given_up")
        # then
        assert len(rehearsal.events()[0]["attempts"]) == 1


def test_an_answer_after_the_limit_counts_as_none() -> None:
    # given an app that answers only when the test lets it
    let_go = threading.Event()

    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        challenge = echo_challenge(body)
        if challenge is None and "x-slack-retry-num" not in headers:
            let_go.wait(10)
        return challenge or (200, {}, "")

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        rehearsal.delivery(ack_seconds=0.2)
        # when
        rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="acknowledged")
        attempts = rehearsal.events()[0]["attempts"]
        let_go.set()
    # then
    assert [(one["outcome"], one["reason"]) for one in attempts] == [("no_answer", "http_timeout"), ("http_200", "")]


def test_a_lost_answer_brings_the_event_again_as_a_timeout() -> None:
    # given an app that answers well, and an answer that gets lost
    seen: list[str | None] = []

    def answer(body: str, headers: dict[str, str]) -> tuple[int, dict[str, str], str]:
        challenge = echo_challenge(body)
        if challenge is None:
            seen.append(headers.get("x-slack-retry-reason"))
        return challenge or (200, {}, "")

    with receiver(answer) as url, RehearsalProcess.start(manifest=MANIFEST, deliver_to=url) as rehearsal:
        rehearsal.fault("ack_lost", "ack")
        # when
        rehearsal.post("ann", "sales", "hello")
        rehearsal.wait_for("events", state="acknowledged")
    # then
    assert seen == [None, "http_timeout"]
