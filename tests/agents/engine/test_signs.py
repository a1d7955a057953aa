"""A sign that works for long is shown again, before the surface takes the Run for idle by itself."""

import pytest

from agents.engine.deliver import deliver
from agents.engine.sweeps import signs
from agents.journal import runs
from tests.given.engines import Engine
from tests.given.replies import says
from tests.given.time import move
from tests.given.workers import claimed


@pytest.mark.law("E15")
def test_the_sign_of_a_long_run_is_renewed_and_that_of_an_ended_one_is_not(engine: Engine) -> None:
    # given a Run that is worked on, and one that has ended
    says(engine.rehearsal, "Three.")
    engine.asks("ben", "count to three")
    engine.work()
    posted, run = engine.asks("ann", "count every grain of sand")
    claimed(engine, run.id)
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, begun_at=tx.now()))
    sweep = signs.SWEEP.begin()
    sweep(engine.room)
    assert not deliver(engine.room)

    # when half an hour has passed
    move(engine.journal.database.clock, 1_801)
    sweep(engine.room)
    sweep(engine.room)

    # then its sign is shown once more, and once
    assert deliver(engine.room)
    assert not deliver(engine.room)
    shown = engine.rehearsal.calls("agents.sessions.setStatus")
    assert [one["args"]["thread_ts"] for one in shown if one["args"]["status"] == "processing"] == [posted.ts]
