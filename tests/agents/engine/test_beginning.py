"""A mention in an old thread: the whole of it is read, what does not fit is counted, and the answer says so."""

import pytest

from agents.engine.advance import advance
from agents.journal import runs
from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.rehearsal import Posted
from tests.given.replies import last_sent, says, sent

LONG = "y" * 1_500


def an_old_thread(engine: Engine, many: int) -> str:
    """Have people write a thread of long messages; return its root's ts."""
    root = engine.rehearsal.post("ben", "sales", "The plan for spring: ship on Friday the 13th.")
    for number in range(many):
        engine.rehearsal.post("ben", "sales", f"thought {number} {LONG}", thread_ts=root.ts)
    return root.ts


def shown(engine: Engine, posted: Posted) -> str:
    """Return everything that our last message in a thread shows."""
    ours = [one for one in engine.rehearsal.thread(posted.channel, posted.thread_ts) if one["by_app"]]
    return str(ours[-1]["blocks"])


@pytest.mark.parity("Late mention", "beat")
def test_the_root_and_the_newest_are_read_and_the_answer_says_what_was_not(engine: Engine) -> None:
    # given an old thread that is longer than a Run may begin with
    root = an_old_thread(engine, 60)
    says(engine.rehearsal, "It ships on the 13th.")

    # when someone mentions us at its end
    posted, run = engine.asks("ann", "when do we ship?", thread=root)
    engine.work()

    # then the model read the first message and the last ones, and knows how many it did not
    read = str(sent(engine.rehearsal)[0]["body"]["messages"])
    assert "ship on Friday the 13th" in read
    assert "thought 59" in read
    assert "thought 5 " not in read
    left_out = engine.run(run.id).left_out
    assert 40 < left_out < 55
    assert f"({left_out} messages that follow here are not shown" in read

    # and the answer says so
    assert f"{left_out} earlier messages of this thread were not read" in shown(engine, posted)


def test_a_thread_that_fits_is_read_whole_and_nothing_is_said(engine: Engine) -> None:
    # given a thread of three messages, when we are mentioned in it, then nothing is left out
    root = an_old_thread(engine, 2)
    says(engine.rehearsal, "On the 13th.")
    posted, run = engine.asks("ann", "when do we ship?", thread=root)
    engine.work()
    assert engine.run(run.id).left_out == 0
    assert "not read" not in shown(engine, posted)


def test_a_first_turn_that_broke_begins_with_the_thread_again(engine: Engine) -> None:
    # given a mention in a thread, and a model whose first reply breaks off
    root = an_old_thread(engine, 1)
    engine.rehearsal.control("POST", "/claude/faults", {"kind": "cut", "count": 1, "after": 2})
    says(engine.rehearsal, "On the 13th.", times=2)
    _, run = engine.asks("ann", "when do we ship?", thread=root)
    advance(engine.room)

    # when the Turn is made again, then the model still reads the thread
    engine.journal.write(lambda tx: runs.make_due(tx, run.id))
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert "ship on Friday the 13th" in last_sent(engine.rehearsal)
