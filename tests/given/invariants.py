"""What must hold of every journal after every transaction, whatever happened before."""

import json
from collections import Counter

from sqlalchemy import select

from agents.audit.verify import verify
from agents.journal import questions, runs, toolcalls, workspaces
from agents.journal.audit import lines
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.transaction import Journal, Transaction
from agents.runs.life import ENDED
from agents.toolcalls.life import OPEN, State


def assert_invariants(journal: Journal) -> None:
    """Look at every Run, ToolCall, Delivery and trail of a journal; raises AssertionError for what is not so."""
    journal.read(_look)


def _look(tx: Transaction) -> None:
    for row in tx.rows(select(RUNS.c.id)):
        _look_at_run(tx, str(row["id"]))
    terminal = Counter(row["run_id"] for row in tx.rows(select(DELIVERIES.c.run_id).where(DELIVERIES.c.terminal)))
    assert all(many == 1 for many in terminal.values()), f"more than one last message: {terminal}"
    for workspace in workspaces.every(tx):
        verdict = verify(tx, workspace.id)
        assert verdict.holds, verdict.why
        _look_at_trail(tx, workspace.id)


def _look_at_run(tx: Transaction, run_id: str) -> None:
    run = runs.by_id(tx, run_id)
    assert run is not None
    if run.status in ENDED:
        assert run.due_at is None, f"run {run.number} has ended and is due"
        assert run.lease_owner is None, f"run {run.number} has ended and is leased"
        last = tx.rows(select(DELIVERIES.c.id).where(DELIVERIES.c.run_id == run.id, DELIVERIES.c.terminal))
        assert len(last) == 1, f"run {run.number} has ended without a last message"
    else:
        assert run.due_at is not None, f"run {run.number} has not ended and is never due"
    calls = toolcalls.of_run(tx, run.id)
    still_open = [call for call in calls if call.status in OPEN]
    assert run.open == len(still_open), f"run {run.number} counts {run.open} open calls of {len(still_open)}"
    pending = [call for call in still_open if not call.told]
    assert run.pending == len(pending), f"run {run.number} counts {run.pending} pending calls of {len(pending)}"
    asked = questions.open_of(tx, run.id)
    for call in still_open:
        if call.status is State.WAITING:
            assert asked is not None, f"{call.tool} waits for nothing"
            assert asked.tool_call_id == call.id, f"{call.tool} waits for another's question"
        else:
            assert call.due_at is not None, f"an open call of {call.tool} is never due"
    if run.status in ENDED:
        assert asked is None, f"run {run.number} has ended and still asks"


def _look_at_trail(tx: Transaction, workspace_id: str) -> None:
    """No ToolCall ran that the trail does not say so of, before whatever became of it."""
    began: set[str] = set()
    for line in lines(tx.connection, workspace_id):
        call = json.loads(line.data).get("call")
        if line.event == "tool_call:running":
            began.add(call)
        if line.event in {"tool_call:succeeded", "tool_call:unknown"}:
            assert call in began, f"call {call} had its end before its begin on the trail"
    for row in tx.rows(select(toolcalls.CALLS.c.id).where(toolcalls.CALLS.c.status == State.RUNNING.value)):
        assert row["id"] in began, f"call {row['id']} runs, and the trail does not say so"
