"""What an operator can see of a Run, and how they end one that stands still."""

import json

import pytest

from agents.engine.advance import advance
from agents.errors import NotFound
from agents.journal import audit
from agents.runs.account import account
from agents.runs.life import Run, State
from agents.runs.operating import stop
from agents.runs.retry import retry
from app.account_lines import lines
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.workers import LEASE, begun, calls_of, claimed
from tools.contract import Effect


def told(engine: Engine, run: Run) -> str:
    """Return a Run's account as a terminal shows it."""
    found = engine.journal.read(lambda tx: account(tx, run.workspace_id, run.number))
    assert found is not None
    assert json.loads(json.dumps(found)) == found
    return "\n".join(lines(found))


def test_an_account_tells_who_was_lost_who_took_over_and_what_broke(engine: Engine) -> None:
    # given a Run that lost a worker in a tool call, and whose next model call then had no room
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look at everything")
    assert f"#{run.number:<6} queued" in told(engine, run)
    advance(engine.room)
    assert begun(engine, calls_of(engine, run)[0].id) is not None
    assert "call look: running, allow by " in told(engine, run)
    assert "held by elsewhere, process 1" in told(engine, run)
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "rate_limit", "retry_after": 60})
    move(engine.journal.database.clock, LEASE + 1)
    says(engine.rehearsal, "Looked.")
    engine.work()

    # when an operator looks at it, then all of it is there, and nothing that people said
    seen = told(engine, run)
    assert "waiting" in seen
    assert "due in " in seen
    assert "took over a tool call of elsewhere, process 1, of which nothing had come for 3" in seen
    assert "lease lost " in seen
    assert "turn broken " in seen
    assert ": 429 rate_limit" in seen
    assert ", 2 attempts" in seen
    assert "everything" not in seen

    # when it has ended, then so is its last message
    move(engine.journal.database.clock, LEASE + 90)
    engine.work()
    assert "message answer: sent, the last one" in told(engine, run)


def test_there_is_no_account_of_what_is_not_there(engine: Engine) -> None:
    # given no such Run, when looked for, then there is none
    _, run = engine.asks("ann", "hello")
    assert engine.journal.read(lambda tx: account(tx, run.workspace_id, 999)) is None
    engine.work()


@pytest.mark.law("E14")
@pytest.mark.failure_mode(42)
def test_an_operator_ends_a_run_that_a_worker_holds_and_the_thread_is_free_again(engine: Engine) -> None:
    # given a Run that a worker holds which never comes back, and whose lease is still alive
    posted, run = engine.asks("ann", "hello")
    claimed(engine, run.id)

    # when an operator stops it
    engine.journal.write(lambda tx: stop(tx, run.workspace_id, run.number, operator="ops"))
    engine.work()

    # then it has ended, the thread says so, and the trail names the operator
    assert engine.run(run.id).status is State.STOPPED
    assert engine.answers(posted)[0].startswith("Stopped by whoever runs Tagwork. ")
    trail = engine.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    [stopped] = [line for line in trail if line.event == "run:stopped"]
    assert stopped.actor == "operator:ops"

    # and the next message of the thread is heard, as is a retry
    says(engine.rehearsal, "I am here.")
    _, next_run = engine.asks("ann", "and now?", thread=posted.ts)
    engine.work()
    assert engine.run(next_run.id).status is State.DONE
    assert engine.journal.write(lambda tx: retry(tx, run.workspace_id, run.number, actor="operator:ops"))
    engine.work()


def test_only_what_is_there_and_has_not_ended_can_be_stopped(engine: Engine) -> None:
    # given a Run that has ended
    _, run = engine.asks("ann", "hello")
    engine.work()

    # when an operator stops it, or one that is not there, then they are told
    for number, words in ((run.number, "has already ended: done"), (999, "there is no run #999")):
        with pytest.raises(NotFound, match=words):
            engine.journal.write(lambda tx, n=number: stop(tx, run.workspace_id, n, operator="ops"))  # type: ignore[misc]
