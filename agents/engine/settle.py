"""How a ToolCall's outcome reaches its Run. Under the Run's lock; every way of ending a call comes through here."""

import json

from agents.clock import us
from agents.engine import ending
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.ids import new_id
from agents.journal import content, inputs, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.labels import from_json
from agents.runs.life import ENDED, Run
from agents.toolcalls.life import State, ToolCall
from agents.toolcalls.results import Outcome, failure
from tools.contract import Effect

OUTCOME = "outcome"
"""Kind of the Input by which a Run hears what became of a call after the model was told that it is unknown."""


def settle(
    room: Room, tx: Transaction, run: Run, call: ToolCall, outcome: Outcome, *, fence: int, poke: bool = True
) -> bool:
    """Store a running call's outcome under its fence, and make the Run due when it was the last. False: a lost race.

    Without `poke` the caller holds the Run and goes on with it itself.
    """
    to = State.FAILED if outcome.failed else State.SUCCEEDED
    said, values = _kept(tx, run, call, outcome)
    if not toolcalls.move(tx, call, to, fence=fence, actor=room.actor, said={**said, "worker": room.actor}, **values):
        return _late(room, tx, run, call, outcome)
    runs.set_fields(tx, run.id, labels=outcome.labels(from_json(run.labels)).as_json())
    if run.status in ENDED and call.effect is not Effect.READ:
        happened = "failed" if outcome.failed else "succeeded"
        ending.notice(room, tx, run, f"{call.tool}, which was still running when this ended, has {happened}.")
    left(room, tx, run, poke=poke)
    return True


def left(room: Room, tx: Transaction, run: Run, *, poke: bool = True) -> None:
    """Count a call as answered and closed; the last one makes the Run due (E1)."""
    runs.set_fields(tx, run.id, pending=RUNS.c.pending - 1, open=RUNS.c.open - 1)
    if poke and run.pending <= 1 and run.status not in ENDED:
        runs.make_due(tx, run.id)
        room.poke_later(tx, Queue.ADVANCE, run.id)


def unknown(room: Room, tx: Transaction, run: Run, call: ToolCall) -> None:
    """A call whose worker was lost inside it: tell the model and the people in the thread; never repeat it."""
    sentence = (
        f"{call.tool} may or may not have happened: the process that ran it was lost before it could say. "
        "I will not repeat it. Please check, and ask again if it is still wanted."
    )
    said, values = _kept(tx, run, call, failure(f"unknown: {sentence}"))
    worker = call.lease_owner or "unknown"
    if not toolcalls.move(
        tx, call, State.UNKNOWN, fence=None, actor=room.actor, said={**said, "worker": worker}, **values
    ):
        return
    ending.notice(room, tx, run, sentence)
    left(room, tx, run)


def deny(room: Room, tx: Transaction, run: Run, call: ToolCall, rule: str, reason: str) -> None:
    """A call that was allowed when it was proposed and is not any more (E20)."""
    said, values = _kept(tx, run, call, failure(f"denied: {reason}"))
    values |= {"decision": "deny", "rule": rule, "reason": reason}
    if toolcalls.move(
        tx, call, State.DENIED, fence=None, actor=room.actor, said={**said, "rule": rule, "reason": reason}, **values
    ):
        left(room, tx, run)


def wait(room: Room, tx: Transaction, call: ToolCall, seconds: float, *, fence: int) -> bool:
    """The other side asks to wait and nothing has happened: due again later, at no cost in attempts (E17)."""
    due_at = now() + us(min(max(seconds, 0.5), 3600))
    return toolcalls.move(
        tx,
        call,
        State.ALLOWED,
        fence=fence,
        actor=room.actor,
        said={"tool": call.tool, "arguments": call.arguments_digest, "rule": "retry-after"},
        due_at=due_at,
        attempts=0,
    )


def _kept(tx: Transaction, run: Run, call: ToolCall, outcome: Outcome) -> tuple[dict[str, object], dict[str, object]]:
    labels = outcome.labels(from_json(run.labels)).as_json()
    stored = content.store(
        tx, call.workspace_id, "tool_result", outcome.as_bytes(), media_type="application/json", labels=labels
    )
    said: dict[str, object] = {**stored.as_data(), "failed": outcome.failed}
    if outcome.sources:
        said["sources"] = [f"{one.kind}:{one.id}" for one in outcome.sources]
    return said, {"result_content_id": stored.id, "failed": outcome.failed, "labels": labels}


def _late(room: Room, tx: Transaction, run: Run, call: ToolCall, outcome: Outcome) -> bool:
    """A late worker's true result: recorded where the call is unknown, told to the Run or to the thread (E19)."""
    standing = toolcalls.by_id(tx, call.id)
    if standing is None or standing.status is not State.UNKNOWN:
        return False
    said, values = _kept(tx, run, standing, outcome)
    to = State.FAILED if outcome.failed else State.SUCCEEDED
    moved = toolcalls.move(
        tx, standing, to, fence=None, actor=room.actor, said={**said, "worker": room.actor}, **values
    )
    if not moved:
        return False
    happened = "failed" if outcome.failed else "succeeded"
    sentence = f"{call.tool}, of which I said that it may or may not have happened, has {happened} after all."
    if run.status in ENDED:
        ending.notice(room, tx, run, sentence)
        return True
    if not standing.told and turns.started(tx, run.id) is None:
        # the next Turn reads the true result; one that is under way was sent "unknown"
        return True
    body = json.dumps({"text": f"{sentence}\n{outcome.text}", "files": []}, ensure_ascii=False).encode()
    stored = content.store(tx, run.workspace_id, "input", body, media_type="application/json")
    inputs.add(
        tx,
        id=new_id(),
        workspace_id=run.workspace_id,
        thread_id=run.thread_id,
        run_id=run.id,
        kind=OUTCOME,
        standing=inputs.ADMITTED,
        author="",
        ts="",
        content_id=stored.id,
        labels=values["labels"],
    )
    runs.make_due(tx, run.id)
    room.poke_later(tx, Queue.ADVANCE, run.id)
    return True
