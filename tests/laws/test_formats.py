"""E24: what needs newer code is left to it, and words that this code does not know stop nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from agents import status, stopping
from agents.audit.verify import verify
from agents.deliveries.life import Kind
from agents.deliveries.saying import say
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.invariants import violations
from agents.engine.poke import Queue
from agents.engine.sweeper import find_sweeps
from agents.formats import WORKS
from agents.journal import runs, workspaces
from agents.runs.life import ENDED, State
from agents.stopping import How, Outcome
from agents.surface import PersonKind
from tests.given.engines import Engine
from tests.given.pokes import Pokes
from tests.given.replies import proposes, says
from tests.given.time import move
from tests.given.workers import calls_of, deliveries_of

PLACES = {Queue.ADVANCE: "run", Queue.EXECUTE: "tool_call", Queue.DELIVER: "delivery"}


def _written(engine: Engine, table: str, row_id: str, **values: object) -> None:
    """Write a row as a newer version would."""
    said = ", ".join(f"{name} = :{name}" for name in values)
    with engine.journal.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE {table} SET {said} WHERE id = :id"), {**values, "id": row_id})


def _due(engine: Engine, queue: Queue) -> tuple[str, str]:
    """Bring a Run to where a row of that kind is due; return the row's id and the Run's."""
    if queue is Queue.EXECUTE:
        proposes(engine.rehearsal, ("read_thread", {}), ("read_thread", {}))
    says(engine.rehearsal, "The answer.")
    _, run = engine.asks("ann", "hello")
    if queue is Queue.ADVANCE:
        return run.id, run.id
    if queue is Queue.EXECUTE:
        advance(engine.room)
        return next(one.id for one in calls_of(engine, run) if one.status.value == "allowed"), run.id
    planned = engine.journal.write(lambda tx: say(engine.room.hand, tx, run, Kind.NOTICE, "By the way."))
    assert planned is not None
    return planned, run.id


@pytest.mark.law("E24")
@pytest.mark.parametrize("queue", list(PLACES))
def test_a_row_that_needs_newer_code_is_left_to_it_and_poked_for_it(postgres_engine: Engine, queue: Queue) -> None:
    # given a due row of each kind, which a newer version wrote
    engine = postgres_engine
    row_id, _ = _due(engine, queue)
    _written(engine, PLACES[queue], row_id, needs=WORKS + 1)
    work = {Queue.ADVANCE: advance, Queue.EXECUTE: execute, Queue.DELIVER: deliver}[queue]

    # when this code is poked for it, then it takes other rows and leaves this one as it stands
    while work(engine.room, row_id):
        pass
    with engine.journal.database.engine.begin() as connection:
        stands = connection.execute(
            text(f"SELECT fence, attempts, lease_owner, due_at FROM {PLACES[queue]} WHERE id = :id"), {"id": row_id}
        ).one()
    assert tuple(stands)[:3] == (0, 0, None)
    assert stands.due_at is not None

    # when it is overdue, then it is poked all the same: a process of the newer version may hear it
    move(engine.journal.database.clock, 3)
    pokes = Pokes()
    next(one for one in find_sweeps() if one.name == "due").begin()(replace(engine.room, poker=pokes))
    assert (queue, row_id) in pokes.sent


@pytest.mark.law("E24")
@pytest.mark.usefixtures("broken_on_purpose")
def test_a_state_that_only_newer_code_knows_is_shown_and_nothing_stumbles(engine: Engine) -> None:
    # given a Run, its calls and its messages in states of a newer version
    proposes(engine.rehearsal, ("read_thread", {}), ("read_thread", {}))
    posted, run = engine.asks("ann", "hello")
    advance(engine.room)
    _written(engine, "run", run.id, status="pondering")
    for call in calls_of(engine, run):
        _written(engine, "tool_call", call.id, status="simmering", effect="ponder")
    for one in deliveries_of(engine, run):
        _written(engine, "delivery", one.id, status="whispered", kind="whisper")
    with engine.journal.database.engine.begin() as connection:
        before = connection.execute(text("SELECT * FROM run WHERE id = :id"), {"id": run.id}).mappings().one()

    # when it is listed, asked about, worked on and swept
    move(engine.journal.database.clock, 700)
    listed = engine.journal.read(lambda tx: runs.listed(tx, most=5))
    told = engine.journal.read(lambda tx: status.of_run(tx, engine.run(run.id), tx.now()))
    engine.work()
    for sweep in find_sweeps():
        sweep.begin()(engine.room)

    # then it is shown as it stands, nobody has touched it, and its trail holds
    assert [one.status.value for one in listed] == ["pondering"]
    assert "#1" in told
    with engine.journal.database.engine.begin() as connection:
        after = connection.execute(text("SELECT * FROM run WHERE id = :id"), {"id": run.id}).mappings().one()
    assert after == before
    assert {one.status.value for one in calls_of(engine, run)} == {"simmering"}
    assert {one.kind.value for one in deliveries_of(engine, run)} <= {"whisper"}
    workspace = engine.journal.read(workspaces.every)[0]
    assert engine.journal.read(lambda tx: verify(tx, workspace.id)).holds

    # and it is still its thread's one Run: who writes there joins it, and who stops it is told to try again
    _, joined = engine.says("ann", "and one thing more", thread=posted.ts)
    assert engine.judged(joined).run_id == run.id
    stopped = engine.journal.write(
        lambda tx: stopping.stop(
            engine.room.hand, tx, run.id, user_id=run.requester, kind=PersonKind.ADMIN, how=How.BUTTON
        )
    )
    assert stopped.outcome is Outcome.REFUSED
    assert "try again" in stopped.words


@pytest.mark.law("E24")
def test_a_word_that_is_not_known_is_none_of_ours() -> None:
    # given a state that only a newer version knows, and one of ours
    unknown, ours = State("pondering"), State("queued")

    # then the one is itself and nothing else, and the other is what it was
    assert (unknown.value, str(unknown), unknown.known) == ("pondering", "pondering", False)
    assert unknown not in ENDED
    assert unknown not in set(State)
    assert ours is State.QUEUED
    assert ours.known


@pytest.mark.law("E24")
@pytest.mark.parametrize("newer", [WORKS, WORKS + 1])
@pytest.mark.usefixtures("broken_on_purpose")
def test_what_only_newer_code_understands_is_not_called_wrong(engine: Engine, newer: int) -> None:
    # given a Run whose calls are in a state that this code does not know, written by newer code or by mistake
    proposes(engine.rehearsal, ("read_thread", {}), ("read_thread", {}))
    _, run = engine.asks("ann", "hello")
    advance(engine.room)
    for call in calls_of(engine, run):
        _written(engine, "tool_call", call.id, status="simmering", needs=newer)

    # when it is asked what must not be
    found = engine.journal.read(lambda tx: list(violations(tx)), still=True)

    # then only the mistake is told
    assert bool(found) == (newer == WORKS)
