"""What every way of delivering an event has in common."""

from dataclasses import dataclass
from typing import Protocol

from app.rehearsal.events.envelope import Event
from app.rehearsal.json_shape import Json


@dataclass(frozen=True)
class Outcome:
    """How one attempt ended. `what` is for the list of events, `reason` is Slack's word for it on the next attempt.

    `no_retry`: the app asked Slack not to try again. `answer` is what the app sent along with its acknowledgement.
    """

    acknowledged: bool
    what: str
    reason: str = ""
    no_retry: bool = False
    answer: Json | None = None


class Line(Protocol):
    """A line to the app: Socket Mode or HTTP."""

    name: str
    # may the next event set out before this one has been answered?
    at_once: bool

    async def offer(self, event: Event, retry: int, reason: str, seconds: float) -> Outcome:
        """Deliver once and wait up to `seconds` for the acknowledgement. `retry` is 0 for the first attempt."""
        ...

    async def interact(self, kind: str, payload: Json, wants_answer: bool, seconds: float) -> Outcome:
        """Deliver what a person pressed or typed, once: `kind` is interactive or slash_commands (slack.md 3)."""
        ...

    async def drop(self) -> int:
        """Cut what connects us with the app; out: how many connections there were."""
        ...
