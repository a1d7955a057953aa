"""What a lost worker held is taken over, and the trail says so once for each worker that a Run lost."""

import json
from typing import Any

import pytest

from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.owner import this_process
from agents.journal import audit
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.workers import ELSEWHERE, LEASE, begun, calls_of, claimed, deliveries_of, lost_while_sending
from tools.contract import Effect


def told(engine: Engine, run_id: str, event: str) -> list[dict[str, Any]]:
    """Return what the trail says of this Run under an event's name."""
    workspace_id = engine.run(run_id).workspace_id
    lines = engine.journal.read(lambda tx: audit.of_run(tx.connection, workspace_id, run_id))
    return [json.loads(line.data) for line in lines if line.event == event]


@pytest.mark.law("E6")
def test_a_run_whose_worker_vanished_is_taken_over_and_the_trail_names_both(engine: Engine) -> None:
    # given a Run whose worker vanished in the middle of a Turn
    _, run = engine.asks("ann", "hello")
    claimed(engine, run.id)
    move(engine.journal.database.clock, LEASE + 1)

    # when another takes it up
    engine.work()

    # then it comes to its end, and the trail says once who lost it, who took over, what, and how long nothing came
    assert engine.run(run.id).status is State.DONE
    [recovered] = told(engine, run.id, "run:recovered")
    assert recovered["lost"] == ELSEWHERE
    assert recovered["worker"] == this_process()
    assert recovered["of"] == "run"
    assert recovered["silent_us"] >= LEASE * 1_000_000
    assert [one["worker"] for one in told(engine, run.id, "run:lease_lost")] == [ELSEWHERE]


def test_one_death_is_one_recovery_however_much_the_dead_held(engine: Engine) -> None:
    # given two calls of a Run side by side, both lost with one worker
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look twice")
    advance(engine.room)
    for call in calls_of(engine, run):
        assert begun(engine, call.id) is not None
    move(engine.journal.database.clock, LEASE + 1)

    # when others take them over
    says(engine.rehearsal, "Looked.")
    engine.work()

    # then each lost lease stands on the trail, and the Run was recovered once
    assert len(told(engine, run.id, "tool_call:lease_lost")) == 2
    assert [one["of"] for one in told(engine, run.id, "run:recovered")] == ["tool_call"]


def test_an_answer_that_is_lost_while_it_is_sent_is_a_recovery_too(engine: Engine) -> None:
    # given an answer whose sender vanished
    says(engine.rehearsal, "The answer.")
    posted, run = engine.asks("ann", "hello")
    advance(engine.room)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    lost_while_sending(engine, last.id)
    move(engine.journal.database.clock, LEASE * 2 + 1)

    # when another takes it over, and believes on its second look that it is not there
    deliver(engine.room)
    move(engine.journal.database.clock, LEASE * 2 + 8)
    engine.work()

    # then people have it once, and the trail tells
    assert engine.answers(posted) == ["The answer."]
    [lost] = told(engine, run.id, "delivery:lease_lost")
    assert lost["delivery"] == last.id
    assert [one["of"] for one in told(engine, run.id, "run:recovered")] == ["delivery"]
