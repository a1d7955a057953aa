"""max_tokens and stop_sequences, applied to what the offline model would say (anthropic.md 4 and 5)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.rehearsal.claude.replies import Draft
from app.rehearsal.claude.tokens import CHARACTERS_PER_TOKEN, tokens_of_block, tokens_of_text


def limited(draft: Draft, body: Mapping[str, Any]) -> Draft:
    """Return the draft, cut at the first stop sequence and at max_tokens. A cut tool call keeps a partial input."""
    for stop in body.get("stop_sequences") or ():
        for place, block in enumerate(draft.content):
            if block["type"] == "text" and stop in block["text"]:
                before = block["text"].split(stop, 1)[0]
                kept = [*draft.content[:place], *([{"type": "text", "text": before}] if before.strip() else [])]
                draft = replace(draft, content=kept, stop_reason="stop_sequence", stop_sequence=stop)
                break
    left = int(body["max_tokens"]) - tokens_of_text(draft.hidden_thinking)
    fitting: list[Mapping[str, Any]] = []
    for block in draft.content:
        needed = 0 if block["type"] == "thinking" else tokens_of_block(block)
        if needed > left:
            fitting += _part(block, left)
            return replace(draft, content=fitting, stop_reason="max_tokens", stop_sequence=None)
        fitting.append(block)
        left -= needed
    return draft


def _part(block: Mapping[str, Any], tokens: int) -> list[Mapping[str, Any]]:
    if tokens < 1:
        return []
    if block["type"] == "text":
        text = str(block["text"])[: tokens * CHARACTERS_PER_TOKEN]
        return [{"type": "text", "text": text}] if text.strip() else []
    whole: dict[str, Any] = {}
    for name, value in block["input"].items():
        if tokens_of_text(json.dumps(whole | {name: value})) > tokens:
            break
        whole[name] = value
    return [dict(block) | {"input": whole}]
