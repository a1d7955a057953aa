"""What always raises ends with its cause instead of coming up for ever, and a Thread's messages keep their order."""

import pytest
from sqlalchemy import delete, update

from agents.deliveries.life import Kind
from agents.engine import picker
from agents.engine.advance import advance
from agents.engine.deliver import deliver
from agents.engine.execute import execute
from agents.journal import deliveries
from agents.journal.content import CHUNKS
from agents.journal.database import now
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.rehearsal import FileToPost
from tests.given.replies import says
from tests.given.time import move

SALES = FileToPost("sales.csv", b"region,sales\nNorth,90\n", "text/csv")


@pytest.mark.law("E6")
@pytest.mark.usefixtures("broken_on_purpose")
def test_a_call_that_cannot_be_begun_is_ended_and_told(engine: Engine) -> None:
    # given a call whose arguments are gone, so that its claim raises
    engine.rehearsal.control(
        "POST",
        "/claude/replies",
        {"content": [{"type": "tool_use", "id": "toolu_1", "name": "read_file", "input": {"file_id": "F0123456"}}]},
    )
    says(engine.rehearsal, "It could not be read.")
    posted, run = engine.asks("ann", "read it", files=[SALES])
    assert advance(engine.room)
    (call,) = engine.calls(run.id)
    engine.journal.write(lambda tx: tx.run(delete(CHUNKS).where(CHUNKS.c.content_id == call.arguments_content_id)))

    # when it is tried again and again
    for _ in range(6):
        execute(engine.room)
        picker._raised.clear()
    engine.work()

    # then it was ended with that reason, and the Run went on to its answer
    (ended,) = engine.calls(run.id)
    assert ended.rule == "attempts"
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["It could not be read."]


@pytest.mark.law("E21")
def test_an_earlier_message_of_the_thread_goes_out_first_also_of_another_run(engine: Engine) -> None:
    # given a Run whose answer has to wait, and a second Run of the same thread that is answered at once
    says(engine.rehearsal, "The first answer.")
    says(engine.rehearsal, "The second answer.")
    engine.rehearsal.fault("ratelimited", "chat.postMessage", seconds=20)
    posted, first = engine.asks("ann", "first?")
    engine.work()
    _, second = engine.asks("ann", "second?", thread=posted.ts)
    engine.work()
    assert engine.run(first.id).status is State.DONE
    assert engine.run(second.id).status is State.DONE

    # then neither is there yet
    assert engine.answers(posted) == []

    # when the first may be sent
    move(engine.journal.database.clock, 30)
    engine.work()

    # then both stand there, in the order in which they were planned
    assert engine.answers(posted) == ["The first answer.", "The second answer."]


def test_a_sign_never_holds_up_a_message(engine: Engine) -> None:
    # given a Run whose sign cannot be taken away for now
    says(engine.rehearsal, "The answer.")
    posted, run = engine.asks("ann", "hello")
    assert advance(engine.room)
    engine.journal.write(
        lambda tx: tx.run(
            update(deliveries.DELIVERIES)
            .where(deliveries.DELIVERIES.c.kind == Kind.SIGN_OFF.value)
            .values(number=0, due_at=now() + 600_000_000)
        )
    )

    # when deliveries are worked, then the answer goes out
    assert deliver(engine.room)
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted) == ["The answer."]
