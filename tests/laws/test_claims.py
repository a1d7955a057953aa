"""E6: a claim counts attempts, and the fifth without a result ends the row with its cause."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agents.deliveries.life import State as DeliveryState
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.engine.owner import is_dead, this_process
from agents.engine.room import MOST_ATTEMPTS
from agents.engine.sweeper import find_sweeps
from agents.errors import NotFound
from agents.journal import deliveries, delivery_order, inputs, runs
from agents.runs.life import State
from agents.runs.retry import retry
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip
from tests.given.replies import last_sent, says, uses
from tests.given.time import move
from tests.given.waiting import until
from tests.given.workers import LEASE, begun, calls_of, claimed, deliveries_of, lost_while_sending
from tools.contract import Effect, KeyProof

ROOT = Path(__file__).parents[2]
SAY_WHO = (
    "import sys; from agents.engine.owner import this_process; print(this_process(), flush=True); sys.stdin.read()"
)


def lose(engine: Engine, run_id: str, times: int) -> float:
    """Claim a Run and lose its worker so many times; returns how far the clock was moved."""
    for at in range(1, times + 1):
        claimed(engine, run_id)
        move(engine.journal.database.clock, at * (LEASE + 1))
    return times * (LEASE + 1)


@pytest.mark.law("E6")
@pytest.mark.failure_mode(42)
def test_the_fifth_claim_of_a_run_without_a_result_is_its_last_and_the_thread_is_told(engine: Engine) -> None:
    # given a Run that has taken five workers with it
    posted, run = engine.asks("ann", "hello")
    lose(engine, run.id, MOST_ATTEMPTS)

    # when another takes it up
    engine.work()

    # then it has failed, with the cause kept, and people can read a sentence about it
    standing = engine.run(run.id)
    assert standing.status is State.FAILED
    assert standing.cause == "attempts: lease lost"
    assert "tried five times" in engine.answers(posted)[0]
    assert len(engine.answers(posted)) == 1


@pytest.mark.law("E6")
def test_four_lost_workers_do_not_end_a_run_and_a_result_begins_the_count_anew(engine: Engine) -> None:
    # given a Run that has taken four workers with it, and a tool that takes two calls
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    posted, run = engine.asks("ann", "hello")
    lose(engine, run.id, MOST_ATTEMPTS - 1)

    # when the next has one Turn stored
    assert advance(engine.room)

    # then the count is back at nothing, and the Run comes to its end
    assert engine.run(run.id).attempts == 0
    says(engine.rehearsal, "Looked.")
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["Looked."]


@pytest.mark.law("E6")
@pytest.mark.parametrize(
    ("effect", "lives", "fate", "word"),
    [
        (Effect.READ, None, CallState.FAILED, "given up"),
        (Effect.WRITE, 10_000, CallState.UNKNOWN, "unknown"),
    ],
)
def test_the_fifth_claim_of_a_call_without_a_result_is_its_last(
    engine: Engine, effect: Effect, lives: int | None, fate: CallState, word: str
) -> None:
    # given a call that has taken five workers with it
    hand = Hand()
    equip(engine, hand.tool("go", effect, proof=KeyProof(lives) if lives else None))
    uses(engine.rehearsal, ("go", "one"), ("go", "two"))
    _, run = engine.asks("ann", "go")
    advance(engine.room)
    call = calls_of(engine, run)[0]
    for at in range(1, MOST_ATTEMPTS + 1):
        assert begun(engine, call.id) is not None
        move(engine.journal.database.clock, at * (LEASE + 1))

    # when another takes it up
    says(engine.rehearsal, "That did not work.")
    engine.work()

    # then it has ended without running again, and the model was told
    assert {one.id: one.status for one in calls_of(engine, run)}[call.id] is fate
    assert "one" not in hand.done
    assert word in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E6")
def test_a_delivery_of_which_every_try_is_lost_is_given_up_at_the_fifth(engine: Engine) -> None:
    # given an answer of which no try ever arrives, though nobody can say so at once
    says(engine.rehearsal, "The answer.")
    _, run = engine.asks("ann", "hello")
    advance(engine.room)
    engine.rehearsal.fault("http_500", "chat.postMessage", times=50, channel="sales")

    # when workers try for as long as they may
    for at in range(1, 60):
        engine.work()
        last = next(one for one in deliveries_of(engine, run) if one.terminal)
        if last.status is DeliveryState.GIVEN_UP:
            break
        move(engine.journal.database.clock, at * 6.0)

    # then it was tried five times and then given up with its cause
    assert last.status is DeliveryState.GIVEN_UP
    assert last.cause is not None
    assert last.cause.startswith("attempts: ")
    tries = [call for call in engine.rehearsal.calls("chat.postMessage") if not call["took_effect"]]
    assert len(tries) == MOST_ATTEMPTS


@pytest.mark.law("E6")
def test_a_delivery_that_kills_its_worker_every_time_is_given_up(engine: Engine) -> None:
    # given an answer that is being sent when its worker dies, and looked for before every next try
    says(engine.rehearsal, "The answer.")
    _, run = engine.asks("ann", "hello")
    advance(engine.room)
    last = next(one for one in deliveries_of(engine, run) if one.terminal)
    ahead = 0.0

    # when this happens again and again
    for _ in range(2 * MOST_ATTEMPTS):
        if not engine.journal.read(lambda tx: delivery_order.due(tx, 5)):
            break
        lost_while_sending(engine, last.id)
        engine.journal.write(lambda tx: deliveries.set_fields(tx, last.id, absent_at=None))
        ahead += LEASE + 1
        move(engine.journal.database.clock, ahead)
        deliver(engine.room)  # waits for the lost worker's last call to end
        ahead += LEASE
        move(engine.journal.database.clock, ahead)
        deliver(engine.room)  # looks for it, does not find it, and will look again
        ahead += 6
        move(engine.journal.database.clock, ahead)
    deliver(engine.room)

    # then there is an end to it
    standing = next(one for one in deliveries_of(engine, run) if one.terminal)
    assert standing.status is DeliveryState.GIVEN_UP


@pytest.mark.law("E6")
def test_a_dead_process_of_this_machine_is_buried_at_once_and_a_living_one_never(engine: Engine) -> None:
    # given two processes, each of which holds a Run
    children = [
        subprocess.Popen(
            [sys.executable, "-c", SAY_WHO], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    owners = [child.stdout.readline().strip() for child in children if child.stdout]
    held = [engine.asks("ann", "hello")[1].id for _ in owners]
    for run_id, owner in zip(held, owners, strict=True):
        claimed(engine, run_id, owner)
    bury = next(sweep for sweep in find_sweeps() if sweep.name == "dead owners").begin()

    # when one is killed, not even reaped yet, and the sweep comes by
    os.kill(children[0].pid, signal.SIGKILL)
    until(lambda: is_dead(owners[0]), "the process is known to be dead")
    bury(engine.room)

    # then its Run may be claimed at once, the other's may not
    assert [row[0] for row in engine.journal.read(lambda tx: runs.due(tx, 9))] == [held[0]]
    assert not is_dead(owners[1])
    for child in children:
        child.kill()
        child.communicate()


@pytest.mark.law("E6")
@pytest.mark.parametrize("part", ["host", "boot", "namespace"])
def test_nobody_is_called_dead_from_another_machine_boot_or_namespace(part: str) -> None:
    # given the name of a process that is not here, on a machine that differs in one part
    host, boot, namespace, _, _ = this_process().split("|")
    parts = {"host": host, "boot": boot, "namespace": namespace} | {part: "other"}

    # when asked, then nothing is known of it, while at home it would be dead
    assert not is_dead("|".join([*parts.values(), "999999999", "1"]))
    assert is_dead("|".join([host, boot, namespace, "999999999", "1"]))
    assert not is_dead(this_process())


@pytest.mark.law("E6")
def test_a_pid_that_was_given_to_another_process_is_not_taken_for_its_owner() -> None:
    # given the name of a process that had our pid before us, when asked, then it is dead
    assert is_dead(this_process().rpartition("|")[0] + "|1")


@pytest.mark.law("E6")
def test_a_failed_run_is_begun_anew_from_copies_of_its_inputs(engine: Engine) -> None:
    # given a Run that failed
    posted, run = engine.asks("ann", "hello")
    lose(engine, run.id, MOST_ATTEMPTS)
    engine.work()
    said = engine.journal.read(lambda tx: inputs.of_run(tx, run.id))

    # when an operator retries it
    number = engine.journal.write(lambda tx: retry(tx, run.workspace_id, run.number, actor="operator:ops"))
    again = engine.journal.read(lambda tx: runs.numbered(tx, run.workspace_id, number))
    assert again is not None

    # then a Run of its own has the same request, and answers it; the failed one stands as it was
    copies = engine.journal.read(lambda tx: inputs.of_run(tx, again))
    assert [one.content_id for one in copies] == [one.content_id for one in said]
    assert engine.journal.read(lambda tx: inputs.any_unread(tx, again))
    says(engine.rehearsal, "Now it works.")
    engine.work()
    assert engine.run(again).status is State.DONE
    assert engine.run(run.id).status is State.FAILED
    assert "Now it works." in engine.answers(posted)


@pytest.mark.law("E6")
@pytest.mark.law("E11")
def test_no_run_is_begun_anew_beside_one_that_has_not_ended(engine: Engine) -> None:
    # given a thread whose first Run failed and whose second goes on
    posted, run = engine.asks("ann", "hello")
    lose(engine, run.id, MOST_ATTEMPTS)
    engine.work()
    _, receipt = engine.says("ann", "again", thread=posted.ts)
    second = engine.run(engine.judged(receipt).run_id)

    # when an operator retries either, or one that never was, then it is refused
    for number in (run.number, second.number, 999):
        with pytest.raises(NotFound):
            engine.journal.write(lambda tx, n=number: retry(tx, run.workspace_id, n, actor="operator:ops"))  # type: ignore[misc]
    engine.work()


@pytest.mark.law("E6")
def test_a_claim_that_gave_its_call_back_cost_it_no_attempt(engine: Engine) -> None:
    # given a write that can be found again and lost its worker
    hand = Hand()
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"))
    _, run = engine.asks("ann", "look")
    advance(engine.room)

    # when workers work, then nothing that succeeded counts as an attempt
    says(engine.rehearsal, "Looked.")
    while execute(engine.room):
        assert engine.run(run.id).attempts == 0
    engine.work()
    assert engine.run(run.id).status is State.DONE
