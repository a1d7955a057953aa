"""How a Run ends: its terminal Delivery, its sign taken away, and nothing of it left open. Under the Run's lock."""

from agents.clock import us
from agents.deliveries.life import Kind
from agents.deliveries.parts import parts_of
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.journal import deliveries, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.labels import from_json
from agents.planner.life import State as TurnState
from agents.runs.life import ENDED, Run, State
from agents.toolcalls.life import State as CallState

LOOK_AFTER = us(360)
"""When the thread of a Run that lost a lease is looked at once more: six minutes after its end (E21)."""


def answer(room: Room, tx: Transaction, run: Run, text: str, *, fence: int | None) -> bool:
    """End a Run as done, with its answer in parts. False: someone ended it first."""
    said = {"turns": run.turns, "cost_micro_usd": run.cost_micro_usd}
    if not runs.move(tx, run, State.DONE, fence=fence, actor=room.actor, **said):
        return False
    _say_last(room, tx, run, Kind.ANSWER, text)
    return True


def fail(room: Room, tx: Transaction, run: Run, cause: str, sentence: str, *, fence: int | None) -> bool:
    """End a Run as failed, with one sentence for people and the cause for operators. False: someone ended it first."""
    if run.status in ENDED:
        return False
    started = turns.started(tx, run.id)
    if started is not None:
        turns.move(tx, run, started, TurnState.BROKEN, actor=room.actor, said={"cause": cause}, cause=cause[:255])
    uncertain = _close_calls(room, tx, run)
    if not runs.move(tx, run, State.FAILED, fence=fence, actor=room.actor, cause=cause[:255]):
        return False
    _say_last(room, tx, run, Kind.FAILURE, " ".join([sentence, *uncertain]))
    return True


def _close_calls(room: Room, tx: Transaction, run: Run) -> list[str]:
    """End what has not begun. A running `write` or `act` goes on to its own end, and is named (E14)."""
    named = []
    for call in toolcalls.open_of(tx, run.id):
        if call.status is CallState.RUNNING:
            if call.effect.value == "read":
                toolcalls.move(tx, call, CallState.STOPPED, fence=None, actor=room.actor, said={})
                runs.set_fields(tx, run.id, open=runs.RUNS.c.open - 1, pending=runs.RUNS.c.pending - 1)
            else:
                named.append(f"{call.tool} was still running; whether it took effect will be said here.")
        else:
            toolcalls.move(tx, call, CallState.STOPPED, fence=None, actor=room.actor, said={})
            runs.set_fields(tx, run.id, open=runs.RUNS.c.open - 1, pending=runs.RUNS.c.pending - 1)
    return named


def _say_last(room: Room, tx: Transaction, run: Run, kind: Kind, text: str) -> None:
    labels = from_json(run.labels).as_json()
    pieces = parts_of(text)
    first = None
    for number, piece in enumerate(pieces, 1):
        planned = deliveries.plan(
            tx,
            workspace_id=run.workspace_id,
            thread_id=run.thread_id,
            run_id=run.id,
            kind=kind,
            terminal=number == len(pieces),
            text=piece,
            user_id=run.requester,
            actor=room.actor,
            labels=labels,
        )
        first = first or planned
    sign_off = deliveries.plan(
        tx,
        workspace_id=run.workspace_id,
        thread_id=run.thread_id,
        run_id=run.id,
        kind=Kind.SIGN_OFF,
        text=run.request_ts,
        actor=room.actor,
    )
    if run.lost_lease:
        runs.set_fields(tx, run.id, look_after_at=now() + LOOK_AFTER)
    for planned in (first, sign_off):
        if planned:
            room.poke_later(tx, Queue.DELIVER, planned)


def lost_a_lease(tx: Transaction, run_id: str) -> None:
    """Note that a claim of this locked Run, or of a Delivery of it, was lost; an ended one is looked after (E21)."""
    runs.set_fields(tx, run_id, lost_lease=True)
    run = runs.by_id(tx, run_id)
    if run is not None and run.status in ENDED:
        runs.set_fields(tx, run_id, look_after_at=now() + LOOK_AFTER)


def notice(room: Room, tx: Transaction, run: Run, text: str, kind: Kind = Kind.NOTICE) -> None:
    """Plan a sentence of a Run that is not its last."""
    planned = deliveries.plan(
        tx,
        workspace_id=run.workspace_id,
        thread_id=run.thread_id,
        run_id=run.id,
        kind=kind,
        text=text,
        actor=room.actor,
    )
    if planned:
        room.poke_later(tx, Queue.DELIVER, planned)
