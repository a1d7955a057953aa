"""A reply of the model, as a draft and as the Message that goes out (anthropic.md 4 and 14)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.rehearsal.claude.tokens import tokens_of_block, tokens_of_text

STOP_REASONS = (
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
    None,
)
"""anthropic.md 4. None stands for what a broken stream leaves behind."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model says: content blocks, why it stopped, and the hidden thinking (counted even where not shown)."""

    content: Sequence[Mapping[str, Any]]
    stop_reason: str | None = "end_turn"
    stop_sequence: str | None = None
    stop_details: Mapping[str, Any] | None = None
    hidden_thinking: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One finished reply. `usage` is whole, as it stands in the JSON reply and at a stream's end."""

    id: str
    model: str
    content: list[dict[str, Any]]
    stop_reason: str | None
    stop_sequence: str | None
    stop_details: Mapping[str, Any] | None
    usage: dict[str, Any]
    diagnostics: dict[str, Any] | None = field(default=None)

    def body(self) -> dict[str, Any]:
        """Return the JSON of the reply."""
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": self.content,
            "stop_reason": self.stop_reason,
            "stop_sequence": self.stop_sequence,
            "stop_details": self.stop_details,
            "usage": self.usage,
            "diagnostics": self.diagnostics,
        }


def request_digest(body: Mapping[str, Any]) -> str:
    """Return the digest that names a request: the same for the same JSON, however its keys are ordered."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def finished_blocks(draft: Draft, digest: str) -> list[dict[str, Any]]:
    """Return the draft's blocks with what the API adds: an id for every tool call, from the request's digest."""
    blocks = []
    for number, block in enumerate(draft.content):
        done = dict(block)
        if done["type"] == "tool_use":
            done.setdefault("id", f"toolu_{hashlib.sha256(f'{digest} {number}'.encode()).hexdigest()[:24]}")
        blocks.append(done)
    return blocks


def output_usage(draft: Draft, blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the output half of `usage`: thinking counts whole, however little of it is shown."""
    shown = sum(tokens_of_text(str(block["thinking"])) for block in blocks if block["type"] == "thinking")
    thinking = tokens_of_text(draft.hidden_thinking) or shown
    spoken = sum(tokens_of_block(block) for block in blocks if block["type"] != "thinking")
    return {
        "output_tokens": max(1, thinking + spoken),
        "output_tokens_details": {"thinking_tokens": thinking},
    }
