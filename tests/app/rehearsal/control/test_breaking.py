"""Faults, holds and limits: chosen, counted, and honest about whether the effect took place."""

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from app.rehearsal.rate_limits import POST_BURST
from tests.app.rehearsal.conftest import MANIFEST, web_client
from tests.given.rehearsal import ControlRefused, NotSeen, RehearsalProcess

SALES = "C0SALES0001"


def texts(rehearsal: RehearsalProcess) -> list[str]:
    """What people see in the channel."""
    return [message["text"] for message in rehearsal.history("sales")]


@pytest.mark.parametrize(("kind", "took_effect"), [("http_500", False), ("http_500_after", True)])
def test_a_server_error_comes_without_or_after_the_effect(
    rehearsal: RehearsalProcess, client: WebClient, kind: str, took_effect: bool
) -> None:
    # given
    rehearsal.fault(kind, "chat.postMessage")
    # when
    with pytest.raises(SlackApiError) as failed:
        client.chat_postMessage(channel=SALES, text="once")
    # then
    assert failed.value.response.status_code == 500
    assert texts(rehearsal) == (["once"] if took_effect else [])
    (call,) = rehearsal.calls("chat.postMessage")
    assert (call["outcome"], call["took_effect"]) == ("http_500", took_effect)


@pytest.mark.parametrize(("kind", "took_effect"), [("reset_before", False), ("reset_after", True)])
def test_a_reset_connection_comes_without_or_after_the_effect(
    rehearsal: RehearsalProcess, client: WebClient, kind: str, took_effect: bool
) -> None:
    # given
    rehearsal.fault(kind, "chat.postMessage")
    # when
    with pytest.raises((ConnectionResetError, RemoteDisconnected)):
        client.chat_postMessage(channel=SALES, text="once")
    # then
    assert texts(rehearsal) == (["once"] if took_effect else [])


@pytest.mark.parametrize(("kind", "took_effect"), [("timeout_before", False), ("timeout_after", True)])
def test_a_call_can_go_unanswered_without_or_after_the_effect(
    capfd: pytest.CaptureFixture[str], kind: str, took_effect: bool
) -> None:
    # given a client that waits for one second
    with RehearsalProcess.start(manifest=MANIFEST) as rehearsal:
        impatient = web_client(rehearsal, timeout=1)
        rehearsal.fault(kind, "chat.postMessage")
        # when
        with pytest.raises(TimeoutError):
            impatient.chat_postMessage(channel=SALES, text="once")
        # then
        assert texts(rehearsal) == (["once"] if took_effect else [])
        assert rehearsal.calls("chat.postMessage")[0]["outcome"] == kind
    # and a client that hung up is no error of Rehearsal's
    assert capfd.readouterr().err == ""


def test_a_chosen_error_meets_the_next_n_calls_of_one_channel(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    rehearsal.fault("error", "chat.postMessage", error="fatal_error", times=2, channel="sales")
    outcomes = []
    # when
    for channel in ("C0GENERAL01", SALES, SALES, SALES):
        try:
            outcomes.append(client.chat_postMessage(channel=channel, text="x")["ok"])
        except SlackApiError as refused:
            outcomes.append(refused.response["error"])
    # then
    assert outcomes == [True, "fatal_error", "fatal_error", True]


def test_a_chosen_rate_limit_says_how_long_to_wait(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    rehearsal.fault("ratelimited", "chat.update", seconds=7)
    # when
    with pytest.raises(SlackApiError) as limited:
        client.chat_update(channel=SALES, ts="1.2", text="x")
    # then
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")


def test_a_held_call_arrives_and_goes_on_when_released(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    rehearsal.hold("post", "chat.postMessage")
    with ThreadPoolExecutor(1) as pool:
        # when
        call = pool.submit(client.chat_postMessage, channel=SALES, text="late")
        rehearsal.wait_for("hold", name="post")
        before = texts(rehearsal)
        rehearsal.release("post")
        # then
        assert call.result(10)["ok"]
    assert (before, texts(rehearsal)) == ([], ["late"])


def test_a_call_held_after_its_effect_is_already_visible(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    rehearsal.hold("answer", "chat.postMessage", when="after")
    with ThreadPoolExecutor(1) as pool:
        # when
        call = pool.submit(client.chat_postMessage, channel=SALES, text="there")
        rehearsal.wait_for("hold", name="answer")
        # then
        assert texts(rehearsal) == ["there"]
        assert rehearsal.calls("chat.postMessage")[0]["outcome"] == "open"
        rehearsal.release("answer")
        assert call.result(10)["ok"]


def test_posts_in_one_channel_are_limited_to_a_short_burst(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given Slack's own limits
    started, refused = time.monotonic(), None
    # when the bot posts as fast as it can
    for number in range(60):
        try:
            client.chat_postMessage(channel=SALES, text=str(number))
        except SlackApiError as limited:
            refused = limited
            break
    # then
    assert refused is not None
    assert refused.response["error"] == "ratelimited"
    assert int(refused.response.headers["Retry-After"]) == 1
    assert len(texts(rehearsal)) <= POST_BURST + time.monotonic() - started
    # and another channel is still free, and so is everything with wider limits
    assert client.chat_postMessage(channel="C0GENERAL01", text="free")["ok"]
    rehearsal.limits(100)
    assert client.chat_postMessage(channel=SALES, text="free")["ok"]


def test_the_clock_fills_the_limits_again(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a method that has used up its minute
    rehearsal.limits(0.1)
    for _ in range(5):
        client.conversations_info(channel=SALES)
    with pytest.raises(SlackApiError, match="ratelimited"):
        client.conversations_info(channel=SALES)
    # when a minute passes
    rehearsal.clock(60)
    # then
    assert client.conversations_info(channel=SALES)["ok"]


def test_a_slow_call_stands_still_and_then_takes_effect(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    rehearsal.fault("slow", "chat.postMessage", seconds=0.2)
    started = time.monotonic()
    # when
    posted = client.chat_postMessage(channel=SALES, text="slow")
    # then
    assert posted["ok"]
    assert time.monotonic() - started >= 0.2


def test_an_unknown_fault_condition_or_field_is_refused(rehearsal: RehearsalProcess) -> None:
    # given / when / then
    with pytest.raises(ControlRefused, match="is no fault"):
        rehearsal.fault("gremlins", "chat.postMessage")
    with pytest.raises(ControlRefused, match="cannot have the fault redirect"):
        rehearsal.fault("redirect", "chat.postMessage")
    with pytest.raises(ControlRefused, match="no method that is rehearsed"):
        rehearsal.hold("typo", "chat.postMesage")
    with pytest.raises(ControlRefused, match="Unknown field 'chanel'"):
        rehearsal.control("GET", "/history", {"chanel": "sales"})
    with pytest.raises(ControlRefused, match="`for` must be one of"):
        rehearsal.wait_for("better_times")
    with pytest.raises(ControlRefused, match="must be above 0"):
        rehearsal.limits(0)


def test_a_wait_that_is_not_met_says_what_was_there(rehearsal: RehearsalProcess) -> None:
    # given
    posted = rehearsal.post("ann", "sales", "hello")
    # when / then
    with pytest.raises(NotSeen, match=r"there was \[\]"):
        rehearsal.wait_for("bot_messages", channel="sales", thread_ts=posted.ts, timeout_seconds=0.05)


def test_a_wait_ends_as_soon_as_the_eyes_are_gone(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a message with the bot's eyes on it
    posted = rehearsal.post("ann", "sales", "hello")
    where = {"channel": SALES, "timestamp": posted.ts, "name": "eyes"}
    client.reactions_add(**where)
    rehearsal.wait_for("reaction", channel="sales", ts=posted.ts, name="eyes")
    with ThreadPoolExecutor(1) as pool:
        # when
        wait = pool.submit(rehearsal.wait_for, "no_reaction", channel="sales", ts=posted.ts, name="eyes")
        client.reactions_remove(**where)
        # then
        assert wait.result(10) == []


def test_people_cannot_do_what_slack_would_not_let_them(rehearsal: RehearsalProcess) -> None:
    # given / when / then
    for user, channel, why in (
        ("dora", "general", "deactivated"),
        ("ann", "old-news", "archived"),
        ("chloe", "sales", "not in"),
    ):
        with pytest.raises(ControlRefused, match=why):
            rehearsal.post(user, channel, "hello")
    rehearsal.membership("sales", "chloe", join=True)
    assert rehearsal.post("chloe", "sales", "hello").ts


def test_a_bot_that_was_removed_hears_nothing_and_may_not_post(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    rehearsal.membership("sales", "bot", join=False)
    # when
    posted = rehearsal.post("ann", "sales", "@tagwork hello")
    # then
    assert posted.events == []
    with pytest.raises(SlackApiError, match="not_in_channel"):
        client.chat_postMessage(channel=SALES, text="hello")


def test_an_archived_or_newly_shared_channel_says_so_in_events_and_answers(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    rehearsal.control("POST", "/channel", {"channel": "sales", "archived": True})
    rehearsal.control("POST", "/channel", {"channel": "general", "external": True})
    # when / then
    assert rehearsal.events("channel_archive")[0]["payload"]["event"]["channel"] == SALES
    assert rehearsal.events("channel_shared")[0]["payload"]["is_ext_shared_channel"] is True
    with pytest.raises(SlackApiError, match="is_archived"):
        client.chat_postMessage(channel=SALES, text="hello")
    assert client.conversations_info(channel="C0GENERAL01")["channel"]["is_ext_shared"] is True


def test_a_reset_starts_over_in_the_same_process(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a process with a past, and a call that it holds
    rehearsal.clock(3_600)
    rehearsal.post("ann", "sales", "hello")
    rehearsal.fault("http_500", "auth.test")
    rehearsal.revoke("app")
    rehearsal.hold("stuck", "users.info")
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(client.users_info, user="U0ANN000001")
        rehearsal.wait_for("hold", name="stuck")
        # when
        rehearsal.reset()
        # then whoever was held goes on
        assert held.result(10)["ok"]
    assert client.auth_test()["ok"]
    assert [call["method"] for call in rehearsal.calls()] == ["auth.test"]
    assert rehearsal.history("sales") == rehearsal.events() == []
    assert rehearsal.control("POST", "/clock")["offset"] == 0
    assert client.apps_connections_open(app_token=rehearsal.app_token)["ok"]
