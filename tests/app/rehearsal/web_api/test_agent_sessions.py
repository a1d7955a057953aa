"""Agent sessions, the passing status under a thread, and suggested prompts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of, web_client
from tests.given.rehearsal import RehearsalProcess

SALES, ANN = "C0SALES0001", "U0ANN000001"
Json = dict[str, Any]


@pytest.fixture
def thread(rehearsal: RehearsalProcess) -> Json:
    """A thread in #sales, as arguments."""
    return {"channel_id": SALES, "thread_ts": rehearsal.post("ann", "sales", "root").ts}


def test_the_first_status_makes_the_session_and_the_title_counts_only_then(
    rehearsal: RehearsalProcess, client: WebClient, thread: Json
) -> None:
    # given
    first = client.agents_sessions_setStatus(**thread, status="processing", title="Sales", initiator_user_id=ANN)
    # when
    second = client.agents_sessions_setStatus(**thread, status="suspended", title="Other")
    client.agents_sessions_rename(**thread, title="Targets")
    # then
    assert (first["status"], first["agent_status"], first["title"]) == ("processing", "processing", "Sales")
    assert (second["status"], second["title"]) == ("suspended", "Sales")
    assert "warning" not in first.data
    (session,) = rehearsal.sessions()
    assert (session["status"], session["title"], session["initiator"]) == ("suspended", "Targets", ANN)
    told = [one.get("status") or one.get("title") for one in session["history"]]
    assert told == ["processing", "suspended", "Targets"]


def test_the_threads_root_carries_the_session_and_changes_with_it_without_an_edit(
    rehearsal: RehearsalProcess, client: WebClient, thread: Json
) -> None:
    # given / when
    client.agents_sessions_setStatus(**thread, status="processing", title="Sales")
    client.agents_sessions_rename(**thread, title="Targets")
    # then
    (root,) = client.conversations_replies(channel=SALES, ts=thread["thread_ts"])["messages"]
    assert (root["agent_session"]["status"], root["agent_session"]["title"]) == ("processing", "Targets")
    changed = [one["payload"]["event"] for one in rehearsal.events("message")][1:]
    assert [one["subtype"] for one in changed] == ["message_changed"] * 2
    assert all(one["message"]["text"] == one["previous_message"]["text"] for one in changed)
    assert all("edited" not in one["message"] for one in changed)


def test_processing_ends_by_itself_after_an_hour(rehearsal: RehearsalProcess, client: WebClient, thread: Json) -> None:
    # given
    client.agents_sessions_setStatus(**thread, status="processing")
    rehearsal.clock(3_500)
    client.agents_sessions_setStatus(**thread, status="processing")
    # when
    rehearsal.clock(7_000)
    still = rehearsal.sessions()[0]["status"]
    rehearsal.clock(7_200)
    # then
    assert (still, rehearsal.sessions()[0]["status"]) == ("processing", "active")
    assert rehearsal.sessions()[0]["history"][-1]["why"] == "expired"


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"status": "done"}, "invalid_arguments"),
        ({"status": "active", "title": "x" * 201}, "invalid_arguments"),
        ({"status": "active", "initiator_user_id": "U0CHLOE0001"}, "user_not_in_channel"),
        ({"status": "active", "thread_ts": None}, "invalid_arguments"),
        ({"status": "active", "thread_ts": "1700000000.000100"}, "thread_not_found"),
        ({"status": "active", "icon_emoji": ":robot_face:"}, "missing_scope"),
    ],
)
def test_what_a_session_cannot_be_is_refused(client: WebClient, thread: Json, args: Json, error: str) -> None:
    # given / when
    refusal = error_of(lambda: client.agents_sessions_setStatus(**(thread | args)))
    # then
    assert refusal["error"] == error


def test_only_a_session_that_is_there_can_be_renamed(client: WebClient, thread: Json) -> None:
    # given no session / when
    refusal = error_of(lambda: client.agents_sessions_rename(**thread, title="x"))
    # then
    assert refusal["error"] == "session_not_found"


def test_without_the_subscription_slack_warns_that_there_is_no_stop_button(
    manifest_with: Callable[..., Path],
) -> None:
    # given
    with RehearsalProcess.start(manifest=manifest_with(without=("agent_session_stopped",))) as rehearsal:
        root = rehearsal.post("ann", "sales", "root").ts
        # when
        answer = web_client(rehearsal).agents_sessions_setStatus(channel_id=SALES, thread_ts=root, status="processing")
    # then
    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


def test_an_app_that_is_no_agent_has_no_sessions(manifest_with: Callable[..., Path]) -> None:
    # given
    manifest = manifest_with(without=("agent_view:", "agent_description: Answers in a thread."))
    with RehearsalProcess.start(manifest=manifest) as rehearsal:
        client, root = web_client(rehearsal), rehearsal.post("ann", "sales", "root").ts
        # when
        refusal = error_of(lambda: client.agents_sessions_setStatus(channel_id=SALES, thread_ts=root, status="active"))
    # then
    assert refusal["error"] == "access_denied"


def test_the_end_of_a_stream_sets_the_session(rehearsal: RehearsalProcess, client: WebClient, thread: Json) -> None:
    # given
    who: Json = {"recipient_user_id": ANN, "recipient_team_id": rehearsal.team_id}
    stream: Json = {"channel": SALES, "thread_ts": thread["thread_ts"], **who}

    def after_stop(**more: Any) -> object:
        client.agents_sessions_setStatus(**thread, status="processing")
        client.chat_stopStream(channel=SALES, ts=client.chat_startStream(**stream)["ts"], **more)
        return rehearsal.sessions()[0]["status"]

    # when / then
    assert after_stop() == "active"
    assert after_stop(session_status="closed") == "closed"


def statuses(rehearsal: RehearsalProcess) -> list[str]:
    """Every status that stood under a thread, in order."""
    return [one["status"] for one in rehearsal.statuses()["history"]]


@pytest.mark.parametrize("how", ["message", "two minutes", "empty status", "stream"])
def test_a_passing_status_goes_by_itself(
    rehearsal: RehearsalProcess, client: WebClient, thread: Json, how: str
) -> None:
    # given
    client.assistant_threads_setStatus(**thread, status="is reading", loading_messages=["Reading…"])
    # when
    match how:
        case "message":
            client.chat_postMessage(channel=SALES, thread_ts=thread["thread_ts"], text="done")
        case "two minutes":
            rehearsal.clock(121)
        case "empty status":
            client.assistant_threads_setStatus(**thread, status="")
        case "stream":
            who: Json = {"recipient_user_id": ANN, "recipient_team_id": rehearsal.team_id}
            client.chat_startStream(channel=SALES, thread_ts=thread["thread_ts"], **who)
    # then
    assert rehearsal.statuses()["shown"] == []
    assert statuses(rehearsal) == ["is reading", ""]


def test_a_status_has_at_most_ten_loading_messages(client: WebClient, thread: Json) -> None:
    # given / when
    refusal = error_of(
        lambda: client.assistant_threads_setStatus(**thread, status="is reading", loading_messages=["x"] * 11)
    )
    # then
    assert refusal["error"] == "invalid_arguments"


def test_up_to_four_prompts_are_suggested_in_a_direct_message(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    direct = rehearsal.post("ann", "dm", "hello").channel
    prompt = {"title": "Help", "message": "help"}
    # when
    client.assistant_threads_setSuggestedPrompts(channel_id=direct, prompts=[prompt] * 4, title="Try")
    five = error_of(lambda: client.assistant_threads_setSuggestedPrompts(channel_id=direct, prompts=[prompt] * 5))
    channel = error_of(lambda: client.assistant_threads_setSuggestedPrompts(channel_id=SALES, prompts=[prompt]))
    # then
    (shown,) = rehearsal.statuses()["prompts"]
    assert (shown["channel"], shown["title"], len(shown["prompts"])) == (direct, "Try", 4)
    assert (five["error"], channel["error"]) == ("invalid_arguments", "channel_type_not_supported")
