"""A request as the model reads it: one row of blocks, tools first, then system, then messages (anthropic.md 8).

Cache markers are kept beside the blocks, never in them, so that moving a marker changes no digest.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """One block: where it stands (`tools`, `system` or a role with the message's number), itself, its marker."""

    place: str
    block: Mapping[str, Any]
    marker: Mapping[str, Any] | None

    def digest(self, before: str) -> str:
        """Return the digest of the prefix that ends with this block, given that of the prefix before it."""
        text = json.dumps([before, self.place, self.block], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def blocks_of(content: str | Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a message's or system prompt's content as blocks: a bare string is one text block."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return list(content)


def bare(block: Mapping[str, Any]) -> dict[str, Any]:
    """Return the block without its cache marker and without fields that are null: two spellings of one block."""
    return {name: value for name, value in block.items() if name != "cache_control" and value is not None}


def prompt_blocks(body: Mapping[str, Any]) -> Iterator[PromptBlock]:
    """Yield every block of the request in the order of the prefix."""
    for tool in body.get("tools") or ():
        yield PromptBlock("tools", bare(tool), tool.get("cache_control"))
    for block in blocks_of(body.get("system") or ()):
        yield PromptBlock("system", bare(block), block.get("cache_control"))
    for number, message in enumerate(body["messages"]):
        for block in blocks_of(message["content"]):
            yield PromptBlock(f"{number} {message['role']}", bare(block), block.get("cache_control"))


def last_user_text(body: Mapping[str, Any]) -> str:
    """Return the text of the newest user message that has any, its blocks joined by newlines; else an empty string."""
    for message in reversed(body.get("messages") or ()):
        if message.get("role") != "user":
            continue
        texts = [str(block["text"]) for block in blocks_of(message["content"]) if block.get("type") == "text"]
        if texts:
            return "\n".join(texts)
    return ""


def results_since_text(body: Mapping[str, Any]) -> int:
    """Return how many tool results the request holds after its newest user message that has any text."""
    results = 0
    for message in reversed(body.get("messages") or ()):
        if message.get("role") != "user":
            continue
        kinds = [block.get("type") for block in blocks_of(message["content"])]
        if "text" in kinds:
            break
        results += kinds.count("tool_result")
    return results
