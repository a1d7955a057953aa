"""What `system` and `messages` may be: roles, the order of turns, and tool results that answer tool calls.

Source: anthropic.md 0, 1, 4, 6 and 14 unless a line says guess. Blocks by themselves are judged in block_rules.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.rehearsal.claude.block_rules import check_block
from app.rehearsal.claude.errors import invalid, not_rehearsed
from app.rehearsal.claude.models import ClaudeModel
from app.rehearsal.claude.paused_turns import PausedTurns
from app.rehearsal.claude.prompt import blocks_of
from app.rehearsal.claude.shapes import need_fields, need_list, need_object, need_one_of, need_string

MOST_MESSAGES = 100_000
ROLES = ("user", "assistant", "system")


def check_system(value: object) -> None:
    """Raise ApiError 400 when the system prompt is neither a text nor a list of text blocks."""
    if value is None or isinstance(value, str):
        return
    for number, block in enumerate(need_list(value, "system")):
        check_block(block, "system", f"system.{number}")


def check_messages(value: object, model: ClaudeModel, paused: PausedTurns) -> None:
    """Raise ApiError 400 for the first message, in order, that breaks a rule.

    The last message is the assistant's only where the model takes a prefill, or where it is a paused reply unchanged.
    """
    messages = need_list(value, "messages")
    if not messages:
        raise invalid("messages: at least one message is required")
    if len(messages) > MOST_MESSAGES:
        raise invalid(f"messages: at most {MOST_MESSAGES} are taken")
    for number, message in enumerate(messages):
        _check_message(message, number, model)
    if messages[0]["role"] != "user":  # guess
        raise invalid('messages: first message must use the "user" role')
    last = messages[-1]
    if last["role"] == "assistant" and not (model.takes_prefill or paused.end_with(last["content"])):
        raise invalid(f"{model.id} does not support assistant message prefill: the last message must be from the user")
    if last["role"] == "system":
        raise not_rehearsed(f"messages.{len(messages) - 1}: a system message at the end")
    _check_tool_turns(messages)


def _check_message(value: object, number: int, model: ClaudeModel) -> None:
    where = f"messages.{number}"
    message = need_object(value, where)
    need_fields(message, where, ("role", "content"))
    role = need_one_of(message["role"], f"{where}.role", ROLES)
    if role == "system" and not model.takes_system_messages:
        raise invalid(f"{where}.role: system messages are not supported on {model.id}")
    if isinstance(message["content"], str):
        need_string(message["content"], f"{where}.content")
        return
    blocks = need_list(message["content"], f"{where}.content")
    if not blocks:  # guess
        raise invalid(f"{where}: all messages must have non-empty content")
    for place, block in enumerate(blocks):
        check_block(block, role, f"{where}.content.{place}")


def _check_tool_turns(messages: Sequence[Mapping[str, Any]]) -> None:
    used: set[str] = set()
    for number, message in enumerate(messages):
        blocks = blocks_of(message["content"])
        if message["role"] == "assistant":
            calls = [block["id"] for block in blocks if block["type"] == "tool_use"]
            for call in calls:
                if call in used:
                    raise invalid(f"messages.{number}: `tool_use` ids must be unique: {call}")
                used.add(call)
            _check_answered(calls, messages[number + 1] if number + 1 < len(messages) else None, number)
        else:
            before = blocks_of(messages[number - 1]["content"]) if number else []
            _check_results(blocks, {block.get("id") for block in before if block["type"] == "tool_use"}, number)


def _check_answered(calls: Sequence[str], following: Mapping[str, Any] | None, number: int) -> None:
    answers = blocks_of(following["content"]) if following and following["role"] == "user" else []
    answered = {block["tool_use_id"] for block in answers if block["type"] == "tool_result"}
    missing = [call for call in calls if call not in answered]
    if missing:
        raise invalid(
            f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately after: "
            f"{', '.join(missing)}. Each `tool_use` block must have a corresponding `tool_result` block in the next "
            "message."
        )


def _check_results(blocks: Sequence[Mapping[str, Any]], calls: set[Any], number: int) -> None:
    seen: set[str] = set()
    others = False
    for place, block in enumerate(blocks):
        if block["type"] != "tool_result":
            others = True
            continue
        where, call = f"messages.{number}.content.{place}", block["tool_use_id"]
        if call not in calls:
            raise invalid(
                f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: {call}. Each `tool_result` block "
                "must have a corresponding `tool_use` block in the previous message."
            )
        if call in seen:
            raise invalid(
                f"{where}: each tool_use must have a single result. Found multiple `tool_result` blocks: {call}"
            )
        if others:
            raise invalid(f"{where}: `tool_result` blocks must come first in the content of the message")
        seen.add(call)
