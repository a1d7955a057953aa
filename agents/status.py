"""What runs in a channel, and what ended there last, in plain lines."""

from collections.abc import Sequence

from agents.approvals.card import moment
from agents.approvals.life import Approval
from agents.clock import MICROSECONDS
from agents.journal import approvals, people, questions, runs, steps
from agents.journal.transaction import Transaction
from agents.plan.life import State as StepState
from agents.reading_along import PAUSED_AFTER, paused
from agents.runs.life import Run, State

ENDED_SHOWN = 5
"""Ended Runs that are listed."""

UNENDED_SHOWN = 20
"""Runs that are listed before the rest is only counted."""

NOTHING = "Nothing runs here."


def in_channel(tx: Transaction, workspace_id: str, channel: str) -> str:
    """Return the lines for one channel: every Run that has not ended, then the last ones that did."""
    at = tx.now()
    open_now = runs.unended_in(tx, workspace_id, channel)
    lines = [of_run(tx, run, at) for run in open_now[:UNENDED_SHOWN]] or [NOTHING]
    if len(open_now) > UNENDED_SHOWN:
        lines.append(f"… and {len(open_now) - UNENDED_SHOWN} more.")
    further = approvals.for_run_in(tx, workspace_id, channel)
    if further:
        lines += ["", "Said yes to until its request ends:", *(_further(tx, one) for one in further)]
    lines += _read_along(runs.newest_states(tx, workspace_id, channel, PAUSED_AFTER))
    ended = runs.ended_in(tx, workspace_id, channel, ENDED_SHOWN)
    if ended:
        lines += ["", "Ended last:", *(_ended(tx, run, at) for run in ended)]
    return "\n".join(lines)


def _read_along(newest: Sequence[State]) -> list[str]:
    """One line on what was read here that nobody addressed to us, where the newest Run is of that kind."""
    if not newest or newest[0] is not State.SILENT:
        return []
    silent = next((at for at, one in enumerate(newest) if one is not State.SILENT), len(newest))
    if paused(newest):
        said = f"I read along {silent} messages in a row and had nothing to say, so I paused. Mention me to go on."
    else:
        said = f"I read along, and had nothing to say to the last {'message' if silent == 1 else f'{silent} messages'}."
    return ["", said]


def of_run(tx: Transaction, run: Run, at: int) -> str:
    """Return one line about a Run that has not ended: its number, who asked, for how long, and what goes on."""
    asked = people.name_of(tx, run.workspace_id, run.requester)
    return f"- #{run.number} for {asked}, {lasting(at - run.created_at)}: {_going_on(tx, run)}"


def lasting(microseconds: int) -> str:
    """Return a span of time in words, in its one largest unit: `12 s`, `3 min`, `2 h`, `4 days`."""
    seconds = max(microseconds, 0) // MICROSECONDS
    for size, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= size * (2 if unit == "days" else 1):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _further(tx: Transaction, approval: Approval) -> str:
    """One line about a yes that holds for the rest of its Run; its card has the button that takes it back."""
    run = runs.by_id(tx, approval.run_id)
    by = people.name_of(tx, approval.workspace_id, (approval.cause or "").removeprefix("person:"))
    number = run.number if run is not None else "?"
    until = moment(approval.for_run_until or 0)
    where = f" to {approval.destination}" if approval.destination else ""
    return f"- #{number}: `{approval.tool}`{where}, by {by}, until {until} at the latest"


def _going_on(tx: Transaction, run: Run) -> str:
    if questions.open_of(tx, run.id) is not None:
        return "waits for an answer to its question"
    asked = len(approvals.pending_of(tx, run.id))
    if asked:
        return f"waits for a yes to {asked} {'call' if asked == 1 else 'calls'}"
    if run.held_since is not None:
        return "waits for its budget" if run.held_for_micro_usd else "waits until more may begin"
    if run.status is State.QUEUED:
        return "waits for a free worker"
    if run.status is State.WAITING:
        return "waits and goes on by itself"
    under_way = [step for step in steps.of_run(tx, run.id) if step.status is StepState.WORKING]
    if under_way:
        return under_way[0].title
    return run.progress or "thinks"


def _ended(tx: Transaction, run: Run, at: int) -> str:
    name = people.name_of(tx, run.workspace_id, run.requester)
    to = f"to {name}, unasked" if run.unasked else f"for {name}"
    ended = run.ended_at or at
    took = lasting(ended - run.created_at)
    return f"- #{run.number} {to}: {run.status.value} after {took}, {lasting(at - ended)} ago"
