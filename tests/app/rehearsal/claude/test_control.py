"""The controls: exact replies, holds, the record of requests."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anthropic
import pytest

from app.rehearsal.claude.control import CONTROLS
from tests.app.rehearsal.claude.claude_server import MODEL, ClaudeServer, ask
from tests.given.waiting import until

REFUSED = {"type": "refusal", "category": "cyber", "explanation": "no"}


@pytest.mark.parametrize(
    "stop_reason",
    [
        "end_turn",
        "max_tokens",
        "stop_sequence",
        "tool_use",
        "pause_turn",
        "refusal",
        "model_context_window_exceeded",
        None,
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_queued_reply_arrives_exactly_with_any_ending(
    server: ClaudeServer, claude: anthropic.Anthropic, stop_reason: str | None, stream: bool
) -> None:
    # given a reply with that ending
    details = REFUSED if stop_reason == "refusal" else None
    server.control("POST", "/replies", {"content": "So far.", "stop_reason": stop_reason, "stop_details": details})

    # when it is asked for
    fields: Any = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Go"}]}
    if stream:
        with claude.messages.stream(**fields) as opened:
            message: Any = opened.get_final_message()
    else:
        message = claude.messages.create(**fields)

    # then it is just that
    assert message.stop_reason == stop_reason
    assert message.content[0].text == "So far."
    assert (message.stop_details is not None) == (stop_reason == "refusal")


def test_replies_go_out_in_order_and_those_with_words_wait_for_them(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given a reply that waits for a word, and two that do not
    server.control("POST", "/replies", {"content": "about lunch", "match": "lunch"})
    server.control("POST", "/replies", {"content": "first"})
    server.control("POST", "/replies", {"content": "second"})

    # when four requests come
    said = [ask(claude, words).content[-1].to_dict()["text"] for words in ("a", "lunch?", "b", "hello")]

    # then each has its own, and the last is left to the offline model
    assert said[:3] == ["first", "about lunch", "second"]
    assert str(said[3]).startswith("Hello.")
    assert [one["origin"] for one in server.control("GET", "/requests")["requests"]] == ["queued"] * 3 + [
        "offline_model"
    ]


def test_a_reply_may_wait_for_a_number_of_tool_results(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a call for whoever has no result yet, and words for whoever has one
    use = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}
    server.control("POST", "/replies", {"content": [use], "match": "look", "results": 0, "times": 2})
    server.control("POST", "/replies", {"content": "seen", "match": "look", "results": 1, "times": 2})
    tool = {"name": "look", "input_schema": {"type": "object", "properties": {}}}

    # when two conversations take their turns across each other
    first = [{"role": "user", "content": "look here"}]
    second = [{"role": "user", "content": "look there"}]
    result = [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "x"}]
    rest = [{"role": "assistant", "content": [use]}, {"role": "user", "content": result}]
    said = [
        ask(claude, messages=messages, tools=[tool]).content[-1].type
        for messages in (first, second, [*second, *rest], [*first, *rest])
    ]

    # then each is answered by where it stands
    assert said == ["tool_use", "tool_use", "text", "text"]


@pytest.mark.parametrize(
    "reply", [{"content": [{"type": "hologram"}]}, {"stop_reason": "tired"}, {"content": "x", "speed": "fast"}]
)
def test_a_reply_that_the_api_could_not_send_is_not_queued(server: ClaudeServer, reply: dict[str, Any]) -> None:
    # when such a reply is queued
    answer = server.control("POST", "/replies", reply, status=400)

    # then the control says why and nothing waits
    assert answer["error"]
    assert server.control("GET", "/replies")["replies"] == []


def test_a_held_request_stands_still_until_it_is_released(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a hold for requests about lunch
    server.control("POST", "/holds", {"name": "lunch", "match": "lunch"})

    with ThreadPoolExecutor(1) as pool:
        # when such a request arrives
        reply = pool.submit(ask, claude, "when is lunch?")
        seen = server.control("GET", "/holds/lunch?arrived=1&wait=10")

        # then its arrival is seen while it stands still, and others pass
        assert (seen["met"], seen["inside"], seen["released"]) == (True, 1, False)
        assert not reply.done()
        assert ask(claude, "hello").role == "assistant"

        # and it goes on when it is released
        server.control("POST", "/holds/lunch/release")
        assert reply.result(10).role == "assistant"


def test_a_stream_can_be_held_in_the_middle(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a hold within the stream
    server.control("POST", "/replies", {"content": "A text that is longer than a single piece of a stream."})
    server.control("POST", "/holds", {"name": "middle", "stage": "stream", "after": 4})

    with claude.messages.stream(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Go"}]) as stream:
        # when the stream is read up to the hold
        first = next(iter(stream.text_stream))
        seen = server.control("GET", "/holds/middle?arrived=1&wait=10")
        assert seen["inside"] == 1

        # then a beginning was there, and the rest comes after the release
        server.control("POST", "/holds/middle/release")
        rest = stream.get_final_message()
    text = rest.content[0].to_dict()["text"]
    assert str(text).startswith(first)
    assert rest.stop_reason == "end_turn"


@pytest.mark.parametrize("fault", [{"kind": "cut", "after": 2}, {"kind": "stall", "after": 2, "seconds": 60}])
def test_a_stream_that_breaks_off_before_its_hold_leaves_it_to_the_next_request(
    server: ClaudeServer, claude: anthropic.Anthropic, fault: dict[str, Any]
) -> None:
    # given a hold within the stream, and a stream that ends before it, or whose reader goes away before it
    server.control("POST", "/holds", {"name": "middle", "stage": "stream", "after": 4})
    server.control("POST", "/faults", fault)
    with claude.messages.stream(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Go"}]) as broken:
        next(iter(broken))
    until(lambda: server.control("GET", "/holds/middle")["left"] == 1, "the hold is there again")

    with claude.messages.stream(model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "Go"}]) as stream:
        # when it is asked once more
        # then it stands still there, and ends when it is released
        assert server.control("GET", "/holds/middle?arrived=1&wait=10")["met"]
        server.control("POST", "/holds/middle/release")
        assert stream.get_final_message().stop_reason == "end_turn"


def test_requests_are_on_record_with_their_replies_and_can_be_waited_for(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given one request served
    reply = ask(claude, "hello", metadata={"user_id": "a-hash"})

    # when the record is read, from the start and from after it
    record = server.control("GET", "/requests?count=1&wait=10")
    later = server.control("GET", f"/requests?after={record['requests'][0]['number']}&count=1&wait=0")

    # then the request is there whole, without its key, and nothing came after it
    one = record["requests"][0]
    assert one["body"]["metadata"] == {"user_id": "a-hash"}
    assert one["reply"]["id"] == reply.id
    assert (one["status"], one["outcome"], one["at"]) == (200, "answered", server.clock.now)
    assert "sk-ant" not in str(one)
    assert later == {"met": False, "requests": []}


def test_every_control_says_what_it_does() -> None:
    # when the controls are listed
    silent = [path for _, path, control in CONTROLS if not control.__doc__]

    # then none is without words
    assert silent == []


def test_a_reset_forgets_everything(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a reply, a fault, a hold, a setting and a request
    server.control("POST", "/replies", {"content": "x", "match": "never said"})
    server.control("POST", "/holds", {"name": "h", "match": "never said"})
    server.control("PUT", "/settings", {"speed_ms": 1})
    ask(claude)

    # when all is reset
    server.control("POST", "/reset")

    # then nothing of it is left
    assert server.control("GET", "/replies")["replies"] == []
    assert server.control("GET", "/holds")["holds"] == []
    assert server.control("GET", "/requests")["requests"] == []
    assert server.control("GET", "/settings")["speed_ms"] == 0
