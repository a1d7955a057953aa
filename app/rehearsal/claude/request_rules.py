"""What a Messages request may hold at its top level. Tools, messages and markers have files of their own."""

from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.cache_markers import check_markers
from app.rehearsal.claude.errors import invalid, not_rehearsed
from app.rehearsal.claude.message_rules import check_messages, check_system
from app.rehearsal.claude.models import ClaudeModel, model_named
from app.rehearsal.claude.paused_turns import PausedTurns
from app.rehearsal.claude.preserved_thinking import check_thinking
from app.rehearsal.claude.prompt_cache import input_tokens
from app.rehearsal.claude.schema_rules import check_strict_schema
from app.rehearsal.claude.shapes import (
    need_fields,
    need_flag,
    need_integer,
    need_list,
    need_object,
    need_one_of,
    need_string,
)
from app.rehearsal.claude.thinking_rules import check_thinking_setting
from app.rehearsal.claude.tool_rules import check_tool_choice, check_tools

SAMPLING = ("temperature", "top_p", "top_k")
COUNTED = ("cache_control", "output_config", "speed", "system", "thinking", "tool_choice", "tools")
"""Optional fields of count_tokens (the SDK's message_count_tokens_params.py)."""
OPTIONAL = (*COUNTED, "diagnostics", "metadata", "service_tier", "stop_sequences", "stream")
"""Optional fields of /v1/messages (anthropic.md 4) that are rehearsed."""
NOT_REHEARSED = ("container", "inference_geo", "user_profile_id", "workspace_id")
"""Fields of anthropic.md 4 whose behaviour no page states."""


def check_request(body: object, paused: PausedTurns) -> ClaudeModel:
    """Check a body of POST /v1/messages and return its model. Raises ApiError 400 or 404."""
    request = need_object(body, "body")
    _refuse_sampling(request)
    _refuse_unrehearsed(request)
    need_fields(request, "", ("model", "max_tokens", "messages"), OPTIONAL)
    model = model_named(need_string(request["model"], "model"))
    limit = need_integer(request["max_tokens"], "max_tokens", least=0)  # 0 warms the cache: anthropic.md 4
    if limit > model.max_tokens:  # anthropic.md 3: the limit of each model; the wording is a guess
        raise invalid(f"max_tokens: {limit} > {model.max_tokens}, the maximum for {model.id}")
    _check_small_fields(request)
    _check_prompt(request, model, paused)
    return model


def check_count(body: object, paused: PausedTurns) -> ClaudeModel:
    """Check a body of POST /v1/messages/count_tokens and return its model. Raises ApiError 400 or 404."""
    request = need_object(body, "body")
    _refuse_sampling(request)
    _refuse_unrehearsed(request)
    need_fields(request, "", ("model", "messages"), COUNTED)
    model = model_named(need_string(request["model"], "model"))
    _check_prompt(request, model, paused)
    return model


def _refuse_sampling(request: Mapping[str, Any]) -> None:
    for name in SAMPLING:
        if name in request:  # anthropic.md 0.2: 400 even at default values
            raise invalid(f"{name}: sampling parameters are not supported by this API version")


def _refuse_unrehearsed(request: Mapping[str, Any]) -> None:
    for name in NOT_REHEARSED:
        if request.get(name) is not None:
            raise not_rehearsed(f"{name}: this field")


def _check_small_fields(request: Mapping[str, Any]) -> None:
    if "stream" in request:
        need_flag(request["stream"], "stream")
    if request.get("metadata") is not None:
        metadata = need_object(request["metadata"], "metadata")
        need_fields(metadata, "metadata", (), ("user_id",))
        if metadata.get("user_id") is not None:
            need_string(metadata["user_id"], "metadata.user_id")
    if "service_tier" in request:
        need_one_of(request["service_tier"], "service_tier", ("auto", "standard_only"))
    if request.get("diagnostics") is not None:
        need_fields(need_object(request["diagnostics"], "diagnostics"), "diagnostics", (), ("previous_message_id",))
    for number, stop in enumerate(need_list(request.get("stop_sequences", []), "stop_sequences")):
        if not need_string(stop, f"stop_sequences.{number}").strip():  # guess
            raise invalid(f"stop_sequences.{number}: each stop sequence must contain non-whitespace")


def _check_prompt(request: Mapping[str, Any], model: ClaudeModel, paused: PausedTurns) -> None:
    if request.get("speed") is not None and request["speed"] != "standard":
        raise not_rehearsed("speed: fast mode")
    check_thinking_setting(request, model)
    _check_output_config(request.get("output_config"))
    check_system(request.get("system"))
    check_tools(request.get("tools"))
    check_tool_choice(request, model)
    check_messages(request["messages"], model, paused)
    check_markers(request)
    check_thinking(request)
    if (size := input_tokens(request)) > model.max_input_tokens:  # the limit: anthropic.md 3; a 400 is a guess
        raise invalid(f"prompt is too long: {size} tokens > {model.max_input_tokens} maximum")


def _check_output_config(value: object) -> None:
    if value is None:
        return
    config = need_object(value, "output_config")
    need_fields(config, "output_config", (), ("effort", "format"))
    if config.get("effort") is not None:  # anthropic.md 4
        need_one_of(config["effort"], "output_config.effort", ("low", "medium", "high", "xhigh", "max"))
    if config.get("format") is not None:  # anthropic.md 7
        wanted = need_object(config["format"], "output_config.format")
        need_fields(wanted, "output_config.format", ("type", "schema"))
        need_one_of(wanted["type"], "output_config.format.type", ("json_schema",))
        check_strict_schema(need_object(wanted["schema"], "output_config.format.schema"), "output_config.format.schema")
