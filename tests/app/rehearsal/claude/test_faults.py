"""What can be made to go wrong, as the unmodified SDK sees it."""

import time
from typing import Any

import anthropic
import httpx2
import pytest

from tests.app.rehearsal.claude.claude_server import MODEL, ClaudeServer, ask

STREAM: dict[str, Any] = {
    "model": MODEL,
    "max_tokens": 500,
    "messages": [{"role": "user", "content": "what can you do?"}],
}


def streamed(client: anthropic.Anthropic) -> anthropic.types.Message:
    with client.messages.stream(**STREAM) as stream:
        return stream.get_final_message()


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ({"kind": "rate_limit", "retry_after": 7}, 429, "rate_limit_error"),
        ({"kind": "overloaded"}, 529, "overloaded_error"),
        ({"kind": "server_error"}, 500, "api_error"),
        ({"kind": "unauthenticated"}, 401, "authentication_error"),
    ],
)
def test_the_next_request_is_refused_and_the_one_after_it_served(
    server: ClaudeServer, claude: anthropic.Anthropic, fault: dict[str, Any], status: int, kind: str
) -> None:
    # given a fault for one request
    server.control("POST", "/faults", fault)

    # when two requests are made
    with pytest.raises(anthropic.APIStatusError) as refused:
        ask(claude)
    reply = ask(claude)

    # then only the first met it
    assert (refused.value.status_code, refused.value.type) == (status, kind)
    assert refused.value.response.headers.get("retry-after") == ("7" if status == 429 else None)
    assert reply.role == "assistant"
    assert server.control("GET", "/faults")["faults"][0]["met"] == 1


def test_the_sdk_retries_what_it_may_and_gets_its_reply(server: ClaudeServer) -> None:
    # given two overloaded answers that allow an immediate retry
    server.control("POST", "/faults", {"kind": "rate_limit", "retry_after": 0, "count": 2})

    # when a client with retries asks
    with server.client(max_retries=2) as client:
        reply = ask(client)

    # then the third attempt is answered, and all three are on record
    assert reply.role == "assistant"
    outcomes = [one["outcome"] for one in server.control("GET", "/requests")["requests"]]
    assert outcomes == ["refused", "refused", "answered"]


def test_an_error_in_mid_stream_keeps_the_status_200(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given an error after a few events
    server.control("POST", "/faults", {"kind": "stream_error", "after": 4})

    # when a stream is read
    with pytest.raises(anthropic.APIStatusError) as broken:
        streamed(claude)

    # then the type alone says what it was
    assert (broken.value.status_code, broken.value.type) == (200, "overloaded_error")
    assert server.last_request()["outcome"] == "broken"


def test_a_dropped_connection_is_a_protocol_error(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a connection that is closed in mid-body, for a stream and for a whole reply
    server.control("POST", "/faults", {"kind": "drop", "count": 2})

    # when both are read
    with pytest.raises(httpx2.RemoteProtocolError):
        streamed(claude)
    with pytest.raises((httpx2.RemoteProtocolError, anthropic.APIConnectionError)):
        ask(claude)

    # then both are on record as broken
    assert [one["outcome"] for one in server.control("GET", "/requests")["requests"]] == ["broken", "broken"]


def test_a_stream_that_ends_cleanly_without_its_stop_raises_nothing(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given a stream that ends in the middle of a call's arguments
    call = {"type": "tool_use", "name": "look", "input": {"where": "in a place with a long name, longer than a piece"}}
    server.control("POST", "/replies", {"content": [call]})
    server.control("POST", "/faults", {"kind": "cut", "after": 5})

    # when it is read
    message = streamed(claude)

    # then there is no stop_reason and only a part of the arguments
    assert message.stop_reason is None
    assert message.content[0].to_dict()["input"] != call["input"]


def test_a_stall_lasts_until_the_client_has_waited_enough(server: ClaudeServer) -> None:
    # given a stream that stalls for a minute, and a client that waits half a second
    server.control("POST", "/faults", {"kind": "stall", "seconds": 60})
    with server.client(timeout=httpx2.Timeout(0.5, connect=5)) as client:
        began = time.monotonic()

        # when it is read
        with pytest.raises(httpx2.ReadTimeout):
            streamed(client)

    # then the client's own patience decided, and the server noticed that it left
    assert time.monotonic() - began < 10
    assert server.control("GET", "/requests?outcome=gone&count=1&wait=10")["met"]


def test_a_slow_stream_is_whole(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given ten milliseconds between two pieces
    server.control("POST", "/replies", {"content": "A text of several pieces, each of them late by a little."})
    server.control("POST", "/faults", {"kind": "slow", "seconds": 0.01})

    # when it is read
    message = streamed(claude)

    # then nothing is missing
    assert message.stop_reason == "end_turn"
    assert message.content[0].to_dict()["text"] == "A text of several pieces, each of them late by a little."


def test_a_fault_may_wait_for_its_words(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a fault for requests that speak of lunch
    server.control("POST", "/faults", {"kind": "overloaded", "match": "lunch"})

    # when one speaks of it and one does not
    other = ask(claude, "hello")
    with pytest.raises(anthropic.OverloadedError):
        ask(claude, "when is lunch?")

    # then only that one met it
    assert other.role == "assistant"


def test_a_fault_that_is_none_is_refused(server: ClaudeServer) -> None:
    # when a control asks for an unknown kind, or with an unknown field
    unknown = server.control("POST", "/faults", {"kind": "earthquake"}, status=400)
    mistyped = server.control("POST", "/faults", {"kind": "drop", "aftr": 3}, status=400)

    # then it is told what there is
    assert "rate_limit" in unknown["error"]
    assert "aftr" in mistyped["error"]
