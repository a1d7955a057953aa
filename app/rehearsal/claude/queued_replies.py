"""Exact replies that a test queued: taken in order, each by the first request whose last user text has its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.replies import STOP_REASONS, Draft

BLOCKS = ("text", "thinking", "tool_use")
FIELDS = ("content", "stop_reason", "stop_sequence", "stop_details", "match", "results", "times")


@dataclass(slots=True)
class QueuedReply:
    """One queued reply; `left` counts down how many requests it still answers."""

    draft: Draft
    match: str | None
    results: int | None
    left: int

    def shown(self) -> dict[str, Any]:
        """Return the reply as the control API shows it."""
        return {
            "content": self.draft.content,
            "stop_reason": self.draft.stop_reason,
            "match": self.match,
            "results": self.results,
            "left": self.left,
        }


class QueuedReplies:
    """The queue. A reply without `match` fits every text, one without `results` any number of tool results."""

    def __init__(self) -> None:
        self.waiting: list[QueuedReply] = []

    def add(self, asked: Mapping[str, Any]) -> QueuedReply:
        """Queue a reply from a control request. Raises ValueError when it could not have come from the API."""
        strange = sorted(set(asked) - set(FIELDS))
        if strange:
            raise ValueError(f"Unknown field {strange[0]!r}; a reply has {', '.join(FIELDS)}.")
        content = asked.get("content", [])
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else [dict(block) for block in content]
        for block in blocks:
            if block.get("type") not in BLOCKS:
                raise ValueError(f"{block.get('type')!r} is no block; a reply's blocks are {', '.join(BLOCKS)}.")
        calls = any(block["type"] == "tool_use" for block in blocks)
        stop_reason = asked.get("stop_reason", "tool_use" if calls else "end_turn")
        if stop_reason not in STOP_REASONS:
            raise ValueError(f"{stop_reason!r} is no stop_reason; they are {STOP_REASONS}.")
        draft = Draft(blocks, stop_reason, asked.get("stop_sequence"), asked.get("stop_details"))
        results = asked.get("results")
        queued = QueuedReply(
            draft, asked.get("match"), None if results is None else int(results), int(asked.get("times", 1))
        )
        self.waiting.append(queued)
        return queued

    def take(self, last_user_text: str, results: int) -> Draft | None:
        """Return the draft for a request with that last user text and so many tool results since, used up once more."""
        for queued in self.waiting:
            if (queued.match is None or queued.match in last_user_text) and queued.results in (None, results):
                queued.left -= 1
                if queued.left < 1:
                    self.waiting.remove(queued)
                return queued.draft
        return None
