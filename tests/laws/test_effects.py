"""E17 to E20: waiting, proofs, the unknown, and the gate at the effect."""

import threading

import pytest

from agents.engine import settle
from agents.engine.advance import advance
from agents.engine.ending import fail
from agents.engine.execute import execute
from agents.engine.running import Running
from agents.journal import runs
from agents.journal.transaction import Transaction
from agents.messages import Press
from agents.runs.life import Run, State
from agents.toolcalls.life import State as CallState
from agents.toolcalls.results import Outcome
from tests.given.asked import ANN, asked, votes
from tests.given.engines import Engine
from tests.given.plain_tools import Hand, equip, with_policy
from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, last_sent, release_model, says, sent, until_model_held, uses
from tests.given.time import move
from tests.given.waiting import at_once
from tests.given.workers import ELSEWHERE, LEASE, another_room, begun, calls_of
from tools.contract import Effect, KeyProof, ToolFailed, Unavailable

UNSURE = "may or may not have happened"


def lost_act(engine: Engine, hand: Hand) -> tuple[Posted, Run, Running]:
    """A Run whose act was begun by a worker that was then lost; another has found that out."""
    equip(engine, hand.tool("send", Effect.ACT), hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("send", "one"), ("look", "two"))
    posted, run = engine.asks("ann", "send it")
    advance(engine.room)
    act = next(call for call in calls_of(engine, run) if call.tool == "send")
    lost = begun(engine, act.id)
    assert lost is not None
    move(engine.journal.database.clock, LEASE + 1)
    assert execute(engine.room, act.id)
    return posted, run, lost


def late_result(engine: Engine, lost: Running, outcome: Outcome) -> bool:
    """The lost worker wakes up and settles what it had begun."""
    room = another_room(engine, ELSEWHERE)

    def write(tx: Transaction) -> bool:
        run = runs.lock(tx, lost.call.run_id)
        assert run is not None
        return settle.settle(room.hand, tx, run, lost.call, outcome, fence=lost.call.fence)

    return engine.journal.write(write)


def status_of(engine: Engine, run: Run, tool: str) -> CallState:
    """Return how the Run's first call of a tool stands."""
    return next(call.status for call in calls_of(engine, run) if call.tool == tool)


@pytest.mark.law("E17")
def test_a_call_that_is_asked_to_wait_is_allowed_again_and_due_later_at_no_cost(engine: Engine) -> None:
    # given a read that the other side asks to wait, seven times
    asked: list[str] = []

    def busy(what: str) -> None:
        asked.append(what)
        if len(asked) <= 7:
            raise Unavailable("busy", retry_after=20)

    hand = Hand(does=busy)
    equip(engine, hand.tool("look", Effect.READ))
    uses(engine.rehearsal, ("look", "one"), ("look", "one"))
    says(engine.rehearsal, "Looked.")
    _, run = engine.asks("ann", "look")
    advance(engine.room)
    call = calls_of(engine, run)[0]

    # when it waits each time as asked
    for at in range(1, 5):
        assert execute(engine.room, call.id)
        standing = next(one for one in calls_of(engine, run) if one.id == call.id)
        assert (standing.status, standing.attempts, standing.lease_owner) == (CallState.ALLOWED, 0, None)
        assert standing.due_at is not None
        move(engine.journal.database.clock, at * 21.0)
    asked.extend(["enough"] * 7)
    engine.work()

    # then it comes to its end
    assert {one.status for one in calls_of(engine, run)} == {CallState.SUCCEEDED}
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E18")
def test_a_lost_write_past_its_keys_life_is_unknown(engine: Engine) -> None:
    # given a write whose key the other side honours for ten seconds, lost for longer
    hand = Hand()
    equip(engine, hand.tool("keep", Effect.WRITE, proof=KeyProof(lives=10)))
    uses(engine.rehearsal, ("keep", "one"), ("keep", "two"))
    says(engine.rehearsal, "I cannot tell.")
    posted, run = engine.asks("ann", "keep it")
    advance(engine.room)
    call = calls_of(engine, run)[0]
    assert begun(engine, call.id) is not None
    move(engine.journal.database.clock, LEASE + 1)

    # when another takes it up, then it is not repeated
    engine.work()
    assert {one.id: one.status for one in calls_of(engine, run)}[call.id] is CallState.UNKNOWN
    assert hand.done == ["two"]
    assert any(UNSURE in text for text in engine.answers(posted))


@pytest.mark.law("E18")
def test_a_write_without_a_proof_is_an_act(engine: Engine) -> None:
    # given a write that declares no proof, lost while it ran
    hand = Hand()
    equip(engine, hand.tool("keep", Effect.WRITE))
    uses(engine.rehearsal, ("keep", "one"), ("keep", "two"))
    says(engine.rehearsal, "I cannot tell.")
    _, run = engine.asks("ann", "keep it")
    advance(engine.room)
    call = calls_of(engine, run)[0]
    assert call.effect is Effect.ACT
    assert begun(engine, call.id) is not None
    move(engine.journal.database.clock, LEASE + 1)

    # when another takes it up, then it is unknown
    engine.work()
    assert {one.id: one.status for one in calls_of(engine, run)}[call.id] is CallState.UNKNOWN


@pytest.mark.law("E19")
@pytest.mark.failure_mode(45)
def test_a_proposal_equal_to_one_that_is_unknown_is_asked_about_and_people_are_warned(engine: Engine) -> None:
    # given a thread with an act of which nobody knows whether it happened, and a model that wants it again
    hand = Hand()
    posted, run, _ = lost_act(engine, hand)
    uses(engine.rehearsal, ("send", "one"), ("send", "other"))

    # when workers work
    engine.work()

    # then the equal one asks, and its card says that the first may have happened; one with other arguments runs
    assert [call.status for call in calls_of(engine, run) if call.rule == "may-have-happened"] == [CallState.ASKED]
    assert "may already have happened" in str([one["blocks"] for one in engine.messages(posted)])
    assert sorted(hand.done) == ["other", "two"]

    # and when it is refused, and a later Run of the same thread wants it, then it asks there too
    says(engine.rehearsal, "I will not send it twice.")
    votes(engine, posted, run, Press.REFUSE, asked(engine, run)[0].id, user=ANN)
    engine.work()
    uses(engine.rehearsal, ("send", "one"), ("look", "three"))
    _, receipt = engine.says("ann", "send it again", thread=posted.ts)
    engine.work()
    second = engine.run(receipt.run_id)
    assert status_of(engine, second, "send") is CallState.ASKED
    assert [one.warns for one in asked(engine, second)] == [True]
    assert "one" not in hand.done


@pytest.mark.law("E19")
def test_a_late_true_result_is_recorded_and_read_by_the_next_turn(engine: Engine) -> None:
    # given an act that is unknown, of which the model was not told yet
    hand = Hand()
    _, run, lost = lost_act(engine, hand)
    says(engine.rehearsal, "It was sent.")

    # when its worker comes with the truth after all
    assert late_result(engine, lost, Outcome("sent: one"))
    engine.work()

    # then it is recorded, and the model read it instead of the doubt
    assert status_of(engine, run, "send") is CallState.SUCCEEDED
    assert "sent: one" in last_sent(engine.rehearsal)


@pytest.mark.law("E19")
@pytest.mark.parametrize(("failed", "fate"), [(False, CallState.SUCCEEDED), (True, CallState.FAILED)])
def test_a_late_true_result_that_comes_while_the_model_reads_the_doubt_is_told_next(
    engine: Engine, failed: bool, fate: CallState
) -> None:
    # given a Turn under way that was sent "unknown"
    hand = Hand()
    posted, run, lost = lost_act(engine, hand)
    says(engine.rehearsal, "I cannot tell.")
    says(engine.rehearsal, "Now I can.")
    execute(engine.room)
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when the truth comes at that moment
        assert late_result(engine, lost, Outcome("the truth", failed))
        release_model(engine.rehearsal)
        working.result()
    engine.work()

    # then it is recorded, and the Run does not end before the model has read it
    assert status_of(engine, run, "send") is fate
    assert "after all" in last_sent(engine.rehearsal)
    assert "the truth" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE
    assert "Now I can." in engine.answers(posted)


@pytest.mark.law("E19")
def test_a_late_true_result_after_the_runs_end_is_told_to_the_thread(engine: Engine) -> None:
    # given a Run that ended with an act unknown
    posted, run, lost = lost_act(engine, Hand())
    says(engine.rehearsal, "I cannot tell.")
    engine.work()
    assert engine.run(run.id).status is State.DONE

    # when the truth comes, then people read it in the thread, and the call is settled
    assert late_result(engine, lost, Outcome("sent: one"))
    engine.work()
    assert status_of(engine, run, "send") is CallState.SUCCEEDED
    assert any("has succeeded after all" in text for text in engine.answers(posted))
    assert not late_result(engine, lost, Outcome("sent: one"))


@pytest.mark.law("E20")
@pytest.mark.failure_mode(67)
@pytest.mark.parity("Action checker", "match")
def test_a_call_that_the_policy_does_not_allow_any_more_is_denied_at_its_claim(engine: Engine) -> None:
    # given two writes that were allowed when the model proposed them
    hand = Hand()
    equip(engine, hand.tool("keep", Effect.WRITE, proof=KeyProof(1_000)), hand.tool("send", Effect.ACT))
    uses(engine.rehearsal, ("keep", "one"), ("send", "two"))
    says(engine.rehearsal, "Not allowed.")
    _, run = engine.asks("ann", "do both")
    advance(engine.room)
    assert {call.status for call in calls_of(engine, run)} == {CallState.ALLOWED}

    # when the policy changes before a worker claims them
    with_policy(engine, "keep")
    engine.work()

    # then only the one that still stands has run, and the model was told why the other has not
    assert hand.done == ["one"]
    assert status_of(engine, run, "send") is CallState.DENIED
    assert "No rule allows send here" in last_sent(engine.rehearsal)
    assert engine.run(run.id).status is State.DONE


@pytest.mark.law("E20")
def test_a_call_of_a_run_that_has_ended_does_not_begin(engine: Engine) -> None:
    # given two calls of a Run, one of which a worker holds when the Run is ended
    hand = Hand()
    equip(engine, hand.tool("keep", Effect.WRITE, proof=KeyProof(1_000)))
    uses(engine.rehearsal, ("keep", "one"), ("keep", "two"))
    posted, run = engine.asks("ann", "keep both")
    advance(engine.room)
    first, second = calls_of(engine, run)
    assert begun(engine, first.id) is not None

    def end(tx: Transaction) -> bool:
        standing = runs.lock(tx, run.id)
        assert standing is not None
        return fail(engine.room.hand, tx, standing, "test", "I had to stop.", fence=None)

    assert engine.journal.write(end)
    assert {one.id: one.status for one in calls_of(engine, run)}[second.id] is CallState.STOPPED

    # when the worker of the first is lost, and another finds its call
    move(engine.journal.database.clock, LEASE + 1)
    engine.work()

    # then nothing was repeated for a Run that is over, and people know that it may have happened
    assert hand.done == []
    assert {one.id: one.status for one in calls_of(engine, run)}[first.id] is CallState.UNKNOWN
    assert any(UNSURE in text for text in engine.answers(posted))


@pytest.mark.law("E20")
def test_a_write_that_was_lost_and_is_not_allowed_any_more_is_unknown_and_not_denied(engine: Engine) -> None:
    # given a write that was lost while it ran, and a policy that lists it no longer
    hand = Hand()
    equip(engine, hand.tool("keep", Effect.WRITE, proof=KeyProof(1_000)))
    uses(engine.rehearsal, ("keep", "one"), ("keep", "two"))
    says(engine.rehearsal, "I cannot tell.")
    _, run = engine.asks("ann", "keep both")
    advance(engine.room)
    first, second = calls_of(engine, run)
    assert begun(engine, first.id) is not None
    with_policy(engine)
    move(engine.journal.database.clock, LEASE + 1)

    # when workers work, then the one that may have happened is not called denied
    engine.work()
    statuses = {one.id: one.status for one in calls_of(engine, run)}
    assert (statuses[first.id], statuses[second.id]) == (CallState.UNKNOWN, CallState.DENIED)
    assert hand.done == []


@pytest.mark.law("E20")
def test_what_a_tool_says_of_its_failure_is_its_result_and_what_it_must_not_raise_is_not(engine: Engine) -> None:
    # given a read that fails as a tool may, one that breaks as no tool may, and an act that breaks
    said: dict[str, Exception] = {"one": ToolFailed("No such page."), "two": KeyError("secret"), "three": OSError()}
    started = threading.Event()

    def fall(what: str) -> None:
        started.set()
        raise said[what]

    hand = Hand(does=fall)
    equip(engine, hand.tool("look", Effect.READ), hand.tool("send", Effect.ACT))
    uses(engine.rehearsal, ("look", "one"), ("look", "two"), ("send", "three"))
    says(engine.rehearsal, "It did not work.")
    _, run = engine.asks("ann", "do it all")

    # when workers work
    engine.work()

    # then the first two have failed with a reason, the act is unknown, and nothing ran twice
    assert [call.status for call in calls_of(engine, run)] == [CallState.FAILED, CallState.FAILED, CallState.UNKNOWN]
    assert "No such page." in last_sent(engine.rehearsal)
    assert "secret" not in last_sent(engine.rehearsal)
    assert sorted(hand.done) == ["one", "three", "two"]
    assert len(sent(engine.rehearsal)) == 2
