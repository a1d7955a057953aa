"""Faults that a control chooses, never chance: what happens to the next n calls, downloads or acknowledgements."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.rehearsal.json_shape import Json

# what goes wrong, and whether the effect has taken place by then
FAULTS = {
    "http_500": "answer HTTP 500 without effect",
    "http_500_after": "take effect, then answer HTTP 500",
    "timeout_before": "no effect and no answer until the client gives up (or `seconds`, then the connection is cut)",
    "timeout_after": "take effect, then no answer until the client gives up (or `seconds`)",
    "reset_before": "no effect, the connection is reset",
    "reset_after": "take effect, then the connection is reset",
    "ratelimited": "answer HTTP 429 with Retry-After: `seconds`",
    "error": "answer ok: false with the code in `error`, without effect",
    "slow": "wait `seconds` before doing anything",
    "stream_dies": "streams only: the stream ends before the call, or right after a start, and takes no more",
    "login_page": "files only: answer the login page that Slack gives without a right to the file",
    "not_found": "files only: answer 404",
    "redirect": "files only: answer 302 to `location`",
    "ack_lost": "events only (method `ack`): the app's acknowledgement does not arrive",
}

FOR_FILES_ONLY = frozenset({"login_page", "not_found", "redirect"})
STREAM_METHODS = frozenset({"chat.startStream", "chat.appendStream", "chat.stopStream"})


@dataclass
class Fault:
    """One chosen fault. `method` is a Web API method, `files`, `upload` or `ack`; `channel` narrows it; `left` counts
    down."""

    id: int
    kind: str
    method: str
    left: int
    channel: str | None = None
    seconds: float = 60.0
    error: str = "internal_error"
    location: str = ""
    took: int = 0

    def shown(self) -> Json:
        """The fault as the control API shows it."""
        return dict(vars(self))


@dataclass
class Faults:
    """The faults that still wait for their calls, in the order they were chosen."""

    waiting: list[Fault] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def choose(self, kind: str, method: str, times: int = 1, **more: Any) -> Fault:
        """Add a fault for the next `times` matching calls. Raises ValueError for a kind that the method cannot have."""
        if kind not in FAULTS:
            raise ValueError(f"{kind!r} is no fault; the faults are {', '.join(FAULTS)}.")
        if (
            (kind in FOR_FILES_ONLY and method != "files")
            or (kind == "stream_dies" and method not in STREAM_METHODS)
            or (kind == "ack_lost") != (method == "ack")
        ):
            raise ValueError(f"{method} cannot have the fault {kind}: {FAULTS[kind]}.")
        fault = Fault(next(self._numbers), kind, method, times, **more)
        self.waiting.append(fault)
        return fault

    def take(self, method: str, channel: str | None = None) -> Fault | None:
        """The fault that this call meets, if any; it has one use less afterwards."""
        for fault in self.waiting:
            if fault.left > 0 and fault.method == method and fault.channel in (None, channel):
                fault.left -= 1
                fault.took += 1
                return fault
        return None

    def clear(self) -> None:
        """Forget every fault."""
        self.waiting.clear()
