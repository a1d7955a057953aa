"""The life of a ToolCall: which state may follow which, and what a lost lease makes of it. Pure: no SQL, no clock."""

from dataclasses import dataclass
from enum import StrEnum

from agents.lives import Written
from tools.contract import Effect


class State(Written):
    ALLOWED = "allowed"  #: policy or a person said yes: any worker may claim it
    ASKED = "asked"  #: a person must say yes first; no worker is held
    DENIED = "denied"  #: the reason is its result
    RUNNING = "running"  #: one worker holds the lease, under the row's fence
    WAITING = "waiting"  #: waits for a child Run, an Input or a Delivery; holds no lease
    SUCCEEDED = "succeeded"  #: its result is stored
    FAILED = "failed"  #: it ended without the effect, and the reason is its result
    UNKNOWN = "unknown"  #: the worker was lost inside it: the effect may have happened
    STOPPED = "stopped"  #: stopped before it began, or a read that was cut short


BIRTHS = frozenset({State.ALLOWED, State.ASKED, State.DENIED})
"""A ToolCall is born with its Decision."""

OPEN = frozenset({State.ALLOWED, State.ASKED, State.RUNNING, State.WAITING})
"""The states that the Run's `open` counts."""

FINAL = frozenset({State.DENIED, State.SUCCEEDED, State.FAILED, State.STOPPED})

FOLLOWS: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.ALLOWED, State.DENIED, State.STOPPED}),
    State.ALLOWED: frozenset({State.RUNNING, State.ASKED, State.DENIED, State.STOPPED}),
    State.RUNNING: frozenset(
        {State.WAITING, State.SUCCEEDED, State.FAILED, State.UNKNOWN, State.ALLOWED, State.STOPPED}
    ),
    State.WAITING: frozenset({State.SUCCEEDED, State.FAILED, State.STOPPED}),
    State.UNKNOWN: frozenset({State.SUCCEEDED, State.FAILED}),
}
"""Of the running, only a `read` may be stopped, and only a `read` or a proven `write` goes back after a lost lease."""

LEASE_LOST = "lease-lost"
"""The rule by which a call is allowed again by the worker that takes it over."""

NOT_BEGUN = "retry-after"
"""The rule by which a call is allowed again that is known not to have happened."""


class AfterLoss(StrEnum):
    """What becomes of a running call whose lease ran out."""

    AGAIN = "again"  #: run it again: a `read`, or a `write` whose key the other side still honours
    FIND = "find"  #: first look whether the earlier effect happened, then run it or take its result
    UNKNOWN = "unknown"  #: it may have happened and cannot be proven; never silently repeated


def after_loss(effect: Effect, *, key_lives_us: int | None, finds: bool, since_first_start_us: int) -> AfterLoss:
    """Return what a lost lease makes of a running call.

    In: the call's effect; its declared proof (the microseconds the other side honours its key, or that it can be
    found again); how long ago its first attempt began. A `write` without a proof is an `act` (E18).
    """
    if effect is Effect.READ:
        return AfterLoss.AGAIN
    if effect is Effect.WRITE and finds:
        return AfterLoss.FIND
    if effect is Effect.WRITE and key_lives_us is not None and since_first_start_us < key_lives_us:
        return AfterLoss.AGAIN
    return AfterLoss.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One use of one tool with fixed arguments.

    Attributes:
        use_id: the model's id for it, answered by the transcript.
        arguments: exactly what will run, JSON; `arguments_digest` is the sha256 of its canonical form.
        step_number: the line of the plan that the model named; step_id: the Step that it is, once the plan stands.
        rule, reason: what decided, and why, in words for people and model.
        first_started_at: when the first attempt began; a `write`'s key is honoured from then.
    """

    id: str
    workspace_id: str
    run_id: str
    turn_id: str
    step_id: str | None
    step_number: int | None
    position: int
    use_id: str
    tool: str
    effect: Effect
    status: State
    arguments_content_id: str
    arguments_digest: str
    decision: str
    rule: str
    reason: str
    due_at: int | None
    lease_owner: str | None
    lease_until: int | None
    fence: int
    attempts: int
    first_started_at: int | None
    result_content_id: str | None
    told: bool
