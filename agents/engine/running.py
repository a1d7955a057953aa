"""Claims one ToolCall and runs its tool: the Decision is made again at the effect, and written down before it (E20)."""

import json
from dataclasses import dataclass, replace
from typing import Any

import structlog

from agents.approvals import asking
from agents.approvals import cards as approval_cards
from agents.approvals.asking import Wanted
from agents.boundaries import Kind as Boundary
from agents.boundaries import across
from agents.engine import settle
from agents.engine.freezing_calls import LOOKED_AT_AGAIN
from agents.engine.holding_back import over_run
from agents.engine.knowing import readers_at
from agents.engine.lease import Kind
from agents.engine.proposing import judge
from agents.engine.recovering import taken_over
from agents.engine.room import MOST_ATTEMPTS, Room
from agents.errors import JournalBusy
from agents.journal import content, threads, toolcalls
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.plan import keeping
from agents.policy.gates import BY_RULE
from agents.policy.judgement import Judgement
from agents.policy.verdicts import Verdict
from agents.runs.life import ENDED, Run
from agents.surface import Place
from agents.toolcalls.catalogue import destination_of, fitted
from agents.toolcalls.lending import lend
from agents.toolcalls.life import LEASE_LOST, AfterLoss, State, ToolCall, after_loss
from agents.toolcalls.results import InDoubt, Outcome, failure, of_result
from tools.contract import (
    Arguments,
    BadArguments,
    Destination,
    Effect,
    FindProof,
    KeyProof,
    MayHaveHappened,
    Tool,
    ToolContext,
    ToolFailed,
    Unavailable,
)

log = structlog.get_logger()

AGAIN_AFTER = 5.0
"""Seconds after which a `read` that lacked the journal is run again."""


@dataclass(frozen=True, slots=True)
class Running:
    """A call that this process has claimed and may run.

    Attributes:
        find_first: an earlier attempt may have had its effect.
        by_rule: what a rule lets it read that it could not read else: a page, another channel; None: nothing.
        readers: who may see what it reads there, as Labels name them.
    """

    call: ToolCall
    tool: Tool
    arguments: dict[str, Any]
    place: Place
    find_first: bool
    by_rule: Destination | None = None
    readers: frozenset[str] = frozenset()


def begin_call(room: Room, tx: Transaction, run: Run, call_id: str) -> Running | None:
    """Claim a call of a locked Run. None: not to be had, or it was ended here (denied now, lost, out of attempts)."""
    before = toolcalls.by_id(tx, call_id)
    call = toolcalls.claim(tx, call_id, room.claims.owner, room.claims.lease_us)
    if before is None or call is None:
        return None
    tool = room.catalogue.tools.get(call.tool)
    find_first = False
    if call.status is State.RUNNING:
        taken = _taken_over(room, tx, run, before, call, tool)
        if taken is None:
            return None
        call, find_first = taken
    if call.status is State.ALLOWED and call.attempts > MOST_ATTEMPTS:
        settle.deny(room.hand, tx, run, call, "attempts", f"{call.tool} could not be begun, five times in a row.")
        return None
    if run.status in ENDED:
        settle.stopped(room.hand, tx, run, call, "stopped: the request had ended.")
        return None
    arguments = json.loads(content.body_of(tx, call.arguments_content_id))
    proposed = _as_proposed(tx, run, call)
    decision = judge(room, tx, proposed, tool, call.tool, arguments, call.arguments_digest)
    if tool is not None and decision.verdict is Verdict.ASK:
        wanted = _wanted(call, tool, arguments, decision)
        decision = asking.at_the_effect(tx, proposed, call, wanted)
        if decision.verdict is Verdict.ASK:
            _ask_anew(room, tx, proposed, call, wanted)
            return None
    if decision.verdict is not Verdict.ALLOW or tool is None:
        settle.deny(room.hand, tx, run, call, decision.rule, decision.reason)
        return None
    said = {"tool": call.tool, "arguments": call.arguments_digest, "worker": room.actor, "attempt": call.attempts}
    # a call that was taken over lost its lease on the way through `allowed`
    lease = {"lease_owner": room.claims.owner, "lease_until": now() + room.claims.lease_us}
    if not toolcalls.move(
        tx, call, State.RUNNING, fence=call.fence, actor=room.actor, said=said, worker=room.claims.owner, **lease
    ):
        return None
    keeping.refresh(room.hand, tx, run)
    place = threads.place_of(tx, run.thread_id)
    by_rule = _let_by_rule(tool, arguments, decision, place) if call.effect is Effect.READ else None
    readers = readers_at(tx, run.workspace_id, by_rule)
    return Running(replace(call, status=State.RUNNING), tool, arguments, place, find_first, by_rule, readers)


def _let_by_rule(tool: Tool, arguments: dict[str, Any], decision: Judgement, place: Place) -> Destination | None:
    """Return what an allowed `read` reaches only because a rule names it."""
    fit, _ = fitted(tool, arguments)
    destination = destination_of(tool, fit)[0] if fit is not None else None
    if destination is None:
        return None
    if destination.kind == "channel":
        return destination if destination.id not in ("", place.channel) else None
    return destination if decision.ground == BY_RULE else None


def _taken_over(
    room: Room, tx: Transaction, run: Run, before: ToolCall, call: ToolCall, tool: Tool | None
) -> tuple[ToolCall, bool] | None:
    """A running call whose worker was lost: again, looked for first, or `unknown` (design.md 3)."""
    if before.lease_owner is not None:
        # whoever let it go in doubt said so, and lives
        lost, fence = before.lease_owner, before.fence
        taken_over(tx, run.workspace_id, run.id, Kind.CALL, call.id, lost=lost, fence=fence, actor=room.actor)
    proof = tool.proof if tool else None
    fate = after_loss(
        call.effect,
        key_lives_us=proof.lives * 1_000_000 if isinstance(proof, KeyProof) else None,
        finds=isinstance(proof, FindProof),
        since_first_start_us=tx.now() - (call.first_started_at or 0),
    )
    if call.attempts > MOST_ATTEMPTS and fate is not AfterLoss.UNKNOWN and call.effect is Effect.READ:
        spent = failure(f"{call.tool} was given up: five workers were lost while they ran it.")
        settle.settle(room.hand, tx, run, call, spent, fence=call.fence)
        return None
    held = fate is not AfterLoss.UNKNOWN and call.effect is Effect.WRITE and run.ended_at is None
    if held and call.attempts <= MOST_ATTEMPTS and over_run(tx, run, call.tool):
        # neither done again nor looked for now, and not said to be unknown as long as either can follow the thaw
        wait = tx.now() + LOOKED_AT_AGAIN
        toolcalls.give_back(tx, call.id, fence=call.fence, due_at=wait, attempts=call.attempts - 1)
        return None
    if call.effect is not Effect.READ and not _still_stands(room, tx, run, call, tool):
        # it may have happened: "denied" or "stopped" would be a lie (E14, E20)
        fate = AfterLoss.UNKNOWN
    if fate is AfterLoss.UNKNOWN or tool is None or call.attempts > MOST_ATTEMPTS:
        settle.unknown(room.hand, tx, run, replace(call, lease_owner=before.lease_owner))
        return None
    # whoever still runs a `find` tool has until the lease's end plus the tool's limit to have its effect (E9)
    settled_at = (before.lease_until or 0) + int(tool.seconds * 1_000_000)
    if fate is AfterLoss.FIND and before.lease_owner is not None and tx.now() < settled_at:
        toolcalls.give_back(tx, call.id, fence=call.fence, due_at=settled_at, attempts=call.attempts - 1)
        return None
    again = {"tool": call.tool, "arguments": call.arguments_digest, "rule": LEASE_LOST}
    if not toolcalls.move(tx, call, State.ALLOWED, fence=call.fence, actor=room.actor, said=again, due_at=now()):
        return None
    return replace(call, status=State.ALLOWED), fate is AfterLoss.FIND


def _still_stands(room: Room, tx: Transaction, run: Run, call: ToolCall, tool: Tool | None) -> bool:
    """Whether a call that was lost while it ran may be run again as things stand now."""
    if run.status in ENDED:
        return False
    arguments = json.loads(content.body_of(tx, call.arguments_content_id))
    proposed = _as_proposed(tx, run, call)
    judged = judge(room, tx, proposed, tool, call.tool, arguments, call.arguments_digest)
    if tool is not None and judged.verdict is Verdict.ASK:
        return asking.stands(tx, proposed, call, _wanted(call, tool, arguments, judged))
    return judged.verdict is Verdict.ALLOW


def _as_proposed(tx: Transaction, run: Run, call: ToolCall) -> Run:
    """Return the Run with the labels of what a call may carry: what the model had read when it proposed it.

    Its arguments have not changed since. A Run that reads on, or the result of a call beside this one, adds nothing to
    what would leave, and must not void what people said yes to.
    """
    return replace(run, labels=content.labels_of(tx, call.arguments_content_id))


def _wanted(call: ToolCall, tool: Tool, arguments: dict[str, Any], judged: Judgement) -> Wanted:
    return Wanted(tool=tool, arguments=arguments, digest=call.arguments_digest, step=call.step_number, judged=judged)


def _ask_anew(room: Room, tx: Transaction, run: Run, call: ToolCall, wanted: Wanted) -> None:
    """What people said yes to, if they were asked, is not what would run now: they are asked about that (E20)."""
    if settle.ask_again(room.hand, tx, run, call, wanted.judged.rule, wanted.judged.reason):
        approval_cards.show(room.hand, tx, run, [asking.ask(room.hand, tx, run, call, wanted)])


def run_tool(room: Room, running: Running) -> Outcome | float | InDoubt:
    """Run the tool under a heartbeat.

    Returns its outcome; or the seconds to wait where nothing has happened yet; or InDoubt where the tool broke in a way
    that leaves open whether its effect happened.
    """
    call, tool = running.call, running.tool
    with (
        structlog.contextvars.bound_contextvars(call_id=call.id, tool=call.tool),
        room.claims.held(Kind.CALL, call.id, call.fence, last_moment=tool.seconds + room.claims.lease),
    ):
        arguments, wrong = fitted(tool, running.arguments)
        if arguments is None:
            return failure(wrong)
        conduct = room.conduct
        context = lend(
            room.journal,
            room.surface(running.place.team_id),
            running.place,
            call,
            tool,
            conduct.tool_settings,
            conduct.policy,
            conduct.reach,
            by_rule=running.by_rule,
        )
        try:
            if running.find_first and isinstance(tool.proof, FindProof):
                found = _looked_for(room, tool, tool.proof, arguments, context)
                if found is not None:
                    return found
            with across(room.cross, Boundary.EFFECT, tool.name):
                result = tool.call(arguments, context)
            return replace(of_result(result), readers=running.readers)
        except (BadArguments, ToolFailed) as said:
            return failure(str(said))
        except Unavailable as later:
            return float(later.retry_after)
        except JournalBusy as fault:
            log.warning("a tool could not read the journal", cause=str(fault))
            return AGAIN_AFTER if call.effect is Effect.READ else InDoubt(AGAIN_AFTER)
        except MayHaveHappened as fault:
            log.warning("whether a tool had its effect is not known", cause=str(fault))
            return InDoubt()
        except Exception as fault:
            log.exception("a tool raised what no tool may raise")
            if call.effect is Effect.READ:
                return failure(
                    f"{call.tool} failed inside ({type(fault).__name__}). Whoever runs Tagwork finds it in the log."
                )
            return InDoubt()


def _looked_for(
    room: Room, tool: Tool, proof: FindProof, arguments: Arguments, context: ToolContext
) -> Outcome | InDoubt | None:
    """Return the outcome of an earlier attempt; None: it had no effect; InDoubt: it cannot be looked for just now."""
    try:
        with across(room.cross, Boundary.EFFECT, f"{tool.name}.find"):
            found = proof.find(arguments, context)
    except Unavailable as later:
        return InDoubt(later.retry_after)
    return None if found is None else of_result(found)
