"""Thinking is bound to the model and to the exact prefix before it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.claude_server import MODEL, ClaudeServer, ask, refusal

TOOLS = [{"name": "look", "description": "Look.", "input_schema": {"type": "object", "properties": {}}}]
SYSTEM = [{"type": "text", "text": "Be brief."}]


def a_conversation(server: ClaudeServer, claude: anthropic.Anthropic) -> dict[str, Any]:
    """A request whose messages hold two thoughts of the model, as the API gave them."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": [{"type": "text", "text": "Look around"}]}]
    request: dict[str, Any] = {"system": SYSTEM, "tools": TOOLS, "messages": messages}
    server.control(
        "POST",
        "/replies",
        {"content": [{"type": "thinking", "thinking": "First."}, {"type": "tool_use", "name": "look", "input": {}}]},
    )
    first: Any = ask(claude, **request).to_dict(mode="json")["content"]
    messages.append({"role": "assistant", "content": first})
    messages.append(
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": first[1]["id"], "content": "a room"}]}
    )
    second = ask(claude, **request).to_dict(mode="json")["content"]
    messages += [
        {"role": "assistant", "content": second},
        {"role": "user", "content": [{"type": "text", "text": "And?"}]},
    ]
    return request


def test_a_conversation_sent_back_as_it_was_goes_on(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a conversation with thoughts
    request = a_conversation(server, claude)

    # when it is sent back unchanged
    reply = ask(claude, **request)

    # then the next thought follows
    assert reply.content[0].type == "thinking"


def edit_system(request: dict[str, Any]) -> None:
    request["system"] = [{"type": "text", "text": "Be long."}]


def edit_tools(request: dict[str, Any]) -> None:
    request["tools"] = [TOOLS[0] | {"description": "Look twice."}]


def edit_first_message(request: dict[str, Any]) -> None:
    request["messages"][0]["content"][0]["text"] = "Look away"


def edit_result(request: dict[str, Any]) -> None:
    request["messages"][2]["content"][0]["content"] = "no room"


def edit_thought(request: dict[str, Any]) -> None:
    request["messages"][1]["content"][0]["thinking"] = "Another thought."


def drop_first_thought(request: dict[str, Any]) -> None:
    del request["messages"][1]["content"][0]


def forge_signature(request: dict[str, Any]) -> None:
    request["messages"][1]["content"][0]["signature"] = "not base64!"


@pytest.mark.parametrize(
    "edit",
    [edit_system, edit_tools, edit_first_message, edit_result, edit_thought, drop_first_thought, forge_signature],
)
def test_an_edited_prefix_is_refused(
    server: ClaudeServer, claude: anthropic.Anthropic, edit: Callable[[dict[str, Any]], None]
) -> None:
    # given a conversation whose past was edited
    request = deepcopy(a_conversation(server, claude))
    edit(request)

    # when it is sent
    error = refusal(claude, **request)

    # then it is a 400 about thinking
    assert error.status_code == 400
    assert "thinking" in str(error.api_message)


def test_cache_markers_and_their_moving_are_no_edit(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given the same conversation with markers in other places
    request = deepcopy(a_conversation(server, claude))
    request["system"] = [SYSTEM[0] | {"cache_control": {"type": "ephemeral"}}]
    request["messages"][2]["content"][0]["cache_control"] = {"type": "ephemeral"}

    # when it is sent
    reply = ask(claude, cache_control={"type": "ephemeral"}, **request)

    # then it goes on
    assert reply.role == "assistant"


def test_thoughts_left_out_from_an_edit_on_are_no_offence(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a past edited, with the thinking of that and later replies left out
    request = deepcopy(a_conversation(server, claude))
    edit_first_message(request)
    for message in request["messages"]:
        message["content"] = [block for block in message["content"] if block["type"] != "thinking"]

    # when it is sent
    reply = ask(claude, **request)

    # then it goes on
    assert reply.role == "assistant"


def test_thoughts_of_another_model_are_dropped_silently(server: ClaudeServer, claude: anthropic.Anthropic) -> None:
    # given a conversation of one model, edited as well
    request = deepcopy(a_conversation(server, claude))
    edit_result(request)

    # when it is sent to another
    reply = ask(claude, model="claude-opus-5-5", **request)

    # then nothing is said about it
    assert reply.role == "assistant"


@pytest.mark.parametrize(
    ("model", "setting", "shown"),
    [
        (MODEL, None, ""),
        (MODEL, {"type": "adaptive"}, ""),
        (MODEL, {"type": "adaptive", "display": "summarized"}, "text"),
        ("claude-opus-5-5", {"type": "adaptive", "display": "omitted"}, ""),
        (MODEL, {"type": "between_tools"}, None),
        ("claude-haiku-5-5", {"type": "disabled"}, None),
        ("claude-sonnet-5", None, None),
    ],
)
def test_thinking_is_shown_as_the_setting_says(
    claude: anthropic.Anthropic, model: str, setting: dict[str, str] | None, shown: str | None
) -> None:
    # when a request is made with that setting
    reply = ask(claude, model=model, **({"thinking": setting} if setting else {}))

    # then thinking is absent, empty or told, and counted whenever there was any
    thoughts = [block for block in reply.content if block.type == "thinking"]
    details = reply.usage.output_tokens_details
    assert details is not None
    if shown is None:
        assert not thoughts
        assert details.thinking_tokens == 0
    else:
        assert bool(thoughts[0].thinking) == bool(shown)
        assert thoughts[0].signature
        assert details.thinking_tokens > 0
