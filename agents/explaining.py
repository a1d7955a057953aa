"""Why a Run did what it did, in plain lines, from the journal and the trail. No model is asked."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from agents.approvals.life import State as ApprovalState
from agents.audit.chain import AuditEvent, holds
from agents.audit.events import Event
from agents.clock import MICROSECONDS
from agents.errors import NotFound
from agents.journal import approvals, audit, feedback, inputs, people, runs, threads, toolcalls, votes
from agents.journal.transaction import Transaction
from agents.planner import conversation
from agents.planner.reading import text_of
from agents.policy.verdicts import Verdict
from agents.reading_along import SAID_SO, SILENCED, silence_in
from agents.runs.life import ENDED, Run, State
from agents.stopping import stopped_by
from agents.toolcalls.life import State as CallState
from agents.toolcalls.life import ToolCall

CALLS_SHOWN = 15
"""Calls that are listed before the rest is only counted: an explanation stays one message."""

REASON = 200
"""Characters of one reason that are shown."""


def numbered(tx: Transaction, workspace_id: str, channel: str, number: int) -> Run | None:
    """Return the Run that people see under a number, where it stands in this channel; another's is none of theirs."""
    run_id = runs.numbered(tx, workspace_id, number)
    run = runs.by_id(tx, run_id) if run_id else None
    return run if run is not None and threads.place_of(tx, run.thread_id).channel == channel else None


def why(tx: Transaction, run: Run) -> str:
    """Return who asked, how it ended, each call with the rule that decided, what it cost, and the trail's state."""
    lines = [_head(tx, run), *_people(tx, run), *_calls(tx, run), _cost(run), *_thoughts(tx, run), _trail(tx, run)]
    return "\n".join(lines)


def asked(tx: Transaction, run: Run, user_id: str) -> str:
    """Return the same to a person, and write down that they read it: reading the trail stands on it too."""
    read = audit.of_run(tx.connection, run.workspace_id, run.id)
    said = {"events": len(read), "first": read[0].seq if read else 0, "last": read[-1].seq if read else 0}
    tx.record(run.workspace_id, Event.WHY_ASKED, run_id=run.id, actor=f"person:{user_id}", **said)
    return why(tx, run)


def _head(tx: Transaction, run: Run) -> str:
    at = datetime.fromtimestamp(run.created_at / MICROSECONDS, UTC).strftime("%d %b %Y, %H:%M UTC")
    asked = people.name_of(tx, run.workspace_id, run.requester)
    if run.unasked:
        return f"#{run.number}: nobody asked. I read along what {asked} wrote on {at}; {_unasked(tx, run)}."
    by = stopped_by(run)
    outcome = f"stopped by {people.name_of(tx, run.workspace_id, by)}" if by else run.status.value
    return f"#{run.number}: asked by {asked} on {at}; {outcome}."


def _unasked(tx: Transaction, run: Run) -> str:
    """How a Run ended that nobody asked for: in the model's own words, where it chose to say nothing."""
    if run.status is not State.SILENT:
        return run.status.value
    if run.cause != SAID_SO:
        return f"silent: {SILENCED.get(run.cause or '', f'it could not be worked ({run.cause})')}"
    try:
        spoken = text_of(conversation.load(tx, run.id).messages[-1]["content"])
    except NotFound:
        return "silent; what it thought is not kept any more"
    return f"silent: {(silence_in(spoken) or '')[:REASON]}"


def _people(tx: Transaction, run: Run) -> list[str]:
    others = dict.fromkeys(
        one.author
        for one in inputs.of_run(tx, run.id)
        if one.author and one.author != run.requester and one.standing == inputs.ADMITTED
    )
    if not others:
        return []
    return [f"Also heard: {', '.join(people.name_of(tx, run.workspace_id, one) for one in others)}."]


def _calls(tx: Transaction, run: Run) -> list[str]:
    calls = toolcalls.of_run(tx, run.id)
    if not calls:
        return ["It used no tool."]
    lines = ["Tools:", *(_call(tx, call) for call in calls[:CALLS_SHOWN])]
    if len(calls) > CALLS_SHOWN:
        counted = Counter(call.status.value for call in calls[CALLS_SHOWN:])
        lines.append("- and " + ", ".join(f"{many} more {status}" for status, many in sorted(counted.items())))
    return lines


def _call(tx: Transaction, call: ToolCall) -> str:
    if call.status is CallState.DENIED:
        return f"- {call.tool}: denied by rule {call.rule}: {call.reason[:REASON]}"
    return f"- {call.tool}: {call.decision} by rule {call.rule}; {_yes(tx, call)}{call.status.value}"


def _yes(tx: Transaction, call: ToolCall) -> str:
    """Who let a call run that people were asked about."""
    if call.decision != Verdict.ASK.value:
        return ""
    granted = [one for one in approvals.of_call(tx, call.run_id, call.id) if one.status is ApprovalState.GRANTED]
    said = dict.fromkeys(one.person for each in granted for one in votes.counted(tx, each.id) if one.choice.is_yes)
    names = ", ".join(people.name_of(tx, call.workspace_id, one) for one in said)
    return f"approved by {names}; " if names else ""


def _cost(run: Run) -> str:
    so_far = "" if run.status in ENDED else " so far"
    turns = "1 model call" if run.turns == 1 else f"{run.turns} model calls"
    return f"{turns} of {run.model}, US$ {run.cost_micro_usd / 1e6:.4f}{so_far}."


def _thoughts(tx: Transaction, run: Run) -> list[str]:
    given = Counter(one.verdict for one in feedback.of_run(tx, run.id))
    return [f"Feedback: {given['good']} good, {given['bad']} bad."] if given else []


def _trail(tx: Transaction, run: Run) -> str:
    lines = audit.of_run(tx.connection, run.workspace_id, run.id)
    broken = [line for line in lines if not holds(line, line.prev_hash, line.seq)]
    if broken:
        return f"Audit: event {broken[0].seq} is NOT what was recorded. Tell whoever runs Tagwork."
    return (
        f"Audit: {len(lines)} events, {_span(lines)}, each as it was recorded. "
        "`tagwork audit verify` proves the whole chain."
    )


def _span(lines: Sequence[AuditEvent]) -> str:
    return f"numbers {lines[0].seq} to {lines[-1].seq}" if lines else "none yet"
