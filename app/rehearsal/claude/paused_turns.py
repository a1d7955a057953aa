"""Which replies ended with pause_turn: they alone may stand at a request's end as they were (anthropic.md 4)."""

import hashlib
import json
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from app.rehearsal.claude.prompt import bare, blocks_of

REMEMBERED = 5_000
"""How many paused replies are known: memory of a long-lived server."""


class PausedTurns:
    """The contents of the replies that were paused."""

    def __init__(self) -> None:
        self._digests: deque[str] = deque(maxlen=REMEMBERED)

    def note(self, content: Sequence[Mapping[str, Any]]) -> None:
        """Remember the content of a reply that ended with pause_turn."""
        self._digests.append(_digest(content))

    def end_with(self, content: str | Sequence[Mapping[str, Any]]) -> bool:
        """Whether an assistant message's content is that of a paused reply, cache markers aside."""
        return _digest(blocks_of(content)) in self._digests


def _digest(content: Sequence[Mapping[str, Any]]) -> str:
    text = json.dumps([bare(block) for block in content], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
