"""E21: a file's id is stored before it is shown, so that one whose showing has no known outcome is looked up first."""

import pytest

from agents.deliveries.life import Kind
from agents.deliveries.life import State as DeliveryState
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.runs.life import Run, State
from tests.given.engines import Engine
from tests.given.plain_tools import equip
from tests.given.rehearsal import Json, Posted
from tests.given.replies import says, uses
from tests.given.time import move
from tests.given.workers import deliveries_of
from tools.contract import Arguments, Effect, Made, Reach, Tool, ToolContext, ToolResult, Trust


class What(Arguments):
    what: str = ""


def make(wanted: What, context: ToolContext) -> ToolResult:
    """Make one table for people."""
    return ToolResult(
        text="A table.",
        trust=Trust.TRUSTED,
        made=(Made("sales.csv", "text/csv", b"region,sales\nNorth,90\n", "Sales"),),
    )


TABLE = Tool(
    name="make_table",
    effect=Effect.READ,
    reach=Reach.THREAD,
    description="For tests.",
    arguments=What,
    call=make,
    quick=True,
)


def answered_with_a_file(engine: Engine) -> tuple[Posted, Run]:
    """Return a Run that is done, and whose file and answer are not sent yet."""
    equip(engine, TABLE)
    uses(engine.rehearsal, ("make_table", "sales"))
    says(engine.rehearsal, "Here it is.")
    posted, run = engine.asks("ann", "make a table")
    advance(engine.room)
    return posted, engine.run(run.id)


def files_in(engine: Engine, posted: Posted) -> list[Json]:
    """Return every file of ours in a thread, in order."""
    return [file for message in engine.messages(posted) for file in message.get("files", ())]


def the_file(engine: Engine, run: Run) -> tuple[DeliveryState, str | None]:
    """Return how the file's Delivery stands, and its id in Slack."""
    (found,) = [one for one in deliveries_of(engine, run) if one.kind is Kind.FILE]
    return found.status, found.file_id


@pytest.mark.law("E21")
def test_what_a_call_made_stands_in_the_thread_before_the_answer(engine: Engine) -> None:
    # given a Run whose call made a file, when it is answered
    posted, run = answered_with_a_file(engine)
    engine.work()

    # then the file comes first, and the model knew its name
    assert engine.run(run.id).status is State.DONE
    shown, answer = engine.messages(posted)
    assert [file["name"] for file in shown["files"]] == ["sales.csv"]
    assert "Here it is." in answer["text"]


@pytest.mark.law("E21")
@pytest.mark.failure_mode(17)
@pytest.mark.parametrize("kind", ["timeout_after", "reset_after"])
def test_a_file_that_was_shown_though_nobody_said_so_is_found_and_not_shown_again(engine: Engine, kind: str) -> None:
    # given a file whose last step took effect and whose answer was lost
    posted, run = answered_with_a_file(engine)
    engine.rehearsal.fault(kind, "files.completeUploadExternal", seconds=0.1)
    deliver(engine.room)
    status, file_id = the_file(engine, run)
    assert (status, file_id is not None) == (DeliveryState.SENDING, True)

    # when it is looked up
    for seconds in (2, 8, 14):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then it stands once, and the answer after it
    assert the_file(engine, run) == (DeliveryState.SENT, file_id)
    assert len(files_in(engine, posted)) == 1
    assert engine.messages(posted)[-1]["text"].startswith("Here it is.")


@pytest.mark.law("E21")
@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_a_file_that_did_not_arrive_is_shown_once_when_that_is_certain(engine: Engine, method: str) -> None:
    # given a file of which a step was lost before it took effect
    posted, run = answered_with_a_file(engine)
    engine.rehearsal.fault("reset_before", method)
    deliver(engine.room)

    # when it is looked up twice, five seconds apart
    for seconds in (2, 8, 14):
        move(engine.journal.database.clock, seconds)
        engine.work()

    # then it stands once
    assert the_file(engine, run)[0] is DeliveryState.SENT
    assert len(files_in(engine, posted)) == 1


@pytest.mark.law("E21")
@pytest.mark.failure_mode(18)
def test_a_file_that_slack_refuses_is_named_and_holds_up_no_answer(engine: Engine) -> None:
    # given a workspace that does not let us upload
    posted, run = answered_with_a_file(engine)
    engine.rehearsal.fault("error", "files.getUploadURLExternal", error="missing_scope", times=5)

    # when it is sent
    engine.work()

    # then people read what is missing, and the answer
    assert the_file(engine, run)[0] is DeliveryState.GIVEN_UP
    texts = [str(one["text"]) for one in engine.messages(posted)]
    assert any("could not attach" in text and "sales.csv" in text for text in texts)
    assert any(text.startswith("Here it is.") for text in texts)
