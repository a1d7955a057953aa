"""What people write is heard in the order in which they wrote it."""

from agents.engine.advance import advance
from tests.given.engines import Engine
from tests.given.replies import last_sent, says


def test_messages_that_are_taken_in_out_of_order_are_heard_as_they_were_written(engine: Engine) -> None:
    # given a request, and two more messages of which the later one is taken in first
    posted, _ = engine.asks("ann", "compare the quarters")
    first = engine.rehearsal.post("ann", "sales", "first the second quarter", thread_ts=posted.ts)
    second = engine.rehearsal.post("ann", "sales", "then the third", thread_ts=posted.ts)
    for one, words in ((second, "then the third"), (first, "first the second quarter")):
        engine.judged(engine.intake.receive(engine.post_of(one, words, addressed=False)))

    # when the model is asked, then it reads them in their order
    says(engine.rehearsal, "Compared.")
    advance(engine.room)
    heard = last_sent(engine.rehearsal)
    assert heard.index("compare the quarters") < heard.index("first the second quarter") < heard.index("then the third")
