"""The first sign stands only while its Run does, and its failures are nobody's failure."""

import logging
from collections.abc import Iterator

import pytest

from agents.intake import Became, Post, Receipt
from app.slack.egress import Egress
from app.slack.first_sign import FirstSign
from app.slack.payloads import post_of
from app.slack.surface import SlackSurface
from tests.app.slack.events_given import US, a_message, an_event
from tests.app.slack.wire_server import Reply, WireServer, wire_server


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


def a_post(*, addressed: bool = True) -> Post:
    """Return a post, with or without our mention."""
    return post_of(an_event(a_message(text=f"<@{US.bot_user_id}> go" if addressed else "go")), US)


def given_to(wire: WireServer, post: Post, became: Became, running: list[bool]) -> list[str]:
    """Give the first sign, `running` being what is answered each time, and return the calls it took."""
    answers = iter(running)
    egress = Egress("xoxb-1", wire.api)
    sign = FirstSign(SlackSurface(egress, US), lambda _: next(answers))
    future = sign.after(post, Receipt(became, "run1", "input1"))
    if future is not None:
        future.result(5)
    sign.close()
    egress.close()
    return [seen.path for seen in wire.seen]


@pytest.mark.failure_mode(25)
def test_a_request_is_answered_by_a_sign_at_once(wire: WireServer) -> None:
    # given a post that started a Run, when the sign is given, then it stays while the Run goes on
    assert given_to(wire, a_post(), Became.STARTED, [True, True]) == ["agents.sessions.setStatus"]


@pytest.mark.failure_mode(23)
def test_a_sign_that_came_after_the_end_is_taken_away(wire: WireServer) -> None:
    # given a Run that ends while the sign is being given, when it stands, then it is cleared again
    shown, *cleared = given_to(wire, a_post(), Became.STARTED, [True, False])
    assert shown == "agents.sessions.setStatus"
    assert cleared == ["agents.sessions.setStatus", "assistant.threads.setStatus", "reactions.remove"]


def test_a_run_that_has_ended_already_gets_no_sign(wire: WireServer) -> None:
    # given a Run that was quicker than the sign, when its turn comes, then nothing is shown
    assert given_to(wire, a_post(), Became.STARTED, [False]) == []


@pytest.mark.parametrize(
    ("became", "addressed", "shown"),
    [
        (Became.STARTED, False, True),
        (Became.JOINED, True, True),
        (Became.JOINED, False, True),
        (Became.DUPLICATE, True, False),
        (Became.REFUSED, True, False),
        (Became.NOT_OURS, False, False),
    ],
)
def test_only_what_was_taken_up_gets_a_sign(wire: WireServer, became: Became, addressed: bool, shown: bool) -> None:
    # given what a post became, when asked for a sign, then only taken-up words get one
    assert bool(given_to(wire, a_post(addressed=addressed), became, [True, True])) is shown


def test_what_joins_a_run_is_acknowledged_with_a_sign_of_its_own(wire: WireServer) -> None:
    # given a reply that joined a Run, when acknowledged, then by a reaction on it that stays
    assert given_to(wire, a_post(addressed=False), Became.JOINED, []) == ["reactions.add"]
    assert a_post().ts.encode() in wire.seen[0].body


@pytest.mark.failure_mode(22)
def test_a_sign_that_fails_is_only_logged(wire: WireServer, caplog: pytest.LogCaptureFixture) -> None:
    # given a Slack that refuses the session's status, and the reaction too
    caplog.set_level(logging.WARNING)
    wire.answer("agents.sessions.setStatus", Reply(200, b'{"ok": false, "error": "message_not_found"}'))
    wire.answer("reactions.add", Reply(200, b'{"ok": false, "error": "message_not_found"}'))
    # when the sign is given, then nothing is raised, and the log says why
    tried = given_to(wire, a_post(), Became.STARTED, [True, True])
    assert tried == ["agents.sessions.setStatus", "reactions.add"]
    assert "message_not_found" in caplog.text
