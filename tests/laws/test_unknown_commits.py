"""A COMMIT whose answer is lost: it is done or it is not, nobody knows, and what is done again must find what was done.

COMMITs of a request's whole way meet it, one at a time: intake's, those of Turns, of a ToolCall, of Deliveries.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.clock import Clock
from agents.engine import watching
from agents.engine.advance import advance
from agents.engine.sweeper import find_sweeps
from agents.errors import JournalBusy
from agents.journal import runs
from agents.journal.database import Database
from agents.journal.transaction import Journal
from agents.runs.life import State
from tests.given.engines import Engine, an_engine
from tests.given.invariants import assert_invariants
from tests.given.plain_tools import Hand, equip
from tests.given.postgres_wire import Cut, PostgresWire, postgres_wire
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import hold_model, release_model, says, until_model_held, uses
from tests.given.time import move
from tests.given.waiting import at_once
from tests.given.workers import LEASE, deliveries_of
from tools.contract import Effect

MOST = 60
"""COMMITs of one request at most: intake, a Turn, a call, another Turn, the answer, and what recovery adds."""

EVERY = 3
"""Every third one is cut here, which costs two seconds; `make storm` stops at each of them."""


@pytest.fixture
def wire(postgres_url: str) -> Iterator[PostgresWire]:
    """A line to PostgreSQL that may be cut."""
    with (
        tempfile.TemporaryDirectory(prefix="wire-", dir="/tmp") as folder,
        postgres_wire(postgres_url, Path(folder)) as made,
    ):
        yield made


@pytest.fixture
def engine(wire: PostgresWire, clock: Clock, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[Engine]:
    """An engine whose line to PostgreSQL may be cut."""
    database = Database(wire.url, clock)
    made = an_engine(Journal(database), shared_rehearsal, tmp_path / "home")
    yield made
    made.close()
    database.close()


@pytest.mark.law("E3")
@pytest.mark.law("E16")
@pytest.mark.failure_mode(7)
@pytest.mark.parametrize("how", list(Cut))
def test_a_mention_whose_commit_is_not_known_is_taken_in_once_when_it_comes_again(
    engine: Engine, wire: PostgresWire, how: Cut
) -> None:
    # given a mention at whose COMMIT the line breaks
    posted = engine.rehearsal.post("ann", "sales", "hello")
    post = engine.post_of(posted, "hello")
    wire.cut(how)

    # when it is taken in, and comes again as it was not acknowledged
    with pytest.raises(JournalBusy, match="not known"):
        engine.intake.receive(post)
    engine.intake.receive(post)

    # then there is one Run, whether its author is asked for by intake or by the sweep, and one answer
    move(engine.journal.database.clock, 3)
    next(one for one in find_sweeps() if one.name == "unjudged").begin()(engine.room)
    assert len(engine.journal.read(lambda tx: runs.listed(tx, most=9))) == 1
    says(engine.rehearsal, "Hello.")
    engine.work()
    assert engine.answers(posted) == ["Hello."]


@pytest.mark.law("E3")
@pytest.mark.failure_mode(45)
def test_no_commit_whose_answer_is_lost_costs_an_answer_or_doubles_an_effect(
    engine: Engine, wire: PostgresWire
) -> None:
    # given a request that takes an act, at whose so-many-eth COMMIT the line breaks: one after the other
    ahead = 0.0
    for commit in range(1, MOST, EVERY):
        hand = Hand()
        equip(engine, hand.tool("go", Effect.ACT))
        uses(engine.rehearsal, ("go", "once"))
        says(engine.rehearsal, "Gone.", times=2)
        posted, run = engine.asks("ann", f"go {commit}")
        wire.cut(Cut.AFTER, commit)

        # when workers work, and others after the lease of the one that was cut off
        busy = 0
        while True:
            try:
                engine.work()
                if settled(engine, run.id):
                    break
            except JournalBusy:
                busy += 1
                continue
            ahead += LEASE / 2
            move(engine.journal.database.clock, ahead)

        reached = wire.commits >= commit
        wire.heal()

        # then the act happened at most once and is told of, and one answer stands there
        assert engine.run(run.id).status is State.DONE, commit
        assert len(hand.done) <= 1, commit
        said = engine.answers(posted)
        assert said.count("Gone.") == 1, commit
        assert all("may or may not have happened" in one for one in said if one != "Gone."), commit
        engine.rehearsal.control("DELETE", "/claude/replies")
        assert bool(busy) == reached
        if not reached:
            break
    assert 10 < commit < MOST - 1
    assert_invariants(engine.journal)


def settled(engine: Engine, run_id: str) -> bool:
    """Whether a Run has ended and nothing of it is left to send."""
    run = engine.run(run_id)
    return run.ended_at is not None and all(one.due_at is None for one in deliveries_of(engine, run))


@pytest.mark.law("E6")
@pytest.mark.parametrize("how", list(Cut))
def test_a_worker_whose_commit_was_cut_off_lets_go_of_its_run_at_once(
    engine: Engine, wire: PostgresWire, how: Cut, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a Turn whose reply has come, and whose COMMIT, not one of a look at its fence, is cut off
    monkeypatch.setattr(watching, "EVERY", 3600.0)
    says(engine.rehearsal, "Hello.", times=2)
    posted, run = engine.asks("ann", "hello")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        first = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        wire.cut(how)
        release_model(engine.rehearsal)
        with pytest.raises(JournalBusy):
            first.result(20)

    # when others work, before any lease has run out
    engine.work()

    # then the Run is answered, once
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Hello."]
