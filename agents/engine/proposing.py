"""Tool uses that the model proposed become ToolCalls, each born with its Decision. Under the Run's lock."""

import json
from collections.abc import Sequence
from dataclasses import replace

import structlog

from agents.approvals import asking
from agents.approvals.asking import Wanted
from agents.audit.chain import canonical
from agents.engine.knowing import facts_of
from agents.engine.room import Room
from agents.ids import new_id
from agents.in_force import in_force
from agents.journal import content, steps, toolcalls
from agents.journal.transaction import Transaction
from agents.plan import keeping
from agents.planner.reading import Use
from agents.policy.explaining import action_for, as_json, denial_line
from agents.policy.facts import Facts
from agents.policy.judgement import Judgement
from agents.policy.judging import judge as judge_call
from agents.policy.recorded_facts import to_json
from agents.policy.verdicts import Verdict
from agents.reading_along import NOBODY_TO_ASK
from agents.runs.life import Run
from agents.toolcalls.catalogue import PLANS, digest_of, effect_of, without_step
from agents.toolcalls.life import State, ToolCall
from tools.contract import Effect, Tool

log = structlog.get_logger()

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
    judged, facts = _weighed(room, tx, run, tool, use.tool, arguments, digest)
    decision = judged
    wanted = None
    if tool is not None and judged.verdict is Verdict.ASK:
        wanted = Wanted(tool=tool, arguments=arguments, digest=digest, step=named, judged=judged)
        decision = asking.spared(tx, run, wanted)
    stored = content.store(
        tx,
        run.workspace_id,
        "tool_arguments",
        (canonical(arguments) if digest else json.dumps(arguments)).encode(),
        media_type="application/json",
        # what the model had read by now may be in them, and nothing that it reads later
        labels=run.labels,
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
    toolcalls.born(tx, call, actor=room.actor, judged=json.dumps({**as_json(judged), "facts": to_json(facts)}))
    if wanted is not None and decision.verdict is Verdict.ASK:
        asking.ask(room.hand, tx, run, call, wanted)
    elif wanted is not None and decision.verdict is Verdict.ALLOW:
        asking.note_used(room.hand, tx, run, call, wanted)
    return call


def judge(
    room: Room, tx: Transaction, run: Run, tool: Tool | None, name: str, arguments: dict[str, object], digest: str
) -> Judgement:
    """Return what policy says of one call as things stand now; asked again when the call is claimed (E20)."""
    return _weighed(room, tx, run, tool, name, arguments, digest)[0]


def _weighed(
    room: Room, tx: Transaction, run: Run, tool: Tool | None, name: str, arguments: dict[str, object], digest: str
) -> tuple[Judgement, Facts]:
    policies = in_force(tx, run.workspace_id, room.conduct.policy)
    facts = facts_of(room, tx, run, tool, name, arguments, digest, policies)
    judged = judge_call(policies, facts)
    if judged.cause:
        log.warning("a call was denied because not all could be judged", tool=name, run_id=run.id, cause=judged.cause)
    if judged.verdict is Verdict.ALLOW:
        return judged, facts
    if judged.verdict is Verdict.ASK and run.unasked:
        return replace(judged, verdict=Verdict.DENY, terms=None, reason=NOBODY_TO_ASK), facts
    holding = policies.holding(facts.here)
    if judged.verdict is Verdict.DENY:
        return replace(judged, reason=denial_line(judged, holding)), facts
    return replace(judged, reason=f"{judged.reason} {action_for(judged, holding)}"), facts
