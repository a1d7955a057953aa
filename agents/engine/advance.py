"""Carries one Run forward: a Turn, then the next, for as long as nothing has to be waited for.

Claim -> [Turn started, committed] -> model, outside any transaction -> [Turn whole, calls with Decisions, money, audit,
deliveries, next Turn started, committed]. A Turn's lone quick `read` is run right here (design.md 8).
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog

from agents.clock import us
from agents.engine import holding_back, left_streams, picker, rating, settle, shares
from agents.engine.asking_surface import before_judging, uses_in
from agents.engine.breaking import broken, hand_back
from agents.engine.carrying import carry_on
from agents.engine.charging import usage_came
from agents.engine.lease import Claim, Kind
from agents.engine.mine import mine
from agents.engine.poke import Poke, Queue
from agents.engine.replying import Next, Reading, store
from agents.engine.room import BACKSTOP, Room
from agents.engine.running import run_tool
from agents.engine.starting import AskSurface, start_at_once, start_turn
from agents.engine.streaming import Coming
from agents.engine.taking_up import must_wait, take_up
from agents.engine.watching import StillMine
from agents.errors import LostRace
from agents.journal import runs
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.models.provider import ModelFault, NotWanted, Reply, Request, Usage
from agents.planner.conversation import Asking
from agents.runs.life import Run, State
from agents.surface import CallFailed, TryLater
from agents.toolcalls.results import InDoubt, Outcome

log = structlog.get_logger()


def advance(room: Room, hint: str = "") -> Poke | bool:
    """Claim one due Run and carry it as far as this worker may.

    False: nothing was due. Poke: a call of it is, and nobody was poked for that one.
    """
    before = time.monotonic()
    took = picker.pick(room, runs.DUE, hint, lambda tx, trying: _claim(room, tx, hint, trying))
    if took is None:
        return False
    run, begun = took
    if begun is None:
        return True
    with (
        structlog.contextvars.bound_contextvars(run_id=run.id),
        room.claims.held(Kind.RUN, run.id, run.fence, since=before) as claim,
    ):
        try:
            step: Next = _begin(room, run) if isinstance(begun, AskSurface) else begun
            while isinstance(step, Asking | Reading):
                claim.begin_anew()
                step = _ask(room, step, claim) if isinstance(step, Asking) else _read_here(room, step)
        except LostRace:
            log.info("someone else has the run now")
            return True
    if isinstance(step, Poke):
        return step
    carry_on(room, step)
    return True


def _claim(
    room: Room, tx: Transaction, hint: str, trying: picker.Trying
) -> tuple[Run, Asking | AskSurface | None] | None:
    taken = False
    for row in picker.due_runs(room, tx, hint):
        run_id = trying.row_id = row.id
        before = runs.try_lock(tx, run_id)
        if before is None:
            taken = True
            continue
        if shares.capped(room, tx, row.scope):
            runs.hold(tx, run_id, shares.HELD)
            continue
        if holding_back.held_back(room, tx, before):
            continue
        if rating.slowed(room, tx, before):
            continue
        claimed = runs.claim(tx, run_id, room.claims.owner, room.claims.lease_us)
        if claimed is not None:
            standing = take_up(room, tx, before, claimed)
            return claimed, start_at_once(room, tx, standing) if standing else None
    if taken:
        raise picker.AllTaken
    return None


def _begin(room: Room, run: Run) -> Next:
    try:
        left_streams.end_left(room, run)
    except CallFailed as fault:
        # the old writer must be refused before another one begins, so the Turn waits for the surface
        log.warning("a stream that a broken turn left could not be ended", cause=fault.cause)
        wait = us(min(fault.retry_after if isinstance(fault, TryLater) else 2.0, 3600))
        room.journal.write(lambda tx: runs.give_back(tx, run.id, due_at=now() + wait, fence=run.fence))
        return None
    return start_turn(room, run, None)


def _ask(room: Room, asking: Asking, claim: Claim) -> Next:
    conduct = room.conduct
    request = Request(
        model=asking.run.model,
        system=asking.frozen.system,
        tools=asking.frozen.tools,
        messages=asking.messages(),
        max_tokens=conduct.max_tokens,
        effort=asking.run.effort or conduct.effort,
        person=_hashed(asking.run),
        previous_id=asking.transcript.previous_id,
    )
    try:
        reply = _heard(room, asking, claim, request)
    except NotWanted:
        if room.journal.write(lambda tx: hand_back(room, tx, asking)):
            left_streams.withdraw(room, asking.run)
        return None
    except ModelFault as fault:
        caught = fault
        with _late(room, asking, None if caught.unknown else caught.spent):
            room.journal.write(lambda tx: broken(room, tx, asking, caught))
        left_streams.withdraw(room, asking.run)
        return None
    before_judging(room, asking.run, uses_in(reply.content))
    with _late(room, asking, reply.usage):
        return room.journal.write(lambda tx: store(room, tx, asking, reply))


@contextmanager
def _late(room: Room, asking: Asking, usage: Usage | None) -> Iterator[None]:
    """Where others have ended a Turn meanwhile, its true usage is all that still counts of it (E23)."""
    try:
        yield
    except LostRace:
        if usage is not None:
            room.journal.write(lambda tx: usage_came(tx, asking.run, asking.turn, usage, actor=room.actor))
        raise


def _heard(room: Room, asking: Asking, claim: Claim, request: Request) -> Reply:
    """Ask the model, and show its words while they come.

    The rest of a cut answer is shown when it is whole, and so is what nobody asked for: it may turn out to be silence.
    """
    wanted, seconds = StillMine(room, asking.run, claim), room.conduct.turn_seconds
    if asking.transcript.cut_texts or asking.run.unasked:
        return room.provider.ask(request, seconds=seconds, wanted=wanted)
    coming = Coming(room, asking.run, claim)
    try:
        return room.provider.ask(request, seconds=seconds, wanted=wanted, hearer=coming)
    finally:
        coming.finish()


def _read_here(room: Room, reading: Reading) -> Next:
    outcome = run_tool(room, reading.running)
    return room.journal.write(lambda tx: _read_done(room, tx, reading, outcome))


def _read_done(room: Room, tx: Transaction, reading: Reading, outcome: Outcome | float | InDoubt) -> Next:
    run = mine(tx, reading.run)
    call = reading.running.call
    if isinstance(outcome, InDoubt | float):
        # a `read` has no effect to be in doubt about
        wait = outcome.wait if isinstance(outcome, InDoubt) else outcome
        settle.wait(room.hand, tx, call, wait, fence=call.fence)
        runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
        return None
    if not settle.settle(room.hand, tx, run, call, outcome, fence=call.fence, poke=False):
        raise LostRace
    if run.pending == run.open == 1 and outcome.question is None:
        return start_turn(room, replace(run, pending=0, open=0), reading.transcript, tx=tx)
    standing = mine(tx, reading.run)
    if must_wait(tx, standing):
        # others of the same reply are under way, or people are asked: whoever settles or answers makes the Run due
        runs.give_back(tx, run.id, due_at=now() + BACKSTOP, fence=run.fence)
        return None
    if standing.status is State.WAITING:
        # it waits for people, and someone has spoken: a claim of its own takes it up again
        runs.give_back(tx, run.id, due_at=now(), fence=run.fence)
        room.poke_later(tx, Queue.ADVANCE, run.id)
        return None
    return start_turn(room, standing, reading.transcript, tx=tx)


def _hashed(run: Run) -> str:
    return hashlib.sha256(f"{run.workspace_id}:{run.requester}".encode()).hexdigest()[:32]
