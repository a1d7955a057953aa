"""The life of an Approval: which state may follow which, and what an Approval is. Pure: no SQL, no clock, no Slack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.lives import Written


class State(Written):
    PENDING = "pending"  #: people are asked, and its call waits
    GRANTED = "granted"  #: as many as are needed said yes to exactly this call
    REFUSED = "refused"  #: someone who may said no
    EXPIRED = "expired"  #: nobody answered in time
    SUPERSEDED = "superseded"  #: the proposal was withdrawn or asked anew, or its Run ended first


ENDED = frozenset({State.GRANTED, State.REFUSED, State.EXPIRED, State.SUPERSEDED})

FOLLOWS: dict[State, frozenset[State]] = {State.PENDING: ENDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The yes or no of people to one ToolCall with exactly these arguments.

    Attributes:
        binding: the digest of all that was asked for (binding.py); what runs must have the same.
        rule: what decided that people are asked. reason: why, in words for them. terms: see terms.py.
        tool, destination: what is to be used, and where. extent: the digest of what a yes "for this Run" extends to.
        warns: an equal call may already have happened (E19).
        delivery_id: the card on which it stands.
        for_run_until: until when its yes holds for later calls of the Run; None: for this call alone.
        remind_at: when those who may are reminded next; None: no more. Times are journal time.
        cause: of its end: `person:` and who, or a word for what else ended it.
    """

    id: str
    workspace_id: str
    run_id: str
    tool_call_id: str
    status: State
    binding: str
    tool: str
    destination: str
    extent: str
    rule: str
    reason: str
    terms: Mapping[str, Any]
    warns: bool
    delivery_id: str | None
    for_run_until: int | None
    asked_at: int
    expires_at: int
    remind_at: int | None
    settled_at: int | None
    cause: str | None
