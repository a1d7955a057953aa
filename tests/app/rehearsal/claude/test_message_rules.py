"""What the API refuses in messages: order, tool results, blocks."""

from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.claude_server import ClaudeServer, ask, refusal

USER = {"role": "user", "content": "Hello"}


def text(words: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words} | more


def used(*ids: str) -> dict[str, Any]:
    return {"role": "assistant", "content": [{"type": "tool_use", "id": one, "name": "t", "input": {}} for one in ids]}


def result(call: str, **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": call, "content": "done"} | more


def user(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": list(blocks)}


DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}}
REFUSED: dict[str, tuple[list[dict[str, Any]], str]] = {
    "no messages": ([], "at least one"),
    "a call without a result": ([USER, used("a"), user(text("and?"))], "without `tool_result`"),
    "one of two calls without a result": ([USER, used("a", "b"), user(result("a"))], "b"),
    "a result in a later message": ([USER, used("a"), USER, user(result("a"))], "without `tool_result`"),
    "a call at the end": ([USER, used("a")], "last message must be from the user"),
    "a result without a call": ([USER, {"role": "assistant", "content": "Hi"}, user(result("a"))], "unexpected"),
    "a result in the first message": ([user(result("a"))], "unexpected"),
    "two results for a call": ([USER, used("a"), user(result("a"), result("a"))], "single result"),
    "a result after a text": ([USER, used("a"), user(text("so"), result("a"))], "must come first"),
    "an id used twice": ([USER, used("a"), user(result("a")), used("a"), user(result("a"))], "unique"),
    "an id with a blank": ([USER, used("a b"), user(result("a b"))], "pattern"),
    "an empty text block": ([user(text(""))], "non-empty"),
    "a blank text block": ([user(text(" \n"))], "non-empty"),
    "an empty message": ([{"role": "user", "content": []}], "non-empty"),
    "an empty string": ([{"role": "user", "content": ""}], "at least 1 character"),
    "an answer begun for the model": ([USER, {"role": "assistant", "content": "The answer is"}], "prefill"),
    "an answer before any question": ([{"role": "assistant", "content": "Hi"}, USER], "first message"),
    "a document from the model": ([USER, {"role": "assistant", "content": [DOCUMENT]}, USER], "not allowed"),
    "citations from people": ([user(text("x", citations=[{"type": "char_location"}]))], "citations"),
    "a call from people": ([user({"type": "tool_use", "id": "a", "name": "t", "input": {}})], "not allowed"),
    "an unknown block": ([user({"type": "hologram"})], "not rehearsed"),
    "an unknown field of a block": ([user(text("x", colour="red"))], "Extra inputs"),
    "an unknown field of a message": ([USER | {"name": "Ann"}], "Extra inputs"),
    "an unknown role": ([USER | {"role": "tool"}], "role"),
    "a call whose input is text": (
        [
            USER,
            {"role": "assistant", "content": [{"type": "tool_use", "id": "a", "name": "t", "input": "{}"}]},
            user(result("a")),
        ],
        "dictionary",
    ),
    "an error flag that is none": ([USER, used("a"), user(result("a", is_error="yes"))], "boolean"),
    "an unsigned thought": (
        [USER, {"role": "assistant", "content": [{"type": "thinking", "thinking": "x"}]}, USER],
        "signature",
    ),
}


@pytest.mark.parametrize(("messages", "said"), REFUSED.values(), ids=REFUSED)
def test_messages_that_break_a_rule_are_invalid(
    claude: anthropic.Anthropic, messages: list[dict[str, Any]], said: str
) -> None:
    # when such messages are sent
    error = refusal(claude, messages=messages)

    # then it is a 400 that says which rule
    assert isinstance(error, anthropic.BadRequestError)
    assert said in str(error.api_message)


def test_results_first_and_then_what_people_said_meanwhile_is_taken(claude: anthropic.Anthropic) -> None:
    # given two calls of one reply
    messages = [USER, used("a", "b"), user(result("a"), result("b", is_error=True), text("and hurry"))]

    # when both results come in one message, before a text
    reply = ask(claude, messages=messages)

    # then it is answered
    assert reply.type == "message"


def test_messages_of_one_role_in_a_row_are_one_turn(claude: anthropic.Anthropic) -> None:
    # when two user messages stand side by side
    reply = ask(claude, messages=[USER, USER])

    # then they are taken
    assert reply.role == "assistant"


def test_a_system_message_is_taken_by_the_models_that_know_it(claude: anthropic.Anthropic) -> None:
    # given an operator's note between two messages
    messages: Any = [USER, {"role": "system", "content": "The budget is nearly spent."}, USER]

    # when it is sent to a model that takes such notes, and to one that does not
    taken = ask(claude, messages=messages, model="claude-opus-5-5")
    refused = refusal(claude, messages=messages, model="claude-sonnet-5")

    # then only the second refuses
    assert taken.role == "assistant"
    assert "system messages" in str(refused.api_message)


def test_a_paused_reply_goes_on_when_it_is_sent_back_unchanged(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given a reply that paused
    server.control("POST", "/replies", {"content": "So far. ", "stop_reason": "pause_turn"})
    server.control("POST", "/replies", {"content": "Done."})
    paused = [block.to_dict(mode="json") for block in ask(claude).content]

    # when it is sent back as it was, and once more with a word changed
    messages = [USER, {"role": "assistant", "content": paused}]
    counted = claude.messages.count_tokens(model="claude-sonnet-5-5", messages=messages)  # type: ignore[arg-type]
    gone_on = ask(claude, messages=messages)
    edited = refusal(claude, messages=[USER, {"role": "assistant", "content": [text("So far, so good. ")]}])

    # then only the first is taken
    assert counted.input_tokens
    assert gone_on.content[0].to_dict()["text"] == "Done."
    assert "prefill" in str(edited.api_message)


def test_a_reply_that_did_not_pause_is_a_prefill_when_it_is_sent_back(
    server: ClaudeServer, claude: anthropic.Anthropic
) -> None:
    # given a reply that ended
    server.control("POST", "/replies", {"content": "That is all."})
    ended = [block.to_dict(mode="json") for block in ask(claude).content]

    # when it is sent back at the end of a request, then it is refused
    error = refusal(claude, messages=[USER, {"role": "assistant", "content": ended}])
    assert "prefill" in str(error.api_message)
