"""`diagnostics`: why the prompt cache could not be used, compared with an earlier reply's request (anthropic.md 8)."""

from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.prompt import prompt_blocks
from app.rehearsal.claude.prompt_cache import input_tokens
from app.rehearsal.claude.state import State


def diagnose(state: State, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the reply's `diagnostics`: None when not asked for, on a first request, or when nothing diverged."""
    previous_id = (body.get("diagnostics") or {}).get("previous_message_id")
    if previous_id is None:
        return None
    for exchange in reversed(state.exchanged):
        if isinstance(exchange.reply, dict) and exchange.reply.get("id") == previous_id:
            reason = _divergence(exchange.body, body)
            return {"cache_miss_reason": reason} if reason else None
    return {"cache_miss_reason": {"type": "previous_message_not_found"}}


def _divergence(earlier: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any] | None:
    missed = {"cache_missed_input_tokens": input_tokens(body)}  # guess: the whole input; no page says what is counted
    if earlier["model"] != body["model"]:
        return {"type": "model_changed"} | missed
    before, now = _parts(earlier), _parts(body)
    for part in ("tools", "system"):
        if before[part] != now[part]:
            return {"type": f"{part}_changed"} | missed
    if now["messages"][: len(before["messages"])] != before["messages"]:
        return {"type": "messages_changed"} | missed
    return None


def _parts(body: Mapping[str, Any]) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = {"tools": [], "system": [], "messages": []}
    for block in prompt_blocks(body):
        parts[block.place if block.place in parts else "messages"].append((block.place, block.block))
    return parts
