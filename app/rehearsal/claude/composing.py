"""From an admitted request to its finished Message: who answers, what is thought, signed, cut and billed."""

from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.diagnosis import diagnose
from app.rehearsal.claude.errors import not_rehearsed
from app.rehearsal.claude.length_limits import limited
from app.rehearsal.claude.models import ClaudeModel
from app.rehearsal.claude.offline_model import think
from app.rehearsal.claude.preserved_thinking import digest_before_reply, sign_reply
from app.rehearsal.claude.prompt import last_user_text, results_since_text
from app.rehearsal.claude.replies import Draft, Message, finished_blocks, output_usage, request_digest
from app.rehearsal.claude.state import Exchanged, State
from app.rehearsal.claude.thinking_rules import thinking_shown


def compose(state: State, exchange: Exchanged, body: Mapping[str, Any], model: ClaudeModel) -> Message:
    """Return the reply to a request that passed every rule. Raises ApiError 400 for what no one here can answer."""
    diagnostics = diagnose(state, body)
    draft = _draft(state, exchange, body, model)
    digest = request_digest(body)
    blocks = finished_blocks(draft, digest)
    sign_reply(model.id, digest_before_reply(body), len(body["messages"]), blocks)
    if draft.stop_reason == "pause_turn":
        state.paused.note(blocks)
    usage = state.cache.bill(model, body, state.clock()).fields() | output_usage(draft, blocks)
    return Message(
        id=f"msg_{digest[:16]}{exchange.number:08d}",  # a repeated request has the same content under a new id
        model=model.id,
        content=blocks,
        stop_reason=draft.stop_reason,
        stop_sequence=draft.stop_sequence,
        stop_details=draft.stop_details,
        usage=usage | {"service_tier": "standard"},
        diagnostics=diagnostics,
    )


def _draft(state: State, exchange: Exchanged, body: Mapping[str, Any], model: ClaudeModel) -> Draft:
    queued = state.queued.take(last_user_text(body), results_since_text(body))
    if queued is not None:
        exchange.origin = "queued"
        return queued
    exchange.origin = "offline_model"
    if body["max_tokens"] == 0:  # warms the cache: anthropic.md 4; the stop_reason is a guess
        return Draft([], "max_tokens")
    if (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
        raise not_rehearsed("tool_choice: forced tool use by the offline model (queue a reply instead)")
    if (body.get("output_config") or {}).get("format") is not None:
        raise not_rehearsed("output_config.format: structured output by the offline model (queue a reply instead)")
    thought = think(body)
    content: list[Mapping[str, Any]] = [*thought.blocks]
    shown = thinking_shown(body, model)
    if shown != "none":
        content.insert(0, {"type": "thinking", "thinking": thought.thinking if shown == "summarized" else ""})
    calls = any(block["type"] == "tool_use" for block in content)
    hidden = thought.thinking if shown != "none" else ""
    return limited(Draft(content, "tool_use" if calls else "end_turn", hidden_thinking=hidden), body)
