"""A Message as server-sent events, in the order of anthropic.md 14, in small pieces."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.rehearsal.claude.replies import Message

PIECE = 24
"""Characters of one delta: about what the real API sends (guess)."""


def encoded(event: Mapping[str, Any]) -> bytes:
    """Return one event's bytes. The `event:` line is required: the SDK skips events without it (anthropic.md 14)."""
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def error_event(kind: str, message: str) -> dict[str, Any]:
    """Return the event that ends a stream in an error."""
    return {"type": "error", "error": {"type": kind, "message": message}}


def events_of(message: Message) -> Iterator[dict[str, Any]]:
    """Yield the events of one reply: input usage at the start, output usage in message_delta (anthropic.md 4)."""
    input_usage = {name: value for name, value in message.usage.items() if not name.startswith("output")}
    start = message.body() | {
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
        "usage": input_usage | {"output_tokens": 1},
    }
    yield {"type": "message_start", "message": start}
    yield {"type": "ping"}
    for index, block in enumerate(message.content):
        yield from _block_events(index, block)
    ending: dict[str, Any] = {"stop_reason": message.stop_reason, "stop_sequence": message.stop_sequence}
    if message.stop_details is not None:
        ending["stop_details"] = message.stop_details
    usage = {name: value for name, value in message.usage.items() if name != "cache_creation"}
    yield {"type": "message_delta", "delta": ending, "usage": usage}
    yield {"type": "message_stop"}


def _block_events(index: int, block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    start, deltas = _parts(block)
    yield {"type": "content_block_start", "index": index, "content_block": start}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _parts(block: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    if block["type"] == "text":
        return dict(block) | {"text": ""}, [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
    if block["type"] == "tool_use":
        written = _pieces(json.dumps(block["input"], ensure_ascii=False))
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", *written)]
        return dict(block) | {"input": {}}, deltas
    if block["type"] == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])]
        deltas.append({"type": "signature_delta", "signature": block["signature"]})
        return dict(block) | {"thinking": "", "signature": ""}, deltas
    return dict(block), []


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
