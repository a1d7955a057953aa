"""What the API refuses at the top level of a request."""

from typing import Any

import anthropic
import pytest

from tests.app.rehearsal.claude.claude_server import ask, refusal

TOOL = {"name": "look", "description": "Look.", "input_schema": {"type": "object", "properties": {}}}
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "temperature": ({"temperature": 1.0}, "temperature"),
    "top_p": ({"top_p": 1}, "top_p"),
    "top_k": ({"top_k": 5}, "top_k"),
    "no max_tokens": ({"max_tokens": ...}, "max_tokens: Field required"),
    "no messages": ({"messages": ...}, "messages: Field required"),
    "max_tokens as text": ({"max_tokens": "many"}, "valid integer"),
    "max_tokens over the model's": ({"max_tokens": 200_000}, "128000"),
    "an unknown field": ({"favourite_colour": "blue"}, "favourite_colour: Extra inputs"),
    "a beta field": ({"context_management": {}}, "Extra inputs"),
    "a field nobody described": ({"container": "box"}, "not rehearsed"),
    "thinking off on a model that always thinks": ({"thinking": {"type": "disabled"}}, "cannot be disabled"),
    "a thinking budget on a newer model": ({"thinking": {"type": "enabled", "budget_tokens": 2_000}}, "not supported"),
    "a beta display": ({"thinking": {"type": "adaptive", "display": "updates"}}, "thinking.display"),
    "an unknown effort": ({"output_config": {"effort": "utmost"}}, "effort"),
    "an open output schema": (
        {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
        "false",
    ),
    "a blank stop sequence": ({"stop_sequences": [" "]}, "stop_sequences"),
    "choice without tools": ({"tool_choice": {"type": "auto"}}, "together with tools"),
    "forced use of any tool": ({"tools": [TOOL], "tool_choice": {"type": "any"}}, "forced tool use"),
    "forced use of one tool": ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "look"}}, "forced tool use"),
    "a name with a dot": ({"tools": [TOOL | {"name": "a.b"}]}, "pattern"),
    "a name too long": ({"tools": [TOOL | {"name": "a" * 65}]}, "pattern"),
    "two tools of one name": ({"tools": [TOOL, TOOL]}, "unique"),
    "a schema of a list": ({"tools": [TOOL | {"input_schema": {"type": "array"}}]}, "'object'"),
    "a server tool": ({"tools": [{"type": "web_search_20260318", "name": "web_search"}]}, "not rehearsed"),
    "an unknown field of a tool": ({"tools": [TOOL | {"cost": 1}]}, "Extra inputs"),
    "a strict tool with an open schema": ({"tools": [TOOL | {"strict": True}]}, "additionalProperties"),
    "a strict tool with a limit": (
        {
            "tools": [
                TOOL
                | {"strict": True, "input_schema": SCHEMA | {"properties": {"n": {"type": "integer", "minimum": 1}}}}
            ]
        },
        "minimum",
    ),
}


@pytest.mark.parametrize(("fields", "said"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_breaks_a_rule_is_invalid(
    claude: anthropic.Anthropic, fields: dict[str, Any], said: str
) -> None:
    # when a request is sent that breaks one rule
    error = refusal(claude, **fields)

    # then it is a 400 that says which
    assert isinstance(error, anthropic.BadRequestError)
    assert error.type == "invalid_request_error"
    assert said in str(error.api_message)


def test_an_unknown_model_is_not_found(claude: anthropic.Anthropic) -> None:
    # when a model is asked that is not offered
    error = refusal(claude, model="claude-sonnet-9")

    # then it is a 404
    assert (error.status_code, error.type) == (404, "not_found_error")


def test_an_older_model_may_be_forced_to_use_a_tool(server: Any, claude: anthropic.Anthropic) -> None:
    # given a reply for it, since the offline model is not to be forced
    server.control("POST", "/replies", {"content": [{"type": "tool_use", "name": "look", "input": {}}]})

    # when Sonnet 5 is forced
    reply = ask(claude, model="claude-sonnet-5", tools=[TOOL], tool_choice={"type": "any"})

    # then it uses the tool
    assert reply.stop_reason == "tool_use"


def test_all_that_a_careful_client_sends_is_taken(claude: anthropic.Anthropic) -> None:
    # when a request uses every field that is rehearsed
    reply = ask(
        claude,
        system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        tools=[TOOL | {"strict": True, "input_schema": SCHEMA, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        tool_choice={"type": "auto", "disable_parallel_tool_use": True},
        cache_control={"type": "ephemeral"},
        thinking={"type": "adaptive", "display": "summarized"},
        output_config={"effort": "medium"},
        metadata={"user_id": "a-hash"},
        stop_sequences=["THE END"],
        service_tier="auto",
        diagnostics={"previous_message_id": None},
    )

    # then it is answered
    assert reply.stop_reason == "end_turn"
