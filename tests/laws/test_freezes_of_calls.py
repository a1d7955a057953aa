"""E14: what runs in a frozen scope is broken off in 30 s and becomes what its kind allows; nothing is done twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Event

import pytest

from agents.engine.advance import advance
from agents.engine.execute import execute
from agents.engine.freezing_calls import break_off
from agents.engine.sweeper import find_sweeps
from agents.journal import freezes
from agents.runs.life import Run
from agents.toolcalls.life import State
from tests.given.engines import Engine
from tests.given.orders import gives
from tests.given.plain_tools import Hand, equip
from tests.given.rehearsal import Posted
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.waiting import at_once, until
from tests.given.workers import calls_of
from tools.contract import Effect, KeyProof, Proof

SWEEP = next(one for one in find_sweeps() if one.name == "frozen")


@contextmanager
def slow(
    engine: Engine, effect: Effect, proof: Proof | None = None
) -> Iterator[tuple[Posted, Run, Hand, Callable[[], object]]]:
    """A Run whose call is inside its tool, which a worker waits for. Yields what lets go of it, and waits, too."""
    goes_on, inside = Event(), Event()

    def waits(what: str) -> None:
        inside.set()
        goes_on.wait(30)

    hand = Hand(does=waits)
    equip(engine, hand.tool("post_message", effect, proof=proof))
    uses(engine.rehearsal, ("post_message", "once"))
    posted, run = engine.asks("ann", "do it slowly")
    with at_once() as pool:
        advance(engine.room)
        working: Future[object] = pool.submit(execute, engine.room)
        assert inside.wait(20)

        def let_go() -> object:
            goes_on.set()
            return working.result(timeout=30)

        try:
            yield posted, run, hand, let_go
        finally:
            goes_on.set()


def swept(engine: Engine, seconds: float) -> None:
    """Let journal time be so many seconds on, and sweep."""
    move(engine.journal.database.clock, seconds)
    SWEEP.begin()(engine.room)


@pytest.mark.law("E14")
@pytest.mark.parametrize(
    "command", ["freeze workspace", "freeze #C0SALES0001", "freeze @U0ANN000001", "freeze post_message"]
)
def test_an_act_that_goes_on_under_a_freeze_is_unknown_within_half_a_minute_and_said_so(
    engine: Engine, command: str
) -> None:
    # given an act that a worker is inside of, and a freeze
    with slow(engine, Effect.ACT) as (posted, run, hand, let_go):
        assert "is frozen" in gives(engine, "adam", command).markdown

        # when it has some seconds to end by itself, then it is left alone; after that it is not
        swept(engine, 1)
        assert calls_of(engine, run)[0].status is State.RUNNING
        swept(engine, 27)
        assert calls_of(engine, run)[0].status is State.UNKNOWN
        engine.work()
        [told] = [one for one in engine.answers(posted) if "may or may not have happened" in one]
        assert "broken off, because" in told
        assert "is frozen" in told

        # when its thread ends after all, then that is recorded, and nothing was done twice
        let_go()
    until(lambda: calls_of(engine, run)[0].status is State.SUCCEEDED, "the late result is recorded")
    engine.work()
    assert hand.done == ["once"]


@pytest.mark.law("E14")
def test_a_read_under_a_freeze_is_stopped(engine: Engine) -> None:
    # given a read that a worker is inside of, when its channel is frozen for half a minute
    with slow(engine, Effect.READ) as (_, run, _hand, let_go):
        gives(engine, "adam", "freeze")
        swept(engine, 27)

        # then it is stopped, and what its thread brings later changes nothing
        assert calls_of(engine, run)[0].status is State.STOPPED
        let_go()
    assert calls_of(engine, run)[0].status is State.STOPPED


@pytest.mark.law("E14")
@pytest.mark.law("E18")
def test_a_write_with_a_key_waits_for_the_thaw_and_is_done_under_the_same_key(engine: Engine) -> None:
    # given a write with a key that a worker is inside of and never comes back from
    with slow(engine, Effect.WRITE, KeyProof(lives=3_600)) as (_, run, hand, let_go):
        gives(engine, "adam", "freeze")
        swept(engine, 27)

        # when workers look at it under the freeze, then it is nobody's and neither repeated nor called unknown
        for seconds in (100, 200, 300):
            move(engine.journal.database.clock, seconds)
            while execute(engine.room):
                pass
        [call] = calls_of(engine, run)
        assert (call.status, call.lease_owner) == (State.RUNNING, None)
        assert hand.done == ["once"]

        # when it is thawed, then another worker does it under its key
        hand.does = lambda what: None
        says(engine.rehearsal, "Done.")
        gives(engine, "adam", "thaw")
        move(engine.journal.database.clock, 400)
        engine.work()
        assert calls_of(engine, run)[0].status is State.SUCCEEDED
        assert hand.done == ["once", "once"]
        let_go()


@pytest.mark.law("E14")
def test_what_was_thawed_before_it_could_be_broken_off_goes_on(engine: Engine) -> None:
    # given a call that runs under a freeze which a sweep has seen
    with slow(engine, Effect.ACT) as (_, run, hand, let_go):
        gives(engine, "adam", "freeze workspace")
        [seen] = engine.journal.read(lambda tx: freezes.standing(tx, run.workspace_id))
        [call] = calls_of(engine, run)

        # when it is thawed before the sweep comes to it
        gives(engine, "adam", "thaw workspace")
        break_off(engine.room, run.id, call.id, seen)

        # then its worker keeps it, and it ends as if nothing had been
        assert calls_of(engine, run)[0].status is State.RUNNING
        let_go()
    [after] = calls_of(engine, run)
    assert (after.status, hand.done) == (State.SUCCEEDED, ["once"])
