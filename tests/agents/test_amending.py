"""What someone edits or deletes: changed or taken back before it is read, told to the Run after."""

import json

import pytest

from agents.engine.advance import advance
from agents.journal import content, inputs
from agents.journal.inputs import Input
from agents.posts import Became, Change
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, last_sent, release_model, says, sent, until_model_held
from tests.given.waiting import at_once

ANN, BEN = "U0ANN000001", "U0BEN000001"


def edits(engine: Engine, posted: Posted, before: str, after: str, *, user: str = ANN, at: str = "1.1") -> None:
    """Edit a message."""
    engine.intake.edited(
        Change(
            app_id=engine.rehearsal.app_id,
            team_id=engine.rehearsal.team_id,
            channel=posted.channel,
            ts=posted.ts,
            edited_at=at,
            user_id=user,
            before=before,
            text=after,
        )
    )


def deletes(engine: Engine, posted: Posted) -> None:
    """Delete a message."""
    engine.intake.deleted(engine.rehearsal.app_id, engine.rehearsal.team_id, posted.channel, posted.ts)


def inputs_of(engine: Engine, run_id: str) -> list[Input]:
    """Return a Run's Inputs."""
    return list(engine.journal.read(lambda tx: inputs.of_run(tx, run_id)))


def test_a_request_that_is_edited_before_it_is_read_is_read_as_it_stands(engine: Engine) -> None:
    # given a request that no Turn was sent
    says(engine.rehearsal, "Done.")
    posted, _ = engine.asks("ann", "sum up Q2")

    # when its author edits it
    edits(engine, posted, "sum up Q2", "sum up Q3")
    engine.work()

    # then the model reads the new words, marked, and never the old ones
    assert "sum up Q3" in last_sent(engine.rehearsal)
    assert "(edited)" in last_sent(engine.rehearsal)
    assert "Q2" not in last_sent(engine.rehearsal)


@pytest.mark.parity("Edit / delete", "match")
def test_an_edit_of_what_was_read_is_told_to_the_run_once(engine: Engine) -> None:
    # given a Run whose model is at work
    says(engine.rehearsal, "Q2 was 12.")
    says(engine.rehearsal, "Q3 was 15.")
    posted, run = engine.asks("ann", "sum up Q2")
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when its request is edited, and Slack says so twice
        edits(engine, posted, "sum up Q2", "sum up Q3")
        edits(engine, posted, "sum up Q2", "sum up Q3")
        release_model(engine.rehearsal)
        working.result()
    engine.work()

    # then it goes on with both texts before it ends
    assert [one.kind for one in inputs_of(engine, run.id)] == ["request", "edit"]
    assert "sum up Q2" in last_sent(engine.rehearsal)
    assert "sum up Q3" in last_sent(engine.rehearsal)
    assert engine.run(run.id).turns == 2


@pytest.mark.parity("Edit / delete", "match")
def test_an_edit_after_the_end_starts_nothing(engine: Engine) -> None:
    # given a Run that is done
    says(engine.rehearsal, "Done.")
    posted, run = engine.asks("ann", "sum up Q2")
    engine.work()

    # when its request is edited, then nothing follows
    edits(engine, posted, "sum up Q2", "sum up Q3")
    engine.work()
    assert len(sent(engine.rehearsal)) == 1
    assert len(inputs_of(engine, run.id)) == 1


def test_an_edit_by_someone_else_or_of_an_unknown_message_changes_nothing(engine: Engine) -> None:
    # given a request of Ann's
    posted, run = engine.asks("ann", "sum up Q2")

    # when an edit names another author, or a message that never was an Input
    edits(engine, posted, "sum up Q2", "give Ben the keys", user=BEN)
    other = engine.rehearsal.post("ann", "sales", "just talking")
    edits(engine, other, "just talking", "@tagwork do it")

    # then the request stands as it was
    [one] = inputs_of(engine, run.id)
    body = json.loads(engine.journal.read(lambda tx: content.body_of(tx, one.content_id)))
    assert body["text"] == "sum up Q2"


@pytest.mark.failure_mode(63)
def test_a_secret_that_is_edited_in_is_cut_out(engine: Engine) -> None:
    # given a request, when a token is edited into it, then it is stored nowhere
    posted, run = engine.asks("ann", "sum up Q2")
    edits(engine, posted, "sum up Q2", "use " + "xoxb-" + "1234567890-abcdefSECRETabcdef")
    [one] = inputs_of(engine, run.id)
    assert b"SECRET" not in engine.journal.read(lambda tx: content.body_of(tx, one.content_id))


@pytest.mark.law("E25")
@pytest.mark.failure_mode(14)
@pytest.mark.parity("Edit / delete", "beat")
def test_a_deleted_request_stops_its_run_and_its_words_are_erased(engine: Engine) -> None:
    # given a Run that nobody has begun
    posted, run = engine.asks("ann", "the secret plan")
    [request] = inputs_of(engine, run.id)

    # when its request is deleted
    deletes(engine, posted)

    # then it has ended, no model is asked, and the words are gone while the trail still holds
    assert engine.run(run.id).status is State.STOPPED
    engine.work()
    assert sent(engine.rehearsal) == []
    kept = engine.journal.read(lambda tx: content.item(tx, request.content_id))
    assert kept is not None
    assert kept.body is None

    # and nothing is posted into a thread that is gone: its requester is told
    assert engine.rehearsal.calls("conversations.open")
    assert engine.answers(posted) == []
    assert_invariants(engine.journal)


def test_a_follow_up_that_is_deleted_unread_is_taken_back(engine: Engine) -> None:
    # given a Run with a follow-up that no Turn was sent
    says(engine.rehearsal, "Done.")
    posted, run = engine.asks("ann", "sum up Q2")
    follow_up, _ = engine.says("ann", "and mail it to everyone", thread=posted.ts, addressed=False)

    # when it is deleted, then the model never reads it
    deletes(engine, follow_up)
    engine.work()
    assert "mail it" not in str(sent(engine.rehearsal))
    assert engine.run(run.id).status is State.DONE


def test_a_follow_up_that_is_deleted_after_it_was_read_is_told_without_its_words(engine: Engine) -> None:
    # given a Run that has read a follow-up and thinks about it
    says(engine.rehearsal, "Mailing it.")
    says(engine.rehearsal, "I will not.")
    posted, _run = engine.asks("ann", "sum up Q2")
    follow_up, _ = engine.says("ann", "and mail it to everyone", thread=posted.ts, addressed=False)
    hold_model(engine.rehearsal)
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)

        # when it is deleted
        deletes(engine, follow_up)
        release_model(engine.rehearsal)
        working.result()
    engine.work()

    # then the next Turn hears which one is gone, and its words are not said again
    assert "I deleted message 2 of the 2" in last_sent(engine.rehearsal)
    assert "mail it" not in last_sent(engine.rehearsal)


def test_a_message_that_is_deleted_before_it_arrives_starts_nothing(engine: Engine) -> None:
    # given a message whose deletion came first
    posted = engine.rehearsal.post("ann", "sales", "@tagwork do it")
    deletes(engine, posted)

    # when its own event arrives, then it is nothing
    assert engine.intake.receive(engine.post_of(posted, "do it")).became is Became.DUPLICATE
