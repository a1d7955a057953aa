"""What one content block may be, by the role of its message. Source: anthropic.md 1, 4, 6, the SDK's types."""

import re
from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.errors import invalid, not_rehearsed
from app.rehearsal.claude.shapes import need_fields, need_flag, need_list, need_object, need_string

TOOL_ID = re.compile(r"^[a-zA-Z0-9_-]+$")
"""What the API takes as the id of a tool call (guess)."""
FIELDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("type", "text"), ("cache_control", "citations")),
    "image": (("type", "source"), ("cache_control",)),
    "document": (("type", "source"), ("cache_control", "title", "context", "citations")),
    "search_result": (("type", "source", "title", "content"), ("cache_control", "citations")),
    "thinking": (("type", "thinking", "signature"), ()),
    "redacted_thinking": (("type", "data"), ()),
    "tool_use": (("type", "id", "name", "input"), ("cache_control", "caller")),
    "tool_result": (("type", "tool_use_id"), ("cache_control", "content", "is_error")),
}
"""Required and optional fields of every block that is rehearsed."""
BY_ROLE = {
    "user": ("text", "image", "document", "search_result", "tool_result"),
    "assistant": ("text", "thinking", "redacted_thinking", "tool_use"),
    "system": ("text",),
    "tool_result": ("text", "image", "document", "search_result"),
}
"""Which blocks stand where. A document in an assistant message is a 400 since 2026-10-21: anthropic.md 1."""


def check_block(value: object, role: str, where: str) -> None:
    """Raise ApiError 400 when the block may not stand in a message of that role, or is malformed."""
    block = need_object(value, where)
    kind = need_string(block.get("type"), f"{where}.type")
    if kind not in FIELDS:
        raise not_rehearsed(f"{where}: a block of type {kind}")
    if kind not in BY_ROLE[role]:
        raise invalid(f"{where}: `{kind}` blocks are not allowed in {role} messages")
    need_fields(block, where, *FIELDS[kind])
    if kind == "text":
        _check_text(block, role, where)
    elif kind == "tool_use":
        _check_tool_use(block, where)
    elif kind == "tool_result":
        _check_tool_result(block, where)
    elif kind == "thinking":
        need_string(block["thinking"], f"{where}.thinking", empty=True)
        need_string(block["signature"], f"{where}.signature")
    elif kind in ("image", "document"):
        need_object(block["source"], f"{where}.source")


def _check_text(block: Mapping[str, Any], role: str, where: str) -> None:
    if not need_string(block["text"], f"{where}.text", empty=True).strip():  # blank ones: guess
        raise invalid(f"{where}: text content blocks must be non-empty")
    if role == "user" and block.get("citations"):  # anthropic.md 1
        raise invalid(f"{where}.citations: must be empty on text blocks of user messages")


def _check_tool_use(block: Mapping[str, Any], where: str) -> None:
    if not TOOL_ID.fullmatch(need_string(block["id"], f"{where}.id")):
        raise invalid(f"{where}.id: String should match pattern '{TOOL_ID.pattern}'")
    need_string(block["name"], f"{where}.name")
    need_object(block["input"], f"{where}.input")


def _check_tool_result(block: Mapping[str, Any], where: str) -> None:
    need_string(block["tool_use_id"], f"{where}.tool_use_id")
    if "is_error" in block:
        need_flag(block["is_error"], f"{where}.is_error")
    content = block.get("content")
    if content is None or isinstance(content, str):
        return
    for number, inner in enumerate(need_list(content, f"{where}.content")):
        check_block(inner, "tool_result", f"{where}.content.{number}")
        if inner.get("cache_control") is not None:
            raise not_rehearsed(f"{where}.content.{number}.cache_control: a marker inside a tool result")
