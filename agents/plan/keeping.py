"""Keeps a Run's Steps true: laid out by the model, moved on by what becomes of their calls. Under the Run's lock."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from agents.audit.events import Event
from agents.engine.hand import Hand
from agents.journal import content, runs, steps, toolcalls
from agents.journal.transaction import Transaction
from agents.plan import cards
from agents.plan.life import State, Step, after_calls, belongs_to
from agents.plan.merging import merge
from agents.runs.life import Run
from agents.runs.life import State as RunState
from agents.toolcalls.life import ToolCall
from tools.contract import Plan


def lay_out(hand: Hand, tx: Transaction, run: Run, call: ToolCall, plan: Plan) -> str:
    """Make the Run's Steps those of a new plan. Returns the plan as the model reads it."""
    before = steps.of_run(tx, run.id)
    steps.lay_out(tx, run, merge(before, plan.steps), actor=hand.actor)
    runs.set_fields(tx, run.id, plan_title=plan.title[:255])
    stored = content.store(
        tx,
        run.workspace_id,
        "plan",
        json.dumps([plan.title, *(line.title for line in plan.steps)], ensure_ascii=False).encode(),
        media_type="application/json",
        labels=run.labels,
        run_id=run.id,
    )
    tx.record(
        run.workspace_id,
        Event.PLAN_LAID_OUT,
        run_id=run.id,
        actor=hand.actor,
        call=call.id,
        steps=len(plan.steps),
        **stored.as_data(),
    )
    standing = {step.number: step for step in steps.of_run(tx, run.id)}
    for one in toolcalls.of_turn(tx, call.turn_id):
        # calls of the same reply name lines of the plan that it brought
        if one.step_id is None and one.id != call.id:
            assign(tx, one, standing)
    run = replace(run, plan_title=plan.title[:255])
    refresh(hand, tx, run)
    cards.changed(hand, tx, run)
    shown = sorted(standing.values(), key=lambda step: step.number)
    return "\n".join(["The plan stands:", *(f"{one.number}. {one.title} ({one.status.value})" for one in shown)])


def assign(tx: Transaction, call: ToolCall, standing: Mapping[int, Step]) -> None:
    """Put a call under its Step."""
    step = belongs_to(standing, call.step_number)
    if step is not None:
        toolcalls.set_step(tx, call.id, step.id)


def refresh(hand: Hand, tx: Transaction, run: Run, *, moved_on: bool = False) -> None:
    """Move each Step to what its calls make of it, and have the card show it.

    `moved_on`: a Turn has just ended, so that what did not succeed and got no further call has failed.
    """
    if run.plan_title is None:
        return
    states = defaultdict(list)
    for call in toolcalls.of_run(tx, run.id):
        if call.step_id is not None:
            states[call.step_id].append(call.status)
    moved = False
    for step in steps.of_run(tx, run.id):
        to = after_calls(step, states[step.id], moved_on=moved_on)
        if to is not step.status:
            moved = steps.move(tx, run, step, to, actor=hand.actor) or moved
    if moved:
        cards.changed(hand, tx, run)


def close(hand: Hand, tx: Transaction, run: Run) -> None:
    """The Run has ended: what is still under way has its end too, and the card says how it went.

    With an answer, a Step without calls of its own, which only waited for others, was the answer itself.
    """
    if run.plan_title is None:
        return
    refresh(hand, tx, run, moved_on=True)
    called = {call.step_id for call in toolcalls.of_run(tx, run.id)}
    standing = {step.number: step for step in steps.of_run(tx, run.id)}
    for number in sorted(standing):
        step = standing[number]
        to = _last_state(run, step, standing, called=step.id in called)
        if to is not step.status:
            steps.move(tx, run, step, to, actor=hand.actor)
            standing[number] = replace(step, status=to)
    cards.changed(hand, tx, run)


def _last_state(run: Run, step: Step, standing: Mapping[int, Step], *, called: bool) -> State:
    if step.status is State.WORKING:
        return State.FAILED if run.status is RunState.FAILED else State.DROPPED
    if step.status is State.PLANNED and run.status is RunState.DONE:
        waited = [standing[one].status for one in step.waits_for if one in standing]
        answers = waited and not called and all(status is State.DONE for status in waited)
        return State.DONE if answers else State.DROPPED
    return step.status
