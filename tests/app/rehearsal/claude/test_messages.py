"""POST /v1/messages as JSON and as a stream."""

import json
from typing import Any

import anthropic
import httpx2

from app.rehearsal.claude.admission import VERSION
from app.rehearsal.claude.state import DEFAULT_API_KEY
from tests.app.rehearsal.claude.claude_server import MODEL, ClaudeServer, ask

CALL = {"type": "tool_use", "name": "look", "input": {"where": "here", "words": ["a", "b"], "deep": {"n": 1.5}}}
REPLY: dict[str, Any] = {
    "content": [
        {"type": "thinking", "thinking": "A thought that is long enough for several pieces."},
        {"type": "text", "text": "Grüße, this text too is longer than one piece of a stream."},
        CALL,
    ]
}


def test_a_stream_and_a_whole_reply_say_the_same(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given one reply for two requests
    server.control("POST", "/replies", REPLY | {"times": 2})
    fields: dict[str, Any] = {
        "model": MODEL,
        "max_tokens": 500,
        "messages": [{"role": "user", "content": "Go"}],
        "tools": [{"name": "look", "input_schema": {"type": "object"}}],
    }

    # when it is asked for whole, and as a stream
    whole = claude.messages.create(**fields)
    with claude.messages.stream(**fields) as stream:
        streamed = stream.get_final_message()

    # then content, ending and usage are the same
    left: Any = whole.to_dict(mode="json")
    right: Any = streamed.to_dict(mode="json")
    assert [block["type"] for block in left["content"]] == ["thinking", "text", "tool_use"]
    assert whole.stop_reason == streamed.stop_reason == "tool_use"
    assert whole.usage.output_tokens == streamed.usage.output_tokens
    assert [block.to_dict() | {"id": "", "signature": ""} for block in whole.content] == [
        {name: value for name, value in block.to_dict().items() if name != "parsed_output"}
        | {"id": "", "signature": ""}
        for block in streamed.content
    ]
    assert left["model"] == right["model"] == MODEL


def test_the_events_of_a_stream_come_in_the_order_of_the_api(server: ClaudeServer) -> None:
    # given a reply of thinking, text and a call
    server.control("POST", "/replies", REPLY)
    body = {"model": MODEL, "max_tokens": 500, "stream": True, "messages": [{"role": "user", "content": "Go"}]}
    headers = {"x-api-key": DEFAULT_API_KEY, "anthropic-version": VERSION}

    # when the raw stream is read
    answer = httpx2.post(f"{server.url}/v1/messages", json=body, headers=headers)
    frames = [frame.split("\n") for frame in answer.text.strip().split("\n\n")]
    events = [json.loads(frame[1].removeprefix("data: ")) for frame in frames]

    # then every event is named in its own line, and the order is that of the API
    assert [frame[0] for frame in frames] == [f"event: {event['type']}" for event in events]
    order = [event["type"] for event in events]
    assert order[:3] == ["message_start", "ping", "content_block_start"]
    assert order[-2:] == ["message_delta", "message_stop"]
    assert order.count("content_block_start") == order.count("content_block_stop") == 3
    kinds = list(dict.fromkeys(event["delta"]["type"] for event in events if event["type"] == "content_block_delta"))
    assert kinds == ["thinking_delta", "signature_delta", "text_delta", "input_json_delta"]
    # and the start tells the input, the end the output
    assert events[0]["message"]["usage"]["output_tokens"] == 1
    assert events[-2]["usage"]["output_tokens"] > 1
    written = "".join(
        event["delta"]["partial_json"] for event in events if event.get("delta", {}).get("type") == "input_json_delta"
    )
    assert json.loads(written) == CALL["input"]


def test_the_same_request_gets_the_same_content_under_a_new_message_id(claude: anthropic.Anthropic) -> None:
    # given a request that leads to a call
    tools = [
        {
            "name": "find_room",
            "description": "Find a free room.",
            "input_schema": {"type": "object", "properties": {"people": {"type": "integer"}}, "required": ["people"]},
        }
    ]

    # when it is sent twice
    first, second = (ask(claude, "find a free room for 4", tools=tools) for _ in range(2))

    # then the calls and their ids are the same
    assert first.content[-1].type == "tool_use"
    assert [block.to_dict() for block in first.content] == [block.to_dict() for block in second.content]
    assert first.id != second.id


def test_tokens_are_counted_as_they_are_billed(claude: anthropic.Anthropic) -> None:
    # given a prompt without any cache marker
    messages: Any = [{"role": "user", "content": "word " * 100}]

    # when it is counted and then sent
    counted = claude.messages.count_tokens(model=MODEL, messages=messages, system="Be brief.")
    billed = ask(claude, messages=messages, system="Be brief.").usage

    # then both say the same: a quarter of the characters, rounded up block by block
    assert counted.input_tokens == billed.input_tokens == 125 + 3


def test_a_body_that_is_no_json_is_an_invalid_request(server: ClaudeServer) -> None:
    # when something else than JSON is sent
    headers = {"x-api-key": DEFAULT_API_KEY, "anthropic-version": VERSION}
    answer = httpx2.post(f"{server.url}/v1/messages", content=b"{nope", headers=headers)

    # then it is a 400 in the API's shape
    assert answer.status_code == 400
    assert answer.json()["type"] == "error"
    assert answer.json()["request_id"] == answer.headers["request-id"]


def test_a_client_that_leaves_the_stream_is_noticed_and_stays_usable(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given a slow stream
    server.control("PUT", "/settings", {"speed_ms": 500})

    # when the client leaves it after the first event
    with claude.messages.stream(
        model=MODEL, max_tokens=100, messages=[{"role": "user", "content": "what can you do?"}]
    ) as stream:
        next(iter(stream))

    # then the server notices, and the same client asks on
    gone = server.control("GET", "/requests?outcome=gone&count=1&wait=10")
    assert gone["met"]
    server.control("PUT", "/settings", {"speed_ms": 0})
    assert ask(claude).stop_reason == "end_turn"
