"""A sign that works for long is shown again, before the surface takes the Run for idle by itself."""

import pytest

from agents.engine.deliver import deliver
from agents.engine.sweeps import signs
from agents.journal import runs
from agents.surface import Place
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


@pytest.mark.failure_mode(23)
@pytest.mark.parametrize("reacted", [False, True])
def test_a_mark_is_looked_for_only_where_one_may_stand(engine: Engine, reacted: bool) -> None:
    # given a request that got eyes, because its session did not work just then; or its session
    says(engine.rehearsal, "Hello.")
    posted, run = engine.asks("ann", "hello")
    place = Place(engine.rehearsal.team_id, posted.channel, posted.ts)
    if reacted:
        engine.rehearsal.fault("ratelimited", "agents.sessions.setStatus", seconds=1)
    engine.place.surface.show_sign(place, posted.ts, reacts=lambda: engine.intake.reacts(run.id), seconds=5)
    before = len(engine.rehearsal.calls("reactions.remove"))
    move(engine.journal.database.clock, 20)

    # when the Run ends, then its session is active, and reactions were asked about only there
    engine.work()
    engine.rehearsal.wait_for("session", channel=posted.channel, thread_ts=posted.ts, status="active")
    assert len(engine.rehearsal.calls("reactions.remove")) - before == int(reacted)
    first = engine.rehearsal.thread(posted.channel, posted.ts)[0]
    assert first.get("reactions", []) == []
    assert engine.rehearsal.calls("assistant.threads.setStatus") == []
