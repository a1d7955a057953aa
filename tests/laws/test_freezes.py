"""A freeze holds back what has not begun and breaks off what runs; a thaw lets it go on (E2, E7, E14)."""

import time

import pytest

from agents.engine.advance import advance
from agents.journal import freezes, turns
from agents.runs.life import State
from agents.toolcalls.life import State as CallState
from tests.given.engines import Engine
from tests.given.orders import gives
from tests.given.rehearsal import Posted
from tests.given.replies import hold_model, proposes, release_model, says, sent, until_model_held
from tests.given.waiting import at_once, until
from tests.laws.test_stop import stops

FREEZES = ["freeze", "freeze workspace", "freeze @U0ANN000001", "freeze #C0SALES0001 because of the audit"]

MOST_SECONDS = 5.0
"""From the command until what runs has been broken off (AUTHZ-18)."""


def frozen_in(engine: Engine, posted: Posted) -> list[str]:
    """Return what the thread was told of a freeze."""
    return [one for one in engine.answers(posted) if "frozen" in one]


@pytest.mark.law("E7")
@pytest.mark.parametrize("command", FREEZES)
@pytest.mark.requirement("AUTHZ-18")
def test_a_frozen_run_begins_no_turn_and_keeps_its_status_and_attempts(engine: Engine, command: str) -> None:
    # given a request, and a freeze of its channel, its workspace or its requester before anyone took it up
    posted, run = engine.asks("ann", "count them")
    assert "is frozen: nothing new begins" in gives(engine, "adam", command).markdown

    # when workers look at it, again and again
    for _ in range(3):
        engine.work()

    # then the model was asked nothing, the Run waits as it was, and its thread was told once
    standing = engine.run(run.id)
    assert (standing.status, standing.attempts, standing.turns, standing.lease_owner) == (State.QUEUED, 0, 0, None)
    assert sent(engine.rehearsal) == []
    [told] = frozen_in(engine, posted)
    assert "I go on by myself" in told

    # when it is thawed, then it is due at once and is answered
    says(engine.rehearsal, "12.")
    assert "goes on now" in gives(engine, "adam", command.replace("freeze", "thaw").split(" because")[0]).markdown
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted)[-1].startswith("12.")


@pytest.mark.law("E14")
@pytest.mark.requirement("AUTHZ-18")
def test_a_turn_that_is_under_way_is_broken_off_and_begins_anew_after_the_thaw(engine: Engine) -> None:
    # given a Run whose model is writing, word by word
    engine.rehearsal.control("PUT", "/claude/settings", {"speed_ms": 150})
    says(engine.rehearsal, " ".join(f"word{number}" for number in range(400)))
    posted, run = engine.asks("ann", "write a lot")
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until(lambda: sent(engine.rehearsal), "the model was asked")

        # when its channel is frozen, then the Turn ends within five seconds, long before the model would have
        frozen = time.monotonic()
        gives(engine, "adam", "freeze")
        working.result(timeout=30)
        assert time.monotonic() - frozen < MOST_SECONDS
    engine.work()
    standing = engine.run(run.id)
    assert (standing.status, standing.lease_owner, standing.attempts) == (State.WORKING, None, 0)
    assert len(frozen_in(engine, posted)) == 1
    assert engine.journal.read(lambda tx: turns.trailing(tx, run.id)) == ([], None, "handed back")

    # when it is thawed, then another Turn answers
    engine.rehearsal.control("PUT", "/claude/settings", {"speed_ms": 0})
    engine.rehearsal.control("DELETE", "/claude/replies")
    says(engine.rehearsal, "Short, then.")
    gives(engine, "adam", "thaw")
    engine.work()
    assert engine.run(run.id).status is State.DONE
    assert engine.answers(posted)[-1].startswith("Short, then.")


def test_what_the_model_proposed_before_a_freeze_is_not_begun_after_it(engine: Engine) -> None:
    # given a model whose reply with a call is held back, and a freeze meanwhile
    proposes(engine.rehearsal, ("read_thread", {}))
    hold_model(engine.rehearsal)
    posted, run = engine.asks("ann", "what was said?")
    with at_once() as pool:
        working = pool.submit(advance, engine.room)
        until_model_held(engine.rehearsal)
        gives(engine, "adam", "freeze workspace")
        release_model(engine.rehearsal)
        working.result(timeout=30)
    engine.work()

    # then no call of it ran, whether its reply still came or was not heard any more
    assert not [call for call in engine.calls(run.id) if call.status is not CallState.DENIED]
    assert len(frozen_in(engine, posted)) == 1
    assert engine.run(run.id).ended_at is None


@pytest.mark.requirement("AUTHZ-18")
def test_a_frozen_tool_is_denied_and_the_rest_goes_on(engine: Engine) -> None:
    # given a tool that is frozen
    gives(engine, "adam", "freeze read_thread")

    # when a Run would use it, then that is denied with the reason, and the Run answers
    proposes(engine.rehearsal, ("read_thread", {}))
    says(engine.rehearsal, "I may not read it now.")
    posted, run = engine.asks("ann", "what was said?")
    engine.work()
    [call] = engine.calls(run.id)
    assert (call.status, call.rule) == (CallState.DENIED, "frozen")
    assert engine.run(run.id).status is State.DONE
    assert frozen_in(engine, posted) != []


def test_a_stop_acts_under_a_freeze(engine: Engine) -> None:
    # given a Run that a freeze holds back
    posted, run = engine.asks("ann", "count them")
    gives(engine, "adam", "freeze")
    engine.work()

    # when it is stopped, then it is
    stops(engine, posted)
    assert engine.run(run.id).status is State.STOPPED
    engine.work()


def test_another_channel_goes_on(engine: Engine) -> None:
    # given a channel that is frozen, when someone asks in another, then they are answered
    gives(engine, "adam", "freeze")
    says(engine.rehearsal, "Here.")
    _, run = engine.asks("ann", "are you there?", channel="general")
    engine.work()
    assert engine.run(run.id).status is State.DONE


@pytest.mark.parametrize("user", ["ann", "gus"])
def test_nobody_else_freezes_or_thaws(engine: Engine, user: str) -> None:
    # given a channel that an admin froze
    gives(engine, "adam", "freeze")

    # when someone else would thaw it, or freeze more, then they may not, and it stays as it is
    for command in ("thaw", "freeze workspace"):
        assert "owners and admins of the workspace can" in gives(engine, user, command).markdown
    _, run = engine.asks("ben", "hello")
    standing = engine.journal.read(lambda tx: freezes.standing(tx, run.workspace_id))
    assert [(one.kind.value, one.what) for one in standing] == [("channel", "C0SALES0001")]
    engine.work()
