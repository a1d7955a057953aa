"""Carries one Run forward: a Turn, then the next, for as long as nothing has to be waited for.

Claim -> [Turn started, committed] -> model, outside any transaction -> [Turn whole, calls with Decisions, money, audit,
deliveries, next Turn started, committed]. A Turn's lone quick `read` is run right here (design.md 8).
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import structlog

from agents.audit.events import Event
from agents.clock import us
from agents.deliveries.life import Kind as DeliveryKind
from agents.engine import ending, picker, settle
from agents.engine.lease import Claim, Kind
from agents.engine.poke import Queue
from agents.engine.proposing import propose
from agents.engine.room import BACKSTOP, MOST_ATTEMPTS, Room
from agents.engine.running import Running, begin_call, run_tool
from agents.engine.starting import start_turn
from agents.errors import LostRace
from agents.journal import content, inputs, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.models.cost import cost_of
from agents.models.provider import ModelFault, NotWanted, Reply, Request, Usage
from agents.planner import conversation
from agents.planner.conversation import Asking, Transcript
from agents.planner.life import State as TurnState
from agents.planner.reading import Answer, Calls, Continue, GiveUp, read
from agents.runs.ceilings import reached
from agents.runs.life import ENDED, Run, State
from agents.toolcalls.life import State as CallState
from agents.toolcalls.results import Outcome
from tools.contract import Effect

log = structlog.get_logger()

LONGEST_WAIT = 60.0
"""Seconds between two tries of a Turn whose model call failed."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A Turn whose lone quick `read` this worker runs itself, and the transcript to go on with."""

    run: Run
    running: Running
    transcript: Transcript


Next = Asking | Reading | None
"""What the holder of the Run does next; None: nothing, the claim is over."""


def advance(room: Room, hint: str = "") -> bool:
    """Claim one due Run and carry it as far as this worker may. False: nothing was due."""
    took = picker.pick(room, lambda tx, trying: _claim(room, tx, hint, trying))
    if took is None:
        return False
    run, needs = took
    if needs is None:
        return True
    with structlog.contextvars.bound_contextvars(run_id=run.id), room.claims.held(Kind.RUN, run.id, run.fence) as claim:
        try:
            step: Next = start_turn(room, run, None) if needs == "start" else None
            while step is not None:
                claim.begin_anew()
                step = _ask(room, step, claim) if isinstance(step, Asking) else _read_here(room, step)
        except LostRace:
            log.info("someone else has the run now")
    return True


def _claim(room: Room, tx: Transaction, hint: str, trying: picker.Trying) -> tuple[Run, str | None] | None:
    taken = False
    for run_id in picker.due_runs(tx, hint):
        trying.row_id = run_id
        before = runs.try_lock(tx, run_id)
        if before is None:
            taken = True
            continue
        claimed = runs.claim(tx, run_id, room.claims.owner, room.claims.lease_us)
        if claimed is not None:
            return claimed, _take_up(room, tx, before, claimed)
    if taken:
        raise picker.AllTaken
    return None


def _take_up(room: Room, tx: Transaction, before: Run, run: Run) -> str | None:
    """Decide under the lock what a Run that was just claimed needs: "start" a Turn, or nothing."""
    if before.lease_owner is not None:
        tx.record(
            run.workspace_id,
            Event.RUN_LEASE_LOST,
            run_id=run.id,
            actor=room.actor,
            worker=before.lease_owner,
            fence=before.fence,
        )
        runs.set_fields(tx, run.id, lost_lease=True)
        run = replace(run, lost_lease=True)
        conversation.break_started(tx, run, actor=room.actor, cause="lease lost")
    if run.attempts > MOST_ATTEMPTS:
        _, _, cause = turns.trailing(tx, run.id)
        ending.fail(room, tx, run, f"attempts: {cause or 'lease lost'}", _SPENT, fence=run.fence)
        return None
    ceiling = reached(room.conduct.ceilings, run, tx.now())
    if ceiling is not None:
        ending.fail(room, tx, run, ceiling.cause, ceiling.sentence, fence=run.fence)
        return None
    if _count_again(tx, run):
        runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
        return None
    if run.status is not State.WORKING:
        runs.move(tx, run, State.WORKING, fence=run.fence, actor=room.actor, worker=room.actor)
    return "start"


def _count_again(tx: Transaction, run: Run) -> int:
    """Return pending as the rows have it, and mend the Run's two counters where they differ."""
    calls = toolcalls.open_of(tx, run.id)
    counted = (sum(not call.told for call in calls), len(calls))
    if counted != (run.pending, run.open):
        log.error("a run's counters were wrong", run_id=run.id, was=(run.pending, run.open), rows=counted)
        runs.set_fields(tx, run.id, pending=counted[0], open=counted[1])
    return counted[0]


def _ask(room: Room, asking: Asking, claim: Claim) -> Next:
    conduct = room.conduct
    request = Request(
        model=asking.run.model,
        system=asking.frozen.system,
        tools=asking.frozen.tools,
        messages=asking.messages(),
        max_tokens=conduct.max_tokens,
        effort=conduct.effort,
        person=_hashed(asking.run),
        previous_id=asking.transcript.previous_id,
    )
    try:
        reply = room.provider.ask(
            request, seconds=conduct.turn_seconds, wanted=lambda: not claim.lost.is_set() and not room.draining()
        )
    except NotWanted:
        room.journal.write(lambda tx: _hand_back(room, tx, asking))
        return None
    except ModelFault as fault:
        caught = fault
        room.journal.write(lambda tx: _broken(room, tx, asking, caught))
        return None
    return room.journal.write(lambda tx: _store(room, tx, asking, reply))


def _mine(tx: Transaction, asked: Run) -> Run:
    """Lock the Run and make sure that this claim still stands. Raises LostRace."""
    run = runs.lock(tx, asked.id)
    if run is None or run.fence != asked.fence or run.status in ENDED:
        raise LostRace
    return run


def _store(room: Room, tx: Transaction, asking: Asking, reply: Reply) -> Next:
    """Everything that a whole reply brings about, in one transaction."""
    run = _mine(tx, asking.run)
    run = _keep(room, tx, run, asking, reply)
    transcript = conversation.grown(asking, reply.content, reply.stop_reason, reply.id)
    meaning = read(reply, asking.transcript.cut_texts, len(asking.transcript.cut_texts))
    match meaning:
        case Calls(uses):
            return _calls(room, tx, run, asking, uses, transcript)
        case Continue():
            return start_turn(room, run, transcript, tx=tx)
        case GiveUp(cause, sentence):
            ending.fail(room, tx, run, cause, sentence, fence=run.fence)
            return None
        case Answer(text, cut):
            return _answer(
                room, tx, run, text + ("\n\n(Cut: the answer reached its length limit.)" if cut else ""), transcript
            )


def _keep(room: Room, tx: Transaction, run: Run, asking: Asking, reply: Reply) -> Run:
    """Store the Turn whole: what was sent, what came, what it cost; consume its Inputs."""
    cost = _charge(tx, run, reply.usage)
    if asking.message is not None:
        sent = content.store(
            tx,
            run.workspace_id,
            "message",
            _bytes(asking.message["content"]),
            media_type="application/json",
            labels=run.labels,
        )
        turns.add_message(tx, run.id, asking.turn.id, "user", sent)
    came = content.store(
        tx, run.workspace_id, "message", _bytes(list(reply.content)), media_type="application/json", labels=run.labels
    )
    turns.add_message(tx, run.id, asking.turn.id, "assistant", came)
    inputs.consume(tx, asking.turn.input_ids, asking.turn.id)
    toolcalls.mark_told(tx, asking.answered)
    moved = turns.move(
        tx,
        run,
        asking.turn,
        TurnState.COMPLETE,
        actor=room.actor,
        said={
            "stop": reply.stop_reason,
            "model": reply.model,
            "cost_micro_usd": cost,
            **reply.usage.as_json(),
            **came.as_data(),
        },
        stop_reason=reply.stop_reason,
        provider_id=reply.id[:64],
        usage=reply.usage.as_json(),
        cost_micro_usd=cost,
    )
    if not moved:
        raise LostRace
    runs.set_fields(tx, run.id, attempts=0)
    return replace(
        run,
        attempts=0,
        cost_micro_usd=run.cost_micro_usd + cost,
        tokens=run.tokens + reply.usage.prompt + reply.usage.output,
    )


def _charge(tx: Transaction, run: Run, usage: Usage) -> int:
    cost = cost_of(run.model, usage, datetime.now(UTC).date())
    if not cost.known:
        log.warning("no price for this model; charged as the dearest", model=run.model)
    runs.set_fields(
        tx,
        run.id,
        cost_micro_usd=RUNS.c.cost_micro_usd + cost.micro_usd,
        tokens=RUNS.c.tokens + usage.prompt + usage.output,
    )
    return cost.micro_usd


def _calls(room: Room, tx: Transaction, run: Run, asking: Asking, uses: Any, transcript: Transcript) -> Next:
    offered = {str(tool["name"]) for tool in asking.frozen.tools}
    calls = propose(room, tx, run, asking.turn.id, uses, offered)
    allowed = [call for call in calls if call.status is CallState.ALLOWED]
    runs.set_fields(tx, run.id, pending=len(allowed), open=RUNS.c.open + len(allowed))
    run = replace(run, pending=len(allowed), open=run.open + len(allowed))
    if not allowed:
        return start_turn(room, run, transcript, tx=tx)
    if len(calls) == 1 and _quick(room, allowed[0].tool) and not room.draining():
        running = begin_call(room, tx, run, allowed[0].id)
        if running is not None:
            return Reading(run, running, transcript)
    runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
    for call in allowed:
        room.poke_later(tx, Queue.EXECUTE, call.id)
    return None


def _quick(room: Room, name: str) -> bool:
    tool = room.catalogue.tools.get(name)
    return tool is not None and tool.quick and tool.effect is Effect.READ


def _read_here(room: Room, reading: Reading) -> Next:
    outcome = run_tool(room, reading.running)
    return room.journal.write(lambda tx: _read_done(room, tx, reading, outcome))


def _read_done(room: Room, tx: Transaction, reading: Reading, outcome: Outcome | float | None) -> Next:
    run = _mine(tx, reading.run)
    call = reading.running.call
    if outcome is None or isinstance(outcome, float):
        settle.wait(room, tx, call, outcome or 1.0, fence=call.fence)
        runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
        return None
    if not settle.settle(room, tx, run, call, outcome, fence=call.fence, poke=False):
        raise LostRace
    return start_turn(room, replace(run, pending=0, open=run.open - 1), reading.transcript, tx=tx)


def _answer(room: Room, tx: Transaction, run: Run, text: str, transcript: Transcript) -> Next:
    if inputs.any_unread(tx, run.id):
        # someone spoke while the model was answering: they are heard before the Run ends (E12)
        ending.notice(room, tx, run, text, DeliveryKind.INTERIM)
        return start_turn(room, run, transcript, tx=tx)
    if run.open:
        ending.notice(room, tx, run, text, DeliveryKind.INTERIM)
        runs.move(tx, run, State.WAITING, fence=run.fence, actor=room.actor, why="calls")
        runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
        return None
    ending.answer(room, tx, run, text, fence=run.fence)
    return None


def _hand_back(room: Room, tx: Transaction, asking: Asking) -> None:
    """This worker is going away: its Turn is broken, and another begins it at once."""
    run = _mine(tx, asking.run)
    turns.move(
        tx, run, asking.turn, TurnState.BROKEN, actor=room.actor, said={"cause": "handed back"}, cause="handed back"
    )
    runs.give_back(tx, run.id, due_at=now(), fence=run.fence)
    room.poke_later(tx, Queue.ADVANCE, run.id)


def _broken(room: Room, tx: Transaction, asking: Asking, fault: ModelFault) -> None:
    """No usable reply: the Turn is made again later, or the Run ends where that cannot help."""
    run = _mine(tx, asking.run)
    _charge(tx, run, fault.spent)
    turns.move(
        tx, run, asking.turn, TurnState.BROKEN, actor=room.actor, said={"cause": fault.cause}, cause=fault.cause[:255]
    )
    log.warning("the model gave no usable reply", cause=fault.cause, retry_after=fault.retry_after)
    if fault.retry_after is None:
        ending.fail(room, tx, run, f"model: {fault.cause}", _REFUSED_BY_PROVIDER, fence=run.fence)
        return
    if not fault.busy and run.attempts >= MOST_ATTEMPTS:
        ending.fail(room, tx, run, f"attempts: {fault.cause}", _SPENT, fence=run.fence)
        return
    wait = fault.retry_after if fault.busy else min(LONGEST_WAIT, fault.retry_after * 2 ** (run.attempts - 1))
    runs.move(tx, run, State.WAITING, fence=run.fence, actor=room.actor, why=f"model: {fault.cause[:80]}")
    runs.give_back(tx, run.id, due_at=now() + us(min(wait, 3600)), fence=run.fence, keep_attempts=not fault.busy)


_SPENT = (
    "I could not finish this: the model, or the machine that works on it, failed five times in a row. "
    "Please ask again in a few minutes; if it stays like this, tell whoever runs Tagwork."
)
_REFUSED_BY_PROVIDER = (
    "I could not reach my model: the provider refused the call. Asking again will not help until whoever runs Tagwork "
    "has looked at the model's key and settings."
)


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _hashed(run: Run) -> str:
    return hashlib.sha256(f"{run.workspace_id}:{run.requester}".encode()).hexdigest()[:32]
