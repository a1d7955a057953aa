"""What a Run has done, what it has not, and what it was denied, in sentences that code writes. Under the Run's lock."""

from collections.abc import Sequence

from agents.journal import steps
from agents.journal.transaction import Transaction
from agents.plan.life import State
from agents.runs.life import Run
from agents.toolcalls.life import State as CallState
from agents.toolcalls.life import ToolCall

MODELS_OWN = frozenset({"no-such-tool", "arguments", "attempts"})
"""Rules that deny what the model got wrong, which is no one's business but its own."""

MOST_NAMED = 3
"""Denials that an answer names; the trail has them all."""


def so_far(tx: Transaction, run: Run) -> str:
    """Return what of the plan is done and what is not, or nothing where there is no plan."""
    if run.plan_title is None:
        return ""
    standing = steps.of_run(tx, run.id)
    done = "; ".join(step.title for step in standing if step.status is State.DONE)
    left = "; ".join(step.title for step in standing if step.status not in {State.DONE, State.DROPPED})
    return f"Done so far: {done or 'nothing'}. Not done: {left or 'nothing'}."


def not_done(calls: Sequence[ToolCall], text: str) -> str:
    """Return a line that says what was blocked and why, or nothing. `text` is the answer, which may say it already."""
    reasons = dict.fromkeys(
        call.reason
        for call in calls
        if call.status is CallState.DENIED and call.rule not in MODELS_OWN and call.reason not in text
    )
    shown = list(reasons)[:MOST_NAMED]
    more = f" And {len(reasons) - MOST_NAMED} more; “why?” lists them." if len(reasons) > MOST_NAMED else ""
    return f"**Not done:** {' '.join(shown)}{more}" if shown else ""
