"""E11: a Thread has at most one root Run that has not ended. E12: a Turn consumes what it was sent, and no more."""

import pytest
from sqlalchemy.exc import IntegrityError

from agents.deliveries.life import Kind
from agents.engine.advance import advance
from agents.journal import inputs, runs, threads
from agents.journal.transaction import Journal
from agents.posts import Became
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.replies import hold_model, last_sent, release_model, says, sent, until_model_held
from tests.given.waiting import at_once, held_open, until_stuck
from tests.given.workers import deliveries_of
from tests.given.workspaces import a_thread, a_workspace


@pytest.mark.law("E11")
def test_two_mentions_in_one_thread_that_are_taken_in_at_once_make_one_run(postgres_engine: Engine) -> None:
    # given a thread in which everything has ended, and two people who mention us there at the same moment
    engine = postgres_engine
    says(engine.rehearsal, "Hello.", times=5)
    posted, first = engine.asks("ann", "hello")
    engine.asks("ben", "hello")
    engine.work()

    # when both posts are taken in at once
    with at_once() as pool:
        held, _ = held_open(pool, engine.journal, lambda tx: threads.lock_by_id(tx, first.thread_id))
        hearing = [pool.submit(engine.says, user, "and the South?", thread=posted.ts) for user in ("ann", "ben")]
        until_stuck(engine.journal, 2)
        held.let_go()
        receipts = [one.result()[1] for one in hearing]

    # then one started a Run and the other joined it
    assert sorted(one.became for one in receipts) == [Became.JOINED, Became.STARTED]
    assert len({one.run_id for one in receipts}) == 1
    engine.work()


@pytest.mark.law("E11")
def test_the_journal_itself_takes_no_second_unended_run(journal: Journal) -> None:
    # given a Thread with a Run that has not ended
    workspace = a_workspace(journal)
    values = {"workspace_id": workspace.id, "thread_id": a_thread(journal, workspace), "request_ts": "1.1"}
    journal.write(lambda tx: runs.create(tx, id="r1", number=1, model="m", requester="U1", **values))

    # when another root Run is to be made there, then it is refused; a child of the first is not
    with pytest.raises(IntegrityError):
        journal.write(lambda tx: runs.create(tx, id="r2", number=2, model="m", requester="U1", **values))
    journal.write(lambda tx: runs.create(tx, id="r3", number=3, model="m", requester="U1", parent_id="r1", **values))


@pytest.mark.law("E11")
@pytest.mark.failure_mode(36)
@pytest.mark.parity("Follow without mention", "match")
def test_every_message_joins_the_run_that_has_not_ended_and_the_next_starts_another(engine: Engine) -> None:
    # given a Run that nobody has begun
    says(engine.rehearsal, "Hello.", times=5)
    posted, run = engine.asks("ann", "hello")

    # when people write in its thread, with and without a mention
    joined = [engine.says("ann", "and the South?", thread=posted.ts, addressed=False)[1]]
    joined.append(engine.says("ann", "hurry", thread=posted.ts)[1])

    # then all of it is this Run's, and one Turn is sent it all
    assert {(one.became, one.run_id) for one in joined} == {(Became.JOINED, run.id)}
    engine.work()
    assert len(sent(engine.rehearsal)) == 1
    assert all(words in last_sent(engine.rehearsal) for words in ("hello", "and the South?", "hurry"))

    # when the Run has ended, then a reply starts the next, with or without a mention
    assert engine.says("ann", "thanks", thread=posted.ts, addressed=False)[1].became is Became.STARTED
    engine.work()
    assert engine.says("ann", "once more", thread=posted.ts)[1].became is Became.STARTED
    engine.work()


@pytest.mark.law("E12")
@pytest.mark.failure_mode(35)
@pytest.mark.parity("Anyone steers", "match")
def test_an_input_that_arrives_during_a_turn_is_read_by_the_next_before_the_run_ends(engine: Engine) -> None:
    # given a Turn whose model call is under way
    says(engine.rehearsal, "North missed it.")
    says(engine.rehearsal, "South did not.")
    posted, run = engine.asks("ann", "which region missed its target?")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when a follow-up arrives, and then the answer to the first
        _, receipt = engine.says("ann", "and the South?", thread=posted.ts)
        assert receipt.became is Became.JOINED
        release_model(engine.rehearsal)
        working.result()

    # then the first Turn consumed only what it was sent, and the second the follow-up
    read_in = [one.read_in_turn for one in engine.journal.read(lambda tx: inputs.of_run(tx, run.id))]
    assert None not in read_in
    assert len(set(read_in)) == 2

    # and people saw the first text as an interim message before the answer, in that order
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert [one.kind for one in deliveries_of(engine, run)][:2] == [Kind.INTERIM, Kind.ANSWER]
    first, last = engine.answers(posted)
    assert first == "North missed it."
    assert last.startswith("South did not.")


@pytest.mark.law("E12")
def test_what_a_broken_turn_was_sent_is_sent_again(engine: Engine) -> None:
    # given a Turn whose reply breaks off
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "cut", "count": 1, "after": 2})
    says(engine.rehearsal, "Hello.", times=2)
    _, run = engine.asks("ann", "hello there")
    advance(engine.room)

    # then it consumed nothing
    assert engine.journal.read(lambda tx: inputs.any_unread(tx, run.id))

    # when the Turn is made again, then it is sent the same words, and these are read
    engine.journal.write(lambda tx: runs.make_due(tx, run.id))
    engine.work()
    assert "hello there" in last_sent(engine.rehearsal)
    assert not engine.journal.read(lambda tx: inputs.any_unread(tx, run.id))
    assert engine.run(run.id).status is State.DONE
