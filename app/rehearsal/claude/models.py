"""The models that this server offers, and what each refuses: anthropic.md 0, 3, 4 and 8 unless a line says guess."""

from dataclasses import dataclass
from typing import Any, Literal

from app.rehearsal.claude.errors import not_found

Thinking = Literal["always", "default", "asked", "budget"]
"""always: cannot be switched off; default: on unless disabled; asked: only with `adaptive`; budget: only `enabled`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaudeModel:
    """One model. Token limits are `GET /v1/models` values; `min_cached` is the shortest prefix that is cached."""

    id: str
    line: str
    max_input_tokens: int = 1_000_000
    max_tokens: int = 128_000
    min_cached: int = 512
    thinking: Thinking
    takes_forced_tools: bool = False
    takes_prefill: bool = False
    takes_system_messages: bool = False
    takes_between_tools: bool = False

    def listing(self) -> dict[str, Any]:
        """Return the entry of `GET /v1/models`. The release date is the epoch, which stands for unknown."""
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.id.replace("-", " ").title(),
            "created_at": "1970-01-01T00:00:00Z",
            "lifecycle": "active",
            "line": self.line,
            "max_input_tokens": self.max_input_tokens,
            "max_tokens": self.max_tokens,
            "retires_at": None,
            "deprecated_at": None,
            "capabilities": None,
        }


# Forced tool use: 0 names Opus 5.5, Sonnet 5.5 and Fable 5.1; Haiku 5.5 and Fable 5.2 by their generation (guess).
# Mid-conversation system messages: 4 names Opus 5.5 and Sonnet 5.5; the "etc." of the page is not filled in here.
# The output limit of Fable 5.2 is not known (17): that of its line stands here (guess).
OFFERED: dict[str, ClaudeModel] = {
    model.id: model
    for model in (
        ClaudeModel(id="claude-fable-5-2", line="fable", thinking="always"),
        ClaudeModel(id="claude-fable-5-1", line="fable", thinking="always"),
        ClaudeModel(id="claude-opus-5-5", line="opus", thinking="always", takes_system_messages=True),
        ClaudeModel(id="claude-opus-5", line="opus", thinking="asked", takes_forced_tools=True),
        ClaudeModel(
            id="claude-sonnet-5-5",
            line="sonnet",
            thinking="always",
            takes_system_messages=True,
            takes_between_tools=True,
        ),
        ClaudeModel(id="claude-sonnet-5", line="sonnet", thinking="asked", takes_forced_tools=True, min_cached=1_024),
        ClaudeModel(id="claude-haiku-5-5", line="haiku", thinking="default"),
        ClaudeModel(
            id="claude-haiku-4-5",
            line="haiku",
            max_input_tokens=200_000,
            max_tokens=64_000,
            min_cached=4_096,
            thinking="budget",
            takes_forced_tools=True,
            takes_prefill=True,
        ),
    )
}


def model_named(name: str) -> ClaudeModel:
    """Return the model of that id. Raises ApiError 404 when it is not offered."""
    if name not in OFFERED:
        raise not_found(f"model: {name}")
    return OFFERED[name]
