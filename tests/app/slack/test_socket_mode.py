"""Socket Mode hears over a real socket, survives what Slack does to it, and tells honestly whether it is alive."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from prometheus_client import REGISTRY

from agents.errors import BadSetting, JournalBusy
from app.slack.aside import Aside
from app.slack.bolt import build_bolt
from app.slack.egress import Egress
from app.slack.first_sign import FirstSign
from app.slack.socket_mode import SlackSocket
from app.slack.start_check import check_tokens
from app.slack.surface import SlackSurface
from tests.app.slack.bolt_given import KeptIntake
from tests.given.rehearsal import RehearsalProcess


@dataclass
class Stage:
    """Rehearsal, and our app connected to it."""

    rehearsal: RehearsalProcess
    socket: SlackSocket
    intake: KeptIntake


def until(met: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Wait for a condition that nothing announces; return whether it came about."""
    never = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if met():
            return True
        never.wait(0.05)
    return met()


@pytest.fixture
def stage() -> Iterator[Stage]:
    with RehearsalProcess.start() as rehearsal:
        egress = Egress(rehearsal.bot_token, rehearsal.slack_api_url)
        us = check_tokens(egress, bot_token=rehearsal.bot_token, app_token=rehearsal.app_token)
        intake, surface = KeptIntake(), SlackSurface(egress, us)
        first_sign, aside = FirstSign(surface, lambda _: True), Aside(egress, surface)
        bolt = build_bolt(
            client=egress.client,
            us=us,
            intake=intake,
            first_sign=first_sign,
            aside=aside,
            on_rejected=lambda _: None,
        )
        socket = SlackSocket(bolt, rehearsal.app_token, egress.client, ping_seconds=0.5, silent_seconds=1.5)
        socket.connect()
        yield Stage(rehearsal, socket, intake)
        socket.close()
        first_sign.close()
        aside.close()
        egress.close()


@pytest.mark.failure_mode(8)
@pytest.mark.failure_mode(63)
def test_a_mention_is_heard_acknowledged_and_given_a_sign(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    # given a connected app with the loudest log, when someone mentions it
    caplog.set_level(logging.DEBUG)
    posted = stage.rehearsal.post("ann", "sales", "@tagwork confidential", deliveries=["app_mention"])
    # then it is stored, acknowledged once, and has a sign, and its words are in no log
    assert until(lambda: bool(stage.rehearsal.calls("agents.sessions.setStatus")))
    assert [post.ts for post in stage.intake.posts] == [posted.ts]
    assert until(lambda: stage.rehearsal.events("app_mention")[0]["state"] == "acknowledged")
    assert stage.socket.healthy()
    assert "confidential" not in caplog.text


@pytest.mark.failure_mode(8)
def test_what_was_not_stored_comes_again(stage: Stage) -> None:
    # given a journal that fails, and a Slack that repeats soon
    stage.rehearsal.delivery(ack_seconds=0.3, retry_after=[0.1, 0.1, 0.1])
    stage.intake.failing = JournalBusy("busy")
    # when a mention comes and the journal works again
    stage.rehearsal.post("ann", "sales", "@tagwork hello", deliveries=["app_mention"])
    assert until(lambda: stage.intake.refused == 1)
    stage.intake.failing = None
    # then it is stored after all
    assert until(lambda: bool(stage.intake.posts))
    assert stage.intake.posts[0].retry >= 1


@pytest.mark.failure_mode(10)
@pytest.mark.parametrize("how", ["refresh_requested", "drop"])
def test_a_connection_that_slack_ends_is_made_anew(stage: Stage, how: str) -> None:
    # given a connection, when Slack ends it, announced or not
    stage.rehearsal.disconnect(how)
    # then another is made, and the next mention is heard over it
    assert until(lambda: len(stage.rehearsal.calls("apps.connections.open")) >= 2)
    assert until(stage.socket.healthy)
    stage.rehearsal.post("ann", "sales", "@tagwork hello")
    assert until(lambda: bool(stage.intake.posts))


@pytest.mark.failure_mode(10)
def test_a_silent_socket_is_not_called_healthy_and_is_rebuilt(stage: Stage) -> None:
    # given a Slack that stops answering without closing anything
    assert until(stage.socket.healthy)
    stage.rehearsal.process.send_signal(signal.SIGSTOP)
    try:
        # when nothing comes for a while, then the app says so itself, and does not wait for the SDK, which takes 3 s
        assert until(lambda: not stage.socket.healthy())
        assert 1.5 <= stage.socket.frame_age() < 2.9
    finally:
        stage.rehearsal.process.send_signal(signal.SIGCONT)
    # and when Slack answers again, then the watch brings it back
    assert until(lambda: stage.socket.watch() or stage.socket.healthy())
    assert until(stage.socket.healthy)
    stage.rehearsal.post("ann", "sales", "@tagwork hello")
    assert until(lambda: bool(stage.intake.posts))


@pytest.mark.failure_mode(11)
def test_operators_see_how_many_connections_share_the_events(stage: Stage) -> None:
    # given a connected app, when Slack has greeted it, then the gauge says how many there are
    def shared() -> float:
        return REGISTRY.get_sample_value("tagwork_slack_socket_connections") or 0.0

    assert until(lambda: shared() == 1.0)
    # and when another connects with the same token, then its greeting says two
    egress = Egress(stage.rehearsal.bot_token, stage.rehearsal.slack_api_url)
    second = SlackSocket(stage.socket.bolt, stage.rehearsal.app_token, egress.client)
    second.connect()
    assert until(lambda: shared() == 2.0)
    second.close()
    egress.close()


def test_a_refused_app_token_is_a_bad_setting(stage: Stage) -> None:
    # given an app token that Slack no longer takes
    stage.rehearsal.revoke("app")
    # when connecting anew with it, then the complaint names the setting and the fix
    egress = Egress(stage.rehearsal.bot_token, stage.rehearsal.slack_api_url)
    us = check_tokens(egress, bot_token=stage.rehearsal.bot_token, app_token=stage.rehearsal.app_token)
    surface = SlackSurface(egress, us)
    first_sign, aside = FirstSign(surface, lambda _: True), Aside(egress, surface)
    bolt = build_bolt(
        client=egress.client,
        us=us,
        intake=KeptIntake(),
        first_sign=first_sign,
        aside=aside,
        on_rejected=lambda _: None,
    )
    socket = SlackSocket(bolt, stage.rehearsal.app_token, egress.client)
    with pytest.raises(BadSetting, match="SLACK_APP_TOKEN"):
        socket.connect()
    socket.close()
    first_sign.close()
    aside.close()
    egress.close()
