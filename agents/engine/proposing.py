"""Tool uses that the model proposed become ToolCalls, each born with its Decision. Under the Run's lock."""

import json
from collections.abc import Sequence

from agents.audit.chain import canonical
from agents.engine.room import Room
from agents.ids import new_id
from agents.journal import content, steps, threads, toolcalls
from agents.journal.transaction import Transaction
from agents.plan import keeping
from agents.planner.reading import Use
from agents.policy.decide import Asked, Decision, decide
from agents.policy.pages import Known
from agents.policy.verdicts import Verdict
from agents.runs.life import Run
from agents.toolcalls.catalogue import PLANS, destination_of, digest_of, effect_of, fitted, without_step
from agents.toolcalls.life import State, ToolCall
from agents.web.known import known_to
from tools.contract import Effect, Tool

BORN_AS = {Verdict.ALLOW: State.ALLOWED, Verdict.ASK: State.ASKED, Verdict.DENY: State.DENIED}


def propose(
    room: Room, tx: Transaction, run: Run, turn_id: str, uses: Sequence[Use], offered: set[str]
) -> list[ToolCall]:
    """Insert one ToolCall for each use, in the model's order, and return them.

    Each goes under its Step. Where the same reply lays out a plan, that waits for the plan: the numbers are its own.
    """
    calls = [_one(room, tx, run, turn_id, at, use, offered) for at, use in enumerate(uses)]
    if run.plan_title is not None and not any(call.tool == PLANS for call in calls):
        standing = {step.number: step for step in steps.of_run(tx, run.id)}
        for call in calls:
            keeping.assign(tx, call, standing)
    return calls


def _one(room: Room, tx: Transaction, run: Run, turn_id: str, position: int, use: Use, offered: set[str]) -> ToolCall:
    tool = room.catalogue.tools.get(use.tool) if use.tool in offered else None
    arguments = use.arguments if isinstance(use.arguments, dict) else {}
    named: int | None = None
    if tool is not None:
        arguments, named = without_step(tool, arguments)
    try:
        digest = digest_of(arguments)
    except ValueError:
        # numbers past 2^53 have no canonical form; such a call is judged by its text and refused as unfitting
        digest, tool = "", None
    decision = judge(room, tx, run, tool, use.tool, arguments, digest)
    stored = content.store(
        tx,
        run.workspace_id,
        "tool_arguments",
        (canonical(arguments) if digest else json.dumps(arguments)).encode(),
        media_type="application/json",
    )
    call = ToolCall(
        id=new_id(),
        workspace_id=run.workspace_id,
        run_id=run.id,
        turn_id=turn_id,
        step_id=None,
        step_number=named,
        position=position,
        use_id=use.id,
        tool=use.tool[:127],
        effect=effect_of(tool) if tool else Effect.READ,
        status=BORN_AS[decision.verdict],
        arguments_content_id=stored.id,
        arguments_digest=digest,
        decision=decision.verdict.value,
        rule=decision.rule,
        reason=decision.reason,
        due_at=None,
        lease_owner=None,
        lease_until=None,
        fence=0,
        attempts=0,
        first_started_at=None,
        result_content_id=None,
        told=False,
    )
    toolcalls.born(tx, call, actor=room.actor)
    return call


def judge(
    room: Room, tx: Transaction, run: Run, tool: Tool | None, name: str, arguments: dict[str, object], digest: str
) -> Decision:
    """Return the Decision for one call as things stand now; asked again when the call is claimed (E20)."""
    if tool is None:
        return decide(room.conduct.policy, Asked(tool=name, effect=None, reach=None))
    effect = effect_of(tool)
    fit, wrong = fitted(tool, arguments)
    destination, unsaid = destination_of(tool, fit) if fit is not None else (None, "")
    kind = destination.kind if destination is not None else ""
    return decide(
        room.conduct.policy,
        Asked(
            tool=name,
            effect=effect,
            reach=tool.reach,
            fits=wrong or unsaid,
            destination=destination,
            channel=threads.place_of(tx, run.thread_id).channel if kind == "channel" else "",
            known=known_to(tx, run) if kind == "page" else Known(),
            may_have_happened=effect is not Effect.READ and toolcalls.unknown_like(tx, run.thread_id, name, digest),
        ),
    )
