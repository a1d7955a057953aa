"""What the planner asks of a model provider, and what may come back. A provider is one module that a setting names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One model call. `system`, `tools` and every message are sent exactly as they are stored.

    Attributes:
        person: an opaque hash of who asks; never a name.
        max_tokens: the longest reply, thinking included.
    """

    model: str
    system: Sequence[Mapping[str, Any]]
    tools: Sequence[Mapping[str, Any]]
    messages: Sequence[Mapping[str, Any]]
    max_tokens: int
    effort: str
    person: str
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `fresh` input was neither read from nor written to the cache."""

    fresh: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0

    @property
    def prompt(self) -> int:
        """Tokens of the whole prompt, however they were billed."""
        return self.fresh + self.cache_read + self.cache_write_5m + self.cache_write_1h

    def as_json(self) -> dict[str, int]:
        """Return the form in which rows keep it."""
        return {
            "fresh": self.fresh,
            "cache_read": self.cache_read,
            "cache_write_5m": self.cache_write_5m,
            "cache_write_1h": self.cache_write_1h,
            "output": self.output,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One reply, whole. `content` holds every block exactly as it came, unknown ones too."""

    id: str
    model: str
    content: Sequence[Mapping[str, Any]]
    stop_reason: str | None
    usage: Usage
    refusal: str | None = None


class ModelFault(Exception):
    """No usable reply.

    Attributes:
        cause: the provider's own words or code, for operators; never a secret.
        retry_after: seconds after which another try makes sense; None where none does.
        spent: what the provider reported before it broke off.
        busy: the provider asked to wait and did nothing: no attempt is counted.
        unknown: it may have cost more than `spent`: the call had gone out, and its end was not heard.
    """

    def __init__(
        self,
        cause: str,
        *,
        retry_after: float | None,
        spent: Usage | None = None,
        busy: bool = False,
        unknown: bool = False,
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.retry_after = retry_after
        self.spent = spent or Usage()
        self.busy = busy
        self.unknown = unknown


class NotWanted(Exception):
    """The caller lost interest while the reply was coming: its claim is gone."""


class Hearer(Protocol):
    """Someone who hears a reply while it is still coming. Neither method may block or raise."""

    def text(self, more: str) -> None:
        """More of the reply's text came."""

    def call(self) -> None:
        """The reply has begun to ask for a tool."""


class Provider(Protocol):
    """One model provider."""

    def ask(
        self, request: Request, *, seconds: float, wanted: Callable[[], bool], hearer: Hearer | None = None
    ) -> Reply:
        """Make one model call.

        `wanted` is asked between events, at least once a second while they come; `hearer` is told what comes. Nothing
        that it heard counts before the reply is whole. Raises ModelFault, NotWanted.
        """

    def close(self) -> None:
        """Close the connections that are kept open."""
