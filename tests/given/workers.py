"""Workers beside the test's own: other owners of leases, and claims whose worker is never heard of again."""

from dataclasses import replace

from agents.deliveries.life import Delivery, State
from agents.engine.asking_surface import ask_first, before_judging
from agents.engine.lease import Claims
from agents.engine.room import Room
from agents.engine.running import Running, begin_call
from agents.journal import deliveries, runs, toolcalls
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from agents.toolcalls.life import ToolCall
from tests.given.engines import Engine
from tests.given.waiting import until

LEASE = 30.0
"""Seconds of a lease by default; tests move the clock past it."""

ELSEWHERE = "elsewhere|0|0|1|1"
"""An owner on a machine of which nothing can be told from here."""


def another_room(engine: Engine, owner: str = ELSEWHERE) -> Room:
    """Return the engine's room as another process has it."""
    claims = Claims(engine.journal, LEASE)
    claims.owner = owner
    return replace(engine.room, claims=claims)


def claimed(engine: Engine, run_id: str, owner: str = ELSEWHERE) -> Run:
    """Claim a Run as a worker that is then lost."""

    def claim(tx: Transaction) -> Run | None:
        runs.lock(tx, run_id)
        return runs.claim(tx, run_id, owner, int(LEASE * 1_000_000))

    run = engine.journal.write(claim)
    assert run is not None
    return run


def begun(engine: Engine, call_id: str, owner: str = ELSEWHERE) -> Running | None:
    """Claim a ToolCall and write down that it runs, as a worker that is then lost."""
    room = another_room(engine, owner)
    _asks_first(engine, room, call_id)

    def begin(tx: Transaction) -> Running | None:
        call = toolcalls.by_id(tx, call_id)
        assert call is not None
        run = runs.lock(tx, call.run_id)
        assert run is not None
        return begin_call(room, tx, run, call_id)

    return engine.journal.write(begin)


def _asks_first(engine: Engine, room: Room, call_id: str) -> None:
    """Ask the surface what a call is judged by, as whoever claims one does."""
    call = engine.journal.read(lambda tx: toolcalls.by_id(tx, call_id))
    assert call is not None
    run = engine.run(call.run_id)
    first = engine.journal.read(lambda tx: ask_first(room, tx, run, call_id))
    if first is not None:
        before_judging(room, run, [(first.tool, first.arguments)])


def lost_while_sending(engine: Engine, delivery_id: str, owner: str = ELSEWHERE) -> Delivery:
    """Claim a Delivery and write down that it is being sent, as a worker that is then lost; return it as claimed."""

    def take(tx: Transaction) -> Delivery:
        mine = deliveries.claim(tx, delivery_id, owner, int(LEASE * 1_000_000))
        assert mine is not None
        if mine.status is State.PLANNED:
            said = {"worker": owner, "attempt": 1}
            deliveries.move(tx, mine, State.SENDING, fence=mine.fence, actor=f"worker:{owner}", said=said)
        return replace(mine, status=State.SENDING)

    return engine.journal.write(take)


def calls_of(engine: Engine, run: Run) -> list[ToolCall]:
    """Return the calls of a Run as they stand."""
    return list(engine.journal.read(lambda tx: toolcalls.of_run(tx, run.id)))


def deliveries_of(engine: Engine, run: Run) -> list[Delivery]:
    """Return the Deliveries of a Run as they stand."""
    return list(engine.journal.read(lambda tx: deliveries.of_run(tx, run.id)))


def work_out(engine: Engine, run_id: str) -> None:
    """Work until a Run has ended and nothing of it is left to send. What waits for its time is moved on."""

    def settled() -> bool:
        engine.work()
        run = engine.run(run_id)
        if run.ended_at is None:
            engine.journal.write(lambda tx: runs.set_fields(tx, run_id, due_at=now()))
            return False
        left = [one for one in deliveries_of(engine, run) if one.due_at is not None]
        for one in left:
            engine.journal.write(lambda tx, of=one.id: deliveries.set_fields(tx, of, due_at=now()))  # type: ignore[misc]
        return not left

    until(settled, "the run is settled", 30)
