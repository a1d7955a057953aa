"""What can be made to go wrong with the next requests. The kinds and what a client sees: anthropic.md 5, 9 and 14."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.rehearsal.claude.errors import ApiError

REFUSALS: dict[str, tuple[int, str, str]] = {
    "rate_limit": (429, "rate_limit_error", "This request would exceed your rate limit"),
    "overloaded": (529, "overloaded_error", "Overloaded"),
    "server_error": (500, "api_error", "Internal server error"),
    "unauthenticated": (401, "authentication_error", "invalid x-api-key"),
}
"""Answered instead of a reply."""
BREAKS = {
    "stream_error": "after `after` events comes `event: error` of `error_type`; a JSON reply becomes that error, 529",
    "drop": "after `after` events the connection is closed in mid-body",
    "cut": "after `after` events the stream ends cleanly, without message_stop; a JSON reply is cut like `drop`",
    "stall": "after `after` events nothing more comes for `seconds`; then the rest",
    "slow": "every event comes `seconds` after the one before; a JSON reply comes after `seconds`",
}
"""Done to a reply that has begun."""


@dataclass(slots=True)
class Fault:
    """One arranged fault. `left` counts down the requests it still meets; seconds are real time, not the clock's."""

    id: int
    kind: str
    left: int = 1
    after: int = 3
    seconds: float = 60.0
    retry_after: str | None = None
    error_type: str = "overloaded_error"
    error_code: str = ""
    match: str | None = None
    met: int = 0

    def refusal(self) -> ApiError | None:
        """Return the error that stands in for the reply, or None for a fault that breaks a reply under way."""
        if self.kind not in REFUSALS:
            return None
        status, kind, message = REFUSALS[self.kind]
        headers = {"retry-after": self.retry_after} if self.retry_after is not None else None
        return ApiError(status, kind, message, error_code=self.error_code, headers=headers)

    def shown(self) -> dict[str, Any]:
        """Return the fault as the control API shows it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Faults:
    """The arranged faults, met in the order they were arranged."""

    arranged: list[Fault] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def arrange(self, asked: dict[str, Any]) -> Fault:
        """Add a fault from a control request. Raises ValueError for an unknown kind, TypeError for an unknown field."""
        kind = str(asked.pop("kind", ""))
        if kind not in REFUSALS and kind not in BREAKS:
            raise ValueError(f"{kind!r} is no fault; the faults are {', '.join([*REFUSALS, *BREAKS])}.")
        left = int(asked.pop("count", 1))
        if "retry_after" in asked:
            asked["retry_after"] = str(asked["retry_after"])
        fault = Fault(next(self._numbers), kind, left, **asked)
        self.arranged.append(fault)
        return fault

    def take(self, last_user_text: str) -> Fault | None:
        """Return the fault that this request meets, one use less, or None."""
        for fault in self.arranged:
            if fault.left > 0 and (fault.match is None or fault.match in last_user_text):
                fault.left -= 1
                fault.met += 1
                return fault
        return None
