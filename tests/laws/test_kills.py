"""E18: a worker is killed between a tool's effect and its record. A write happens once, an act at most once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.engine.advance import advance
from agents.engine.burying import bury
from agents.engine.owner import is_dead
from agents.policy.from_settings import FromSettings
from agents.runs.life import State
from agents.toolcalls.catalogue import find_tools
from agents.toolcalls.life import State as CallState
from tests.given.counting_server import ACT, FOUND_WRITE, READ, WRITE, CountingServer, Moment, counting_server
from tests.given.distributions import install_counting_tools
from tests.given.engines import Engine
from tests.given.replies import last_sent, says, uses
from tests.given.waiting import until
from tests.given.workers import calls_of

ROOT = Path(__file__).parents[2]
ALL = frozenset({READ, WRITE, FOUND_WRITE, ACT})


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The counting tools, installed as an admin would."""
    return install_counting_tools(tmp_path_factory.mktemp("counting_tools"))


@pytest.fixture
def server() -> Iterator[CountingServer]:
    with counting_server() as running:
        yield running


@pytest.fixture
def counting(postgres_engine: Engine, installed: Path, server: CountingServer) -> Iterator[Engine]:
    """An engine with the counting tools among its tools, all of them allowed."""
    sys.path.insert(0, str(installed))
    conduct = replace(
        postgres_engine.room.conduct,
        policy=FromSettings(ALL),
        tool_settings={name: {"url": server.url} for name in ALL},
    )
    postgres_engine.room = replace(postgres_engine.room, catalogue=find_tools(), conduct=conduct)
    yield postgres_engine
    sys.path.remove(str(installed))


def a_worker(engine: Engine, installed: Path, server: CountingServer, home: Path) -> "subprocess.Popen[bytes]":
    """Start a worker process beside the test's own."""
    environment = {
        **os.environ,
        **engine.rehearsal.environment(),
        "SLACK_SIGNING_SECRET": engine.rehearsal.signing_secret,
        "PYTHONPATH": f"{installed}:{ROOT}",
        "TAGWORK_HOME": str(home),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
        "TAGWORK_POLICY__ALLOW": ",".join(sorted(ALL)),
        **{f"TAGWORK_TOOLS__{name.upper()}__URL": server.url for name in ALL},
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.laws.worker_that_dies"], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL
    )


@pytest.mark.law("E18")
@pytest.mark.law("E6")
@pytest.mark.failure_mode(45)
@pytest.mark.parametrize(
    ("tool", "effects", "fate"),
    [
        (READ, 2, CallState.SUCCEEDED),
        (WRITE, 1, CallState.SUCCEEDED),
        (FOUND_WRITE, 1, CallState.SUCCEEDED),
        (ACT, 1, CallState.UNKNOWN),
    ],
)
@pytest.mark.parity("Retry", "beat")
def test_a_worker_that_is_killed_after_the_effect_and_before_its_record(
    counting: Engine, installed: Path, server: CountingServer, tmp_path: Path, tool: str, effects: int, fate: CallState
) -> None:
    # given a worker process that is killed right after its tool had its effect
    engine = counting
    uses(engine.rehearsal, (tool, "one"), (READ, "two"))
    says(engine.rehearsal, "That is what happened.")
    posted, run = engine.asks("ann", "do it")
    advance(engine.room)
    held = server.hold(tool, Moment.AFTER)
    worker = a_worker(engine, installed, server, tmp_path / "child")
    assert held.reached.wait(60)
    owner = next(call.lease_owner for call in calls_of(engine, run) if call.status is CallState.RUNNING)
    worker.kill()
    worker.wait()
    held.release()

    # when it is known to be dead, and another works on
    assert owner is not None
    until(lambda: is_dead(owner), "the worker is known to be dead")
    assert bury(engine.room, owner) >= 1
    engine.work()

    # then the effect is there once; an act is not repeated, and model and thread are told that it may have happened
    call = next(one for one in calls_of(engine, run) if one.position == 0)
    assert server.effects(tool, call.id) == effects
    assert call.status is fate
    assert engine.run(run.id).status is State.DONE
    told = "may or may not have happened"
    assert (told in last_sent(engine.rehearsal)) == (fate is CallState.UNKNOWN)
    assert any(told in text for text in engine.answers(posted)) == (fate is CallState.UNKNOWN)


@pytest.mark.law("E18")
def test_an_act_whose_answer_is_lost_is_unknown_without_any_crash(counting: Engine, server: CountingServer) -> None:
    # given an act whose connection breaks after its effect
    engine = counting
    uses(engine.rehearsal, (ACT, "one"), (READ, "two"))
    says(engine.rehearsal, "I cannot tell.")
    posted, run = engine.asks("ann", "do it")
    server.drop(ACT, Moment.AFTER)

    # when workers work
    engine.work()

    # then it was asked for once, and is unknown to all
    call = next(one for one in calls_of(engine, run) if one.tool == ACT)
    assert server.asked(ACT) == 1
    assert call.status is CallState.UNKNOWN
    assert any("may or may not have happened" in text for text in engine.answers(posted))
