"""The same over HTTP: Slack signs its requests, and what it did not sign changes nothing."""

import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Iterator

import pytest

from agents.journal import audit, workspaces
from tests.given.files import SALES
from tests.given.rehearsal import FileToPost, RehearsalProcess
from tests.given.tagwork import TagworkProcesses, answered, free_port

TABLE = FileToPost("sales.csv", SALES.encode(), "text/csv")


@pytest.fixture(scope="module")
def over_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TagworkProcesses]:
    """A Tagwork without an app token, at the address to which a Rehearsal delivers."""
    port = free_port()
    with RehearsalProcess.start(deliver_to=f"http://127.0.0.1:{port}/slack/events") as rehearsal:
        rehearsal.limits(1_000)
        made = TagworkProcesses(
            rehearsal,
            tmp_path_factory.mktemp("http"),
            settings={"LISTEN": f"127.0.0.1:{port}"},
            environ={"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": rehearsal.signing_secret},
        )
        made.port = port
        try:
            made.start_all()
            yield made
        finally:
            made.stop()


@pytest.mark.parametrize("form", ["event", "second_event", "link"])
def test_a_signed_mention_becomes_an_answer(over_http: TagworkProcesses, form: str) -> None:
    # given someone who attaches a table to a mention
    posted = over_http.rehearsal.post(
        "ann", "sales", "@tagwork which region missed its target?", files=[TABLE], file_form=form
    )

    # when the processes have worked
    answer = answered(over_http.rehearsal, posted, containing="North")

    # then one answer stands in the thread, from the table
    assert "South" not in answer


@pytest.mark.failure_mode(1)
@pytest.mark.failure_mode(2)
def test_a_retry_is_the_first_delivery_where_that_never_came_and_nothing_where_it_did(
    over_http: TagworkProcesses,
) -> None:
    # given a mention whose events come three times, out of order
    rehearsal = over_http.rehearsal
    events = ["message", "app_mention", "app_mention", "message", "app_mention", "message"]
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?", deliveries=events)
    answered(rehearsal, posted)

    # when Slack sends one of them once more, as a retry
    rehearsal.redeliver(posted.events[0][1])
    rehearsal.wait_for("events_settled")

    # then there is still one answer
    answered(rehearsal, posted)


def _send(port: int, body: bytes, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/slack/events", body, {"content-type": "application/json", **headers})
        return connection.getresponse().status
    finally:
        connection.close()


def _signed(secret: str, body: bytes, stamp: int) -> dict[str, str]:
    signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": str(stamp), "x-slack-signature": f"v0={signature}"}


def _taken_in(tagwork: TagworkProcesses) -> int:
    def count(tx: object) -> int:
        [one] = workspaces.every(tx)  # type: ignore[arg-type]
        told = [line.event for line in audit.lines(tx.connection, one.id)]  # type: ignore[attr-defined]
        return sum(event.startswith(("input:", "post:", "help:")) for event in told)

    return tagwork.journal.read(count)


def _turned_away(tagwork: TagworkProcesses, reason: str) -> float:
    _, text = tagwork.get("/metrics")
    name = f'tagwork_slack_requests_rejected_total{{reason="{reason}"}}'
    return next((float(line.split()[-1]) for line in text.splitlines() if line.startswith(name)), 0.0)


@pytest.mark.parametrize("reason", ["unsigned", "old", "bad_signature"])
def test_what_slack_did_not_sign_is_turned_away_counted_and_leaves_no_trace_on_the_trail(
    over_http: TagworkProcesses, reason: str
) -> None:
    # given a well-formed mention that is unsigned, signed six minutes ago, or signed with another secret
    over_http.rehearsal.wait_for("events_settled")
    secret = over_http.rehearsal.signing_secret
    event = {"type": "app_mention", "channel": "C0SALES0001", "user": "U0ANN000001", "text": "<@U0TAGWORK01> hi"}
    body = json.dumps({"type": "event_callback", "team_id": over_http.rehearsal.team_id, "event": event}).encode()
    now = int(time.time())
    headers = {
        "unsigned": {},
        "old": _signed(secret, body, now - 361),
        "bad_signature": _signed("0" * 32, body, now),
    }[reason]
    before, counted, said = _taken_in(over_http), _turned_away(over_http, reason), over_http.log().count("turned away")

    # when it is sent
    status = _send(over_http.port, body, headers)

    # then it is refused, logged and counted, and the trail knows nothing of it
    assert status == 401
    assert _turned_away(over_http, reason) == counted + 1
    assert over_http.log().count("turned away") == said + 1
    assert _taken_in(over_http) == before
