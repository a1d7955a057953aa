"""E15: the first sign is a repeatable call, cleared by whoever gave it when the Run has ended meanwhile."""

import pytest

from agents.posts import Became
from agents.runs.life import State
from app.slack.first_sign import FirstSign
from tests.given.engines import Engine
from tests.given.replies import says

SIGN = "agents.sessions.setStatus"


@pytest.mark.law("E15")
@pytest.mark.failure_mode(23)
def test_a_sign_that_stands_only_after_its_run_has_ended_is_taken_away(postgres_engine: Engine) -> None:
    # given a request, and an app that stalls while it gives the first sign
    engine = postgres_engine
    says(engine.rehearsal, "Hello.")
    posted, receipt = engine.says("ann", "hello")
    receipt = engine.judged(receipt)
    assert receipt.became is Became.STARTED
    sign = FirstSign(engine.place.surface, engine.intake.still_running)
    engine.rehearsal.hold("sign", SIGN, first=1)
    given = sign.after(engine.post_of(posted, "hello"), receipt)
    assert given is not None
    engine.rehearsal.wait_for("hold", name="sign", at_least=1)

    # when the worker answers, and takes the sign away that is not there yet, before the app's call comes through
    engine.work()
    assert engine.run(receipt.run_id).status is State.DONE
    engine.rehearsal.wait_for("session", channel=posted.channel, thread_ts=posted.ts, status="active")
    engine.rehearsal.release("sign")
    given.result(20)
    sign.close()

    # then the sign has stood, and does not stand any more
    (session,) = [one for one in engine.rehearsal.sessions() if one["thread_ts"] == posted.ts]
    assert [set_to["status"] for set_to in session["history"]] == ["active", "processing", "active"]


@pytest.mark.law("E15")
def test_the_sign_goes_when_the_answer_comes(postgres_engine: Engine) -> None:
    # given a request with its sign
    engine = postgres_engine
    says(engine.rehearsal, "Hello.")
    posted, receipt = engine.says("ann", "hello")
    receipt = engine.judged(receipt)
    sign = FirstSign(engine.place.surface, engine.intake.still_running)
    given = sign.after(engine.post_of(posted, "hello"), receipt)
    assert given is not None
    given.result(20)
    sign.close()
    engine.rehearsal.wait_for("session", channel=posted.channel, thread_ts=posted.ts, status="processing")

    # when it is answered, then the sign is gone
    engine.work()
    engine.rehearsal.wait_for("session", channel=posted.channel, thread_ts=posted.ts, status="active")
