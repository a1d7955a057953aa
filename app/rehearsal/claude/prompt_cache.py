"""The prompt cache by prefix digest: what a request reads, what it writes, and the usage it is told: anthropic.md 8."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.rehearsal.claude.models import ClaudeModel
from app.rehearsal.claude.prompt import PromptBlock, prompt_blocks
from app.rehearsal.claude.tokens import tokens_of_block

SECONDS = {"5m": 300, "1h": 3_600}
"""How long an entry lives after it was last read or written (anthropic.md 8)."""
LOOK_BACK = 20
"""How many blocks before a marker are tried for an earlier entry (anthropic.md 8)."""
FORGET_ABOVE = 10_000
"""Entries kept before expired ones are swept: memory of a long-lived server, no rule of the API."""


@dataclass(frozen=True, slots=True)
class InputUsage:
    """How the input of one request was billed, in tokens. The three sums never overlap."""

    uncached: int
    written_5m: int
    written_1h: int
    read: int

    def fields(self) -> dict[str, Any]:
        """Return the input half of `usage` (anthropic.md 4)."""
        return {
            "input_tokens": self.uncached,
            "cache_creation_input_tokens": self.written_5m + self.written_1h,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.written_5m,
                "ephemeral_1h_input_tokens": self.written_1h,
            },
            "cache_read_input_tokens": self.read,
        }


@dataclass(slots=True)
class _Entry:
    ttl: str
    until: float


@dataclass(frozen=True, slots=True)
class _Prefix:
    digest: str
    tokens: int
    ttl: str  # empty: no marker here


def input_tokens(body: Mapping[str, Any]) -> int:
    """Return the whole input of a request in tokens, cached or not: what count_tokens answers."""
    return sum(tokens_of_block(block.block) for block in prompt_blocks(body))


class PromptCache:
    """What was cached, per model and prefix. Markers must have passed cache_markers.check_markers."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], _Entry] = {}

    def bill(self, model: ClaudeModel, body: Mapping[str, Any], now: float) -> InputUsage:
        """Read and write the cache for one request at `now` (seconds) and return what it costs."""
        prefixes = _prefixes(body)
        if not prefixes:
            return InputUsage(0, 0, 0, 0)
        if len(self._entries) > FORGET_ABOVE:
            self._entries = {key: entry for key, entry in self._entries.items() if entry.until > now}
        marked = [place for place, prefix in enumerate(prefixes) if prefix.ttl and prefix.tokens >= model.min_cached]
        read = max((self._hit(model.id, prefixes, place, now) for place in marked), default=-1)
        at = prefixes[read].tokens if read >= 0 else 0
        written = {"5m": 0, "1h": 0}
        for place in marked:
            if place > read:
                written[prefixes[place].ttl] += prefixes[place].tokens - at
                at = prefixes[place].tokens
                self._write(model.id, prefixes[place], now)
        read_tokens = prefixes[read].tokens if read >= 0 else 0
        return InputUsage(prefixes[-1].tokens - at, written["5m"], written["1h"], read_tokens)

    def _hit(self, model: str, prefixes: Sequence[_Prefix], place: int, now: float) -> int:
        for candidate in range(place, max(place - LOOK_BACK, -1), -1):
            entry = self._entries.get((model, prefixes[candidate].digest))
            if entry and entry.until > now:
                entry.until = now + SECONDS[entry.ttl]
                return candidate
        return -1

    def _write(self, model: str, prefix: _Prefix, now: float) -> None:
        self._entries[model, prefix.digest] = _Entry(prefix.ttl, now + SECONDS[prefix.ttl])


def _prefixes(body: Mapping[str, Any]) -> list[_Prefix]:
    found: list[_Prefix] = []
    digest, tokens = "", 0
    blocks: list[PromptBlock] = list(prompt_blocks(body))
    automatic = body.get("cache_control")
    for number, block in enumerate(blocks):
        marker = block.marker or (automatic if number == len(blocks) - 1 else None)
        digest, tokens = block.digest(digest), tokens + tokens_of_block(block.block)
        found.append(_Prefix(digest, tokens, str(marker.get("ttl", "5m")) if marker else ""))
    return found
