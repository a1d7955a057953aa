"""How a ToolCall's outcome reaches its Run. Under the Run's lock; every way of ending a call comes through here."""

import json
from dataclasses import replace

from agents.approvals import superseding
from agents.clock import us
from agents.deliveries.life import Kind
from agents.deliveries.saying import say
from agents.engine import ending
from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.ids import new_id
from agents.journal import approvals, content, inputs, questions, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.labels import from_json
from agents.plan import keeping
from agents.policy.verdicts import Verdict
from agents.questions.asking import ask
from agents.runs.life import ENDED, Run
from agents.runs.life import State as RunState
from agents.toolcalls.life import NOT_BEGUN, State, ToolCall
from agents.toolcalls.results import KeptFile, Outcome, failure
from tools.contract import Effect

OUTCOME = "outcome"
"""Kind of the Input by which a Run hears what became of a call after the model was told that it is unknown or waits."""

ONE_AT_A_TIME = "Another question of yours is still open. Ask one thing at a time, after it is answered."


def settle(
    hand: Hand, tx: Transaction, run: Run, call: ToolCall, outcome: Outcome, *, fence: int, poke: bool = True
) -> bool:
    """Store a running call's outcome under its fence, and make the Run due when it was the last. False: a lost race.

    A question lets the call wait instead; a plan becomes the Run's Steps. Without `poke` the caller holds the Run and
    goes on with it itself.
    """
    if outcome.question is not None and run.status not in ENDED:
        if questions.open_of(tx, run.id) is None:
            if not ask(hand, tx, run, call, outcome.question, fence=fence):
                return False
            keeping.refresh(hand, tx, run)
            _wait_if_idle(hand, tx, run)
            return True
        outcome = failure(ONE_AT_A_TIME)
    mine = toolcalls.by_id(tx, call.id)
    if mine is not None:
        # whether the model was told that it waits may have changed while it ran
        call = replace(call, told=mine.told)
    if mine is not None and mine.status is State.RUNNING and mine.fence == fence and run.status not in ENDED:
        outcome = _brought_about(hand, tx, run, call, outcome)
        # what was taken back is counted no more
        run = runs.by_id(tx, run.id) or run if outcome.withdraws else run
    to = State.FAILED if outcome.failed else State.SUCCEEDED
    said, values = _kept(tx, run, call, outcome)
    if not toolcalls.move(tx, call, to, fence=fence, actor=hand.actor, said={**said, "worker": hand.actor}, **values):
        return _late(hand, tx, run, call, outcome)
    runs.set_fields(tx, run.id, labels=outcome.labels(from_json(run.labels)).as_json())
    if run.status in ENDED and call.effect is not Effect.READ:
        happened = "failed" if outcome.failed else "succeeded"
        say(hand, tx, run, Kind.NOTICE, f"{call.tool}, which was still running when this ended, has {happened}.")
    left(hand, tx, run, call, outcome.text, values["labels"], poke=poke)
    return True


def arrived(hand: Hand, tx: Transaction, run: Run, call: ToolCall, outcome: Outcome) -> bool:
    """Store the outcome of a call that waited for a person or a child. False: it waits no more."""
    said, values = _kept(tx, run, call, outcome)
    to = State.FAILED if outcome.failed else State.SUCCEEDED
    if not toolcalls.move(tx, call, to, fence=None, actor=hand.actor, said={**said, "worker": hand.actor}, **values):
        return False
    heard = call.told or turns.started(tx, run.id) is not None
    if heard:
        # the model was told that it waits, or is being told so just now
        _tell(hand, tx, run, outcome.text, values["labels"])
    runs.set_fields(tx, run.id, open=RUNS.c.open - 1, pending=RUNS.c.pending - (0 if call.told else 1))
    keeping.refresh(hand, tx, run)
    return True


def left(
    hand: Hand, tx: Transaction, run: Run, call: ToolCall, text: str, labels: object, *, poke: bool = True
) -> None:
    """Count a call as answered and closed; the last one makes the Run due (E1).

    In: the call as it stood before it was closed, and what became of it, with its labels. Where the model was told that
    it waits, that is told as news (E13), unless it is empty.
    """
    counted = 0 if call.told else 1
    runs.set_fields(tx, run.id, pending=RUNS.c.pending - counted, open=RUNS.c.open - 1)
    if run.status in ENDED:
        return
    if text and _was_told(tx, run, call):
        _tell(hand, tx, run, f"{call.tool}, of which you were told that it waits: {text}", labels)
    keeping.refresh(hand, tx, run)
    pending = run.pending - counted
    if pending > 0 and not inputs.any_unread(tx, run.id):
        _wait_if_idle(hand, tx, run)
        return
    if poke and (pending <= 0 or not toolcalls.any_under_way(tx, run.id)):
        runs.make_due(tx, run.id)
        hand.poke_later(tx, Queue.ADVANCE, run.id)


def _was_told(tx: Transaction, run: Run, call: ToolCall) -> bool:
    """Whether the model was told that a call of which people were asked still waits, or is being told so just now."""
    return call.told or (call.decision == Verdict.ASK.value and turns.started(tx, run.id) is not None)


LOST = "the process that ran it was lost before it could say"


def unknown(hand: Hand, tx: Transaction, run: Run, call: ToolCall, why: str = LOST) -> None:
    """A call that was left inside its effect: tell the model and the people in the thread `why`; never repeat it."""
    sentence = (
        f"{call.tool} may or may not have happened: {why}. "
        "I will not repeat it. Please check, and ask again if it is still wanted."
    )
    said, values = _kept(tx, run, call, failure(f"unknown: {sentence}"))
    worker = call.lease_owner or "unknown"
    if not toolcalls.move(
        tx, call, State.UNKNOWN, fence=None, actor=hand.actor, said={**said, "worker": worker}, **values
    ):
        return
    say(hand, tx, run, Kind.NOTICE, sentence)
    left(hand, tx, run, call, f"unknown: {sentence}", values["labels"])


def deny(hand: Hand, tx: Transaction, run: Run, call: ToolCall, rule: str, reason: str) -> None:
    """A call that was allowed or asked when it was proposed, and is not to run (E20)."""
    said, values = _kept(tx, run, call, failure(f"denied: {reason}"))
    values |= {"decision": "deny", "rule": rule, "reason": reason}
    if toolcalls.move(
        tx, call, State.DENIED, fence=None, actor=hand.actor, said={**said, "rule": rule, "reason": reason}, **values
    ):
        left(hand, tx, run, call, f"denied: {reason}", values["labels"])


def stopped(hand: Hand, tx: Transaction, run: Run, call: ToolCall, words: str, *, tell: bool = True) -> None:
    """A call that has not begun is not wanted any more, and `words` say why. `tell`: the model does not know it yet."""
    said, values = _kept(tx, run, call, failure(words))
    if toolcalls.move(tx, call, State.STOPPED, fence=None, actor=hand.actor, said=said, **values):
        left(hand, tx, run, call, words if tell else "", values["labels"])


def ask_again(hand: Hand, tx: Transaction, run: Run, call: ToolCall, rule: str, reason: str) -> bool:
    """A call that was to run needs people's yes as things stand now (E20). False: a lost race."""
    said = {"tool": call.tool, "arguments": call.arguments_digest, "rule": rule, "reason": reason}
    values: dict[str, object] = {"decision": Verdict.ASK.value, "rule": rule, "reason": reason}
    if not toolcalls.move(
        tx, call, State.ASKED, fence=None, actor=hand.actor, said=said, due_at=None, attempts=0, **values
    ):
        return False
    keeping.refresh(hand, tx, run)
    _wait_if_idle(hand, tx, run)
    return True


def wait(hand: Hand, tx: Transaction, call: ToolCall, seconds: float, *, fence: int) -> bool:
    """The other side asks to wait and nothing has happened: due again later, at no cost in attempts (E17)."""
    due_at = now() + us(min(max(seconds, 0.5), 3600))
    return toolcalls.move(
        tx,
        call,
        State.ALLOWED,
        fence=fence,
        actor=hand.actor,
        said={"tool": call.tool, "arguments": call.arguments_digest, "rule": NOT_BEGUN},
        due_at=due_at,
        attempts=0,
    )


def _wait_if_idle(hand: Hand, tx: Transaction, run: Run) -> None:
    """Where no call is allowed or running and one waits, only a person or a child can move the Run."""
    standing = runs.by_id(tx, run.id)
    if standing is None or standing.status is not RunState.WORKING or toolcalls.any_under_way(tx, run.id):
        return
    if inputs.any_unread(tx, run.id):
        runs.make_due(tx, run.id)
        hand.poke_later(tx, Queue.ADVANCE, run.id)
        return
    runs.move(tx, standing, RunState.WAITING, fence=None, actor=hand.actor, why="calls")
    ending.show_sign(hand, tx, run)


def _brought_about(hand: Hand, tx: Transaction, run: Run, call: ToolCall, outcome: Outcome) -> Outcome:
    """Keep what a call made and lay out its plan; the model reads where both went."""
    text = outcome.text
    if outcome.withdraws:
        text = _take_back(hand, tx, run, outcome.withdraws)
    if outcome.plan is not None:
        text = keeping.lay_out(hand, tx, run, call, outcome.plan)
    labels = outcome.labels(from_json(run.labels)).as_json()
    kept = []
    for one in outcome.made:
        if len(one.body) > content.MAX_BYTES:
            text += f"\n{one.name} is larger than {content.MAX_BYTES:,} bytes and was not kept."
            continue
        stored = content.store(
            tx,
            run.workspace_id,
            "made",
            one.body,
            name=one.name,
            media_type=one.media_type,
            labels=labels,
            run_id=run.id,
        )
        kept.append(KeptFile(stored.id, one.name, one.media_type, one.alt, one.chart))
    if kept:
        text += f"\nPeople see with your answer: {', '.join(one.name for one in kept)}."
    return replace(outcome, text=text, kept=tuple(kept))


def _take_back(hand: Hand, tx: Transaction, run: Run, call_id: str) -> str:
    """Take back a proposal of the model's own that waits for people. Returns what the model reads of it (E13)."""
    pending = next((one for one in approvals.pending_of(tx, run.id) if one.tool_call_id == call_id), None)
    call = toolcalls.by_id(tx, call_id) if pending is not None else None
    if pending is None or call is None:
        return f"No call {call_id} of this request waits for approval."
    superseding.supersede(hand, tx, run, pending, superseding.WITHDRAWN)
    stopped(hand, tx, run, call, "withdrawn: you took this proposal back.", tell=False)
    return f"Taken back: {call.tool} will not run, and people are not asked any longer."


def _kept(tx: Transaction, run: Run, call: ToolCall, outcome: Outcome) -> tuple[dict[str, object], dict[str, object]]:
    labels = outcome.labels(from_json(run.labels)).as_json()
    stored = content.store(
        tx, call.workspace_id, "tool_result", outcome.as_bytes(), media_type="application/json", labels=labels
    )
    said: dict[str, object] = {**stored.as_data(), "failed": outcome.failed}
    if outcome.sources:
        said["sources"] = [f"{one.kind}:{one.id}" for one in outcome.sources]
    return said, {"result_content_id": stored.id, "failed": outcome.failed, "labels": labels}


def _late(hand: Hand, tx: Transaction, run: Run, call: ToolCall, outcome: Outcome) -> bool:
    """A late worker's true result: recorded where the call is unknown, told to the Run or to the thread (E19)."""
    standing = toolcalls.by_id(tx, call.id)
    if standing is None or standing.status is not State.UNKNOWN:
        return False
    said, values = _kept(tx, run, standing, outcome)
    to = State.FAILED if outcome.failed else State.SUCCEEDED
    moved = toolcalls.move(
        tx, standing, to, fence=None, actor=hand.actor, said={**said, "worker": hand.actor}, **values
    )
    if not moved:
        return False
    happened = "failed" if outcome.failed else "succeeded"
    sentence = f"{call.tool}, of which I said that it may or may not have happened, has {happened} after all."
    if run.status in ENDED:
        say(hand, tx, run, Kind.NOTICE, sentence)
        return True
    keeping.refresh(hand, tx, run)
    if not standing.told and turns.started(tx, run.id) is None:
        # the next Turn reads the true result; one that is under way was sent "unknown"
        return True
    _tell(hand, tx, run, f"{sentence}\n{outcome.text}", values["labels"])
    return True


def _tell(hand: Hand, tx: Transaction, run: Run, text: str, labels: object) -> None:
    """Store what a Run is to hear of a call whose result its transcript has already."""
    body = json.dumps({"text": text, "files": []}, ensure_ascii=False).encode()
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
        labels=labels,
    )
    runs.make_due(tx, run.id)
    hand.poke_later(tx, Queue.ADVANCE, run.id)
