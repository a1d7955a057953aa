"""The life of a Run: which state may follow which, and what a Run is. Pure: no SQL, no clock, no Slack."""

from dataclasses import dataclass

from agents.lives import Written
from agents.policy.conditions import Trigger


class State(Written):
    QUEUED = "queued"  #: stored; no worker has begun it
    WORKING = "working"  #: a Turn or a call is due or under way
    WAITING = "waiting"  #: only a person, a child Run, a clock or a budget can move it
    DONE = "done"  #: answered
    FAILED = "failed"  #: given up, with a cause that people were told
    STOPPED = "stopped"  #: someone stopped it
    SILENT = "silent"  #: nobody had addressed it, and it had nothing to say; no one saw anything of it


ENDED = frozenset({State.DONE, State.FAILED, State.STOPPED, State.SILENT})
UNENDED = frozenset(set(State) - ENDED)

FOLLOWS: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.WORKING, *ENDED}),
    State.WORKING: frozenset({State.WAITING, *ENDED}),
    State.WAITING: frozenset({State.WORKING, *ENDED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One delegated request in a Thread. `number` is what people see as #142; times are journal time.

    Attributes:
        fence: how many claims there were; what a claim of an earlier fence writes is refused.
        attempts: claims since the last committed result.
        pending: calls whose result the transcript lacks; a Turn starts only at 0.
        open: calls allowed, asked, running or waiting; the Run becomes done only at 0.
        next_delivery: the number that the Run's next Delivery gets.
        waited_us: how long it waited for people's answers, which is no work of its own.
        plan_title: what its plan is for; None while it has none.
        progress: one line of what the model said it does now, in its own words.
        reacted: a mark may stand on the request, where its surface shows no other sign.
        left_out: messages of its thread that stood between what it began with, and were not read then.
        effort: how much its model may think; empty: as the operator's setting says.
        trigger: how it came about (agents.policy.conditions.Trigger).
        lost_lease: some claim's lease ended without a result, so the thread is looked at again after the end.
        channel: where it lives; empty where older code began it.
        held_since: since when a budget or a rate holds it back; None: none does.
        held_for_micro_usd: what its next Turn may cost, where a budget holds it back.
        held_under: which policies said so.
    """

    id: str
    workspace_id: str
    thread_id: str
    parent_id: str | None
    number: int
    requester: str
    trigger: str
    status: State
    due_at: int | None
    lease_owner: str | None
    lease_until: int | None
    fence: int
    attempts: int
    pending: int
    open: int
    next_delivery: int
    turns: int
    cost_micro_usd: int
    tokens: int
    model: str
    effort: str
    prompt_content_id: str | None
    tools_content_id: str | None
    request_ts: str
    created_at: int
    begun_at: int | None
    ended_at: int | None
    cause: str | None
    waited_us: int
    plan_title: str | None
    progress: str | None
    reacted: bool
    left_out: int
    lost_lease: bool
    labels: dict[str, object]
    channel: str = ""
    held_since: int | None = None
    held_for_micro_usd: int = 0
    held_under: str | None = None

    @property
    def unasked(self) -> bool:
        """Whether nobody addressed it: it only reads, and nobody sees anything of it but an answer."""
        return self.trigger == Trigger.AMBIENT
