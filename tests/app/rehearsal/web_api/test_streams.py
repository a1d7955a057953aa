"""Streaming a reply: what starts, what may be added, how it ends, and what Slack refuses on the way."""

from typing import Any

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.given.rehearsal import RehearsalProcess

SALES, ANN = "C0SALES0001", "U0ANN000001"
Json = dict[str, Any]


class Streamed:
    """A stream in a thread of #sales."""

    def __init__(self, rehearsal: RehearsalProcess, client: WebClient, **more: Any) -> None:
        self.root = rehearsal.post("ann", "sales", "root").ts
        self._rehearsal, self._client = rehearsal, client
        who: Json = {"recipient_user_id": ANN, "recipient_team_id": rehearsal.team_id}
        self.ts = client.chat_startStream(channel=SALES, thread_ts=self.root, **who, **more)["ts"]

    def append(self, *chunks: Json) -> None:
        """Append chunks."""
        self._client.chat_appendStream(channel=SALES, ts=self.ts, chunks=[*chunks])

    def stop(self, **more: Any) -> Json:
        """Stop; out: the message."""
        message: Json = self._client.chat_stopStream(channel=SALES, ts=self.ts, **more)["message"]
        return message

    def shown(self) -> Json:
        """The message as the thread shows it."""
        (message,) = (one for one in self._rehearsal.thread("sales", self.root) if one["ts"] == self.ts)
        return message

    def log(self) -> list[tuple[str, str]]:
        """What became visible of it, and the text then."""
        entries = self._rehearsal.visible("sales", self.root)
        return [(one["what"], one["text"]) for one in entries if one["ts"] == self.ts]


def text(of: str) -> Json:
    """A chunk of text."""
    return {"type": "markdown_text", "text": of}


def task(number: int, status: str = "in_progress", **more: object) -> Json:
    """A chunk that adds or changes a card."""
    return {"type": "task_update", "id": f"t{number}", "title": f"step {number}", "status": status, **more}


def test_a_stream_grows_in_its_thread_and_its_whole_text_stays(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a stream that began without text
    streamed = Streamed(rehearsal, client)
    assert streamed.shown()["streaming_state"] == "in_progress"
    # when
    streamed.append(text("North "), text("missed "))
    streamed.append(text("its target"))
    message = streamed.stop(metadata={"event_type": "answer", "event_payload": {"id": 1}})
    # then
    assert (message["text"], message["thread_ts"]) == ("North missed its target", streamed.root)
    assert message["metadata"]["event_payload"] == {"id": 1}
    replies = client.conversations_replies(channel=SALES, ts=streamed.root)["messages"]
    assert [one["text"] for one in replies] == ["root", "North missed its target"]
    assert [one.get("streaming_state") for one in replies] == [None, "completed"]
    assert streamed.log() == [
        ("stream_started", ""),
        ("stream_appended", "North missed "),
        ("stream_appended", "North missed its target"),
        ("stream_ended", "North missed its target"),
    ]


def test_outside_direct_messages_a_stream_names_its_reader_and_everywhere_its_thread(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    root = rehearsal.post("ann", "sales", "root").ts
    direct = rehearsal.post("ann", "dm", "hello")

    def refused(**args: str) -> object:
        given = {"channel": SALES, "thread_ts": root, "recipient_user_id": ANN, "recipient_team_id": rehearsal.team_id}
        named = {name: value for name, value in {**given, **args}.items() if value}
        return error_of(lambda: client.api_call("chat.startStream", json=named))["error"]

    # when / then
    assert refused(recipient_user_id="") == "missing_recipient_user_id"
    assert refused(recipient_team_id="") == "missing_recipient_team_id"
    assert refused(recipient_team_id="T0PARTNER01") == "invalid_arguments"
    assert refused(recipient_user_id="U0NOBODY001") == "user_not_found"
    assert refused(thread_ts="") == "invalid_arguments"
    assert refused(thread_ts="1700000000.000100") == "thread_not_found"
    assert refused(task_display_mode="dense") == "invalid_arguments"
    assert client.chat_startStream(channel=direct.channel, thread_ts=direct.ts)["ok"]


@pytest.mark.parametrize("argument", ["metadata", "unfurl_links", "blocks", "text"])
def test_a_start_takes_no_metadata_flags_blocks_or_text(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient, argument: str
) -> None:
    # given
    root = shared_rehearsal.post("ann", "sales", "root").ts
    args = {"channel": SALES, "thread_ts": root, "recipient_user_id": ANN, "recipient_team_id": "T0REHEARSE1"}
    # when
    refusal = error_of(lambda: shared_client.api_call("chat.startStream", json={**args, argument: "x"}))
    # then
    assert refusal["error"] == "invalid_arguments"
    assert argument in str(refusal["response_metadata"])


@pytest.mark.failure_mode(27)
def test_a_chunk_holds_12_000_characters_and_nothing_of_a_refused_call_is_shown(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    streamed = Streamed(shared_rehearsal, shared_client)
    streamed.append(text("x" * 12_000))
    # when
    refusal = error_of(lambda: streamed.append(text("fits"), text("x" * 12_001)))
    # then
    assert refusal["error"] == "msg_too_long"
    assert streamed.shown()["text"] == "x" * 12_000


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "plan_update", "title": "x" * 257},
        task(1, details="x" * 257),
        task(1, output="x" * 257),
        {**task(1), "title": "x" * 257},
        task(1, status="done"),
        {"type": "task_update", "id": "t1", "title": "no status"},
        {"type": "markdown_text"},
        {"type": "paragraph", "text": "x"},
        task(1, sources=[{"url": "https://example.com"}]),
        "text",
    ],
)
def test_a_chunk_of_another_shape_is_refused_with_its_place(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient, chunk: Json
) -> None:
    # given
    streamed = Streamed(shared_rehearsal, shared_client)
    # when (past the client's own reading of chunks)
    args = {"channel": SALES, "ts": streamed.ts, "chunks": [text("fine"), chunk]}
    refusal = error_of(lambda: shared_client.api_call("chat.appendStream", json=args))
    # then
    assert refusal["error"] == "invalid_arguments"
    assert "json-pointer:/chunks/1" in str(refusal["response_metadata"])
    assert streamed.shown()["text"] == ""


def test_a_task_update_replaces_title_and_status_and_appends_details(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    streamed = Streamed(shared_rehearsal, shared_client)
    # when
    streamed.append(task(1, details="read a.csv"), text("so far"), task(2))
    streamed.append(
        {**task(1, status="complete", details=", 3 rows"), "title": "Read a.csv"},
        task(2, sources=[{"type": "url", "url": "https://example.com", "text": "Example"}]),
    )
    # then
    first, between, second = streamed.shown()["blocks"]
    assert (first["type"], first["title"], first["status"]) == ("task_card", "Read a.csv", "complete")
    assert first["details"]["elements"][0]["elements"][0]["text"] == "read a.csv, 3 rows"
    assert (between["type"], between["text"]) == ("markdown", "so far")
    assert second["sources"][0]["text"] == "Example"


def test_in_plan_mode_the_cards_stand_together_under_the_title(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    streamed = Streamed(shared_rehearsal, shared_client, task_display_mode="plan")
    # when
    streamed.append({"type": "plan_update", "title": "Looking"}, task(1), text("done"), task(2, status="error"))
    # then
    plan, answer = streamed.shown()["blocks"]
    assert (plan["type"], plan["title"], len(plan["tasks"])) == ("plan", "Looking", 2)
    assert answer["text"] == "done"


def test_a_stream_holds_fifty_cards(shared_rehearsal: RehearsalProcess, shared_client: WebClient) -> None:
    # given
    streamed = Streamed(shared_rehearsal, shared_client)
    streamed.append(*[task(number) for number in range(50)])
    # when / then
    streamed.append(task(49, status="complete"))
    assert error_of(lambda: streamed.append(task(50)))["error"] == "invalid_arguments"


def test_blocks_come_by_chunks_and_others_at_the_end_each_up_to_fifty(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    streamed = Streamed(shared_rehearsal, shared_client)
    dividers = {"type": "blocks", "blocks": [{"type": "divider"}] * 50}
    streamed.append(dividers)
    # when
    too_many = error_of(lambda: streamed.append({"type": "blocks", "blocks": [{"type": "divider"}]}))
    bad = error_of(lambda: streamed.stop(blocks=[{"type": "marquee"}]))
    file = error_of(lambda: streamed.stop(blocks=[{"type": "file", "external_id": "1", "source": "remote"}]))
    message = streamed.stop(blocks=[{"type": "header", "text": {"type": "plain_text", "text": "End"}}] * 50)
    # then
    assert (too_many["error"], bad["error"], file["error"]) == ("invalid_blocks", "invalid_blocks", "internal_error")
    assert [block["type"] for block in message["blocks"]] == ["divider"] * 50 + ["header"] * 50


def test_text_and_chunks_never_mix(shared_rehearsal: RehearsalProcess, shared_client: WebClient) -> None:
    # given a stream that was begun with plain text
    streamed = Streamed(shared_rehearsal, shared_client, markdown_text="plain")
    both: Json = {"markdown_text": "x", "chunks": [text("y")]}
    # when
    mixed = error_of(lambda: streamed.append(text("y")))
    at_once = error_of(lambda: shared_client.chat_appendStream(channel=SALES, ts=streamed.ts, **both))
    nothing = error_of(lambda: shared_client.chat_appendStream(channel=SALES, ts=streamed.ts))
    # then
    assert mixed["error"] == "streaming_mode_mismatch"
    assert at_once["error"] == "cannot_provide_both_markdown_text_and_chunks"
    assert nothing["error"] == "no_text"
    assert streamed.stop(markdown_text=" text")["text"] == "plain text"


def test_a_stream_dies_after_five_minutes_however_often_it_is_fed(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    streamed = Streamed(rehearsal, client)
    rehearsal.clock(299)
    streamed.append(text("in time"))
    # when
    rehearsal.clock(301)
    append, stop = error_of(lambda: streamed.append(text("late"))), error_of(streamed.stop)
    # then
    assert {append["error"], stop["error"]} == {"message_not_in_streaming_state"}
    assert streamed.log()[-1] == ("stream_ended", "in time")
    assert rehearsal.visible("sales", streamed.root)[-1]["how"] == "expired"
    client.chat_update(channel=SALES, ts=streamed.ts, text="cleaned up")
    assert streamed.shown()["text"] == "cleaned up"


def test_a_running_stream_is_not_edited_or_deleted_and_a_stopped_one_is(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    streamed = Streamed(rehearsal, client)
    streamed.append(text("one"))
    # when
    update = error_of(lambda: client.chat_update(channel=SALES, ts=streamed.ts, text="two"))
    delete = error_of(lambda: client.chat_delete(channel=SALES, ts=streamed.ts))
    streamed.append(text(" more"))
    streamed.stop()
    # then
    assert (update["error"], delete["error"]) == ("streaming_state_conflict", "cant_delete_message")
    assert error_of(streamed.stop)["error"] == "message_not_in_streaming_state"
    assert client.chat_update(channel=SALES, ts=streamed.ts, text="two")["text"] == "two"
    client.chat_delete(channel=SALES, ts=streamed.ts)


def test_what_a_person_stopped_takes_no_more_and_says_who_stopped_it(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    streamed = Streamed(rehearsal, client)
    client.agents_sessions_setStatus(channel_id=SALES, thread_ts=streamed.root, status="processing")
    # when
    rehearsal.stop_session("ann", "sales", streamed.root)
    # then
    assert error_of(lambda: streamed.append(text("x")))["error"] == "stopped_by_user"
    assert error_of(streamed.stop)["error"] == "message_not_in_streaming_state"
    assert rehearsal.visible("sales", streamed.root)[-1]["how"] == "stopped_by_user"


def test_only_own_streams_take_more(shared_rehearsal: RehearsalProcess, shared_client: WebClient) -> None:
    # given
    theirs = shared_rehearsal.post("ann", "sales", "mine").ts
    posted = shared_client.chat_postMessage(channel=SALES, text="a post")["ts"]
    # when
    foreign = error_of(lambda: shared_client.chat_stopStream(channel=SALES, ts=theirs))
    post = error_of(lambda: shared_client.chat_appendStream(channel=SALES, ts=posted, markdown_text="x"))
    # then
    assert (foreign["error"], post["error"]) == ("message_not_owned_by_app", "message_not_in_streaming_state")


def test_starts_are_limited_to_twenty_a_minute(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    for _ in range(20):
        Streamed(rehearsal, client)
    # when
    refusal = error_of(lambda: Streamed(rehearsal, client))
    # then
    assert refusal["error"] == "ratelimited"


def test_the_clients_own_helper_streams(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given slack_sdk's chat_stream, which flushes by size
    root = rehearsal.post("ann", "sales", "root").ts
    stream = client.chat_stream(
        channel=SALES, thread_ts=root, recipient_user_id=ANN, recipient_team_id=rehearsal.team_id, buffer_size=4
    )
    # when
    stream.append(markdown_text="hello ")
    stream.append(markdown_text="world, ")
    stream.stop(markdown_text="bye")
    # then
    assert rehearsal.thread("sales", root)[-1]["text"] == "hello world, bye"


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
def test_a_stream_can_be_made_to_die_early(rehearsal: RehearsalProcess, client: WebClient, method: str) -> None:
    # given
    rehearsal.fault("stream_dies", method)
    streamed = Streamed(rehearsal, client)
    if method == "chat.stopStream":
        streamed.append(text("so far"))
    # when
    refusal = error_of(lambda: streamed.append(text("x")) if method != "chat.stopStream" else streamed.stop())
    # then
    assert refusal["error"] == "message_not_in_streaming_state"
    assert rehearsal.visible("sales", streamed.root)[-1]["how"] == "died"
