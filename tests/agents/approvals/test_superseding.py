"""E14: what a Run asked about ends with it, in the transaction that ends it, and the card says why."""

import pytest

from agents.approvals import superseding
from agents.approvals.life import State
from agents.journal import runs
from agents.journal.transaction import Transaction
from tests.given.asked import asked
from tests.given.engines import Engine
from tests.given.plain_tools import Hand
from tests.given.steering import actions_in
from tests.given.time import move
from tests.laws.test_approvals import proposed

HOUR = 3_600


@pytest.mark.law("E14")
def test_whoever_stops_a_run_takes_back_all_that_it_asks_and_its_card_says_so(engine: Engine) -> None:
    # given two calls on one card
    posted, run = proposed(engine, Hand(), "hello", "bye")

    # when Ann stops the Run
    _, receipt = engine.says("ann", "stop", thread=posted.ts, addressed=False)
    engine.judged(receipt)
    assert [(one.status, one.cause) for one in asked(engine, run)] == [(State.SUPERSEDED, "stopped")] * 2

    # then the card says so of both, and has nothing to press
    engine.work()
    card = engine.messages(posted)[0]
    assert str(card["blocks"]).count("The request was stopped.") == 2
    assert actions_in(card["blocks"]) == []


def test_what_was_taken_back_before_is_left_as_it_is(engine: Engine, broken_on_purpose: None) -> None:
    # given a call that has waited for two hours, and is taken back for a cause of its own
    _, run = proposed(engine, Hand(), "hello")
    [stale] = asked(engine, run)
    move(engine.journal.database.clock, 2 * HOUR)

    def twice(tx: Transaction) -> None:
        standing = runs.lock(tx, run.id)
        assert standing is not None
        superseding.supersede(engine.room.hand, tx, standing, stale, superseding.WITHDRAWN)
        superseding.supersede(engine.room.hand, tx, standing, stale, superseding.STOPPED)

    # when someone takes it back once more, then the first cause stands, and its time is counted once
    engine.journal.write(twice)
    assert [(one.status, one.cause) for one in asked(engine, run)] == [(State.SUPERSEDED, "withdrawn")]
    assert 2 * HOUR <= engine.run(run.id).waited_us / 1_000_000 < 3 * HOUR
