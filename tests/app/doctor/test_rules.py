"""The doctor says which rule of the journal does not hold, and what to do; and who else hears the app's events."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.journal import runs
from app.doctor.examining import Verdict
from app.http_server import HttpServer, health_routes
from app.metrics.catalogue import SLACK_CONNECTIONS
from app.readiness import Probe, Readiness
from tests.app.doctor.examined import examined, only, settings_for
from tests.given.engines import Engine
from tests.given.rehearsal import RehearsalProcess


@pytest.mark.parametrize("deep", [False, True])
def test_a_rule_that_does_not_hold_is_told_with_the_run_and_what_to_do(
    engine: Engine, journal_url: str, tmp_path: Path, deep: bool
) -> None:
    # given a journal in which all holds
    _, run = engine.asks("ann", "hello")
    environ = settings_for(engine.rehearsal, tmp_path / "doctor", TAGWORK_DATABASE_URL=journal_url)
    assert "holds" in only(examined(environ, "rules", deep=deep)["rules"], Verdict.OK).says

    # when a Run is never due any more, then that is a fault with its number and the commands
    engine.journal.write(lambda tx: runs.set_fields(tx, run.id, due_at=None))
    fault = only(examined(environ, "rules", deep=deep)["rules"], Verdict.FAIL)
    assert fault.says == f"Run #{run.number} has not ended and is never due. (run never due: run={run.id})"
    assert "tagwork runs stop" in fault.fix


def test_where_there_is_no_journal_no_rule_is_told(shared_rehearsal: RehearsalProcess, tmp_path: Path) -> None:
    # given a Tagwork that never ran, when examined, then the database's own check says so, and this one nothing
    assert examined(settings_for(shared_rehearsal, tmp_path), "rules")["rules"] == []


@pytest.fixture
def app_port() -> Iterator[int]:
    """The port of an app that is ready, and warns of something."""
    readiness = Readiness([Probe("database", lambda: ""), Probe("rules", lambda: "Run #1 is odd", warns=True)])
    readiness.look()
    server = HttpServer(health_routes(readiness), "127.0.0.1", 0)
    assert server.start()
    yield server.address[1]
    server.close()
    SLACK_CONNECTIONS.set(0)


@pytest.mark.failure_mode(11)
def test_another_process_on_the_apps_token_is_told(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, app_port: int
) -> None:
    # given an app that hears its events alone, when examined, then it is ready, and its warning is one here
    environ = settings_for(shared_rehearsal, tmp_path, TAGWORK_LISTEN=f"127.0.0.1:{app_port}")
    SLACK_CONNECTIONS.set(1)
    ready, warns = examined(environ, "app")["app"]
    assert (ready.verdict, warns.verdict) == (Verdict.OK, Verdict.WARN)
    assert "Run #1 is odd" in warns.says

    # when Slack says that another connection shares them, then that is told, and what to do
    SLACK_CONNECTIONS.set(2)
    *_, shared = examined(environ, "app")["app"]
    assert shared.verdict is Verdict.WARN
    assert shared.says.startswith("2 connections share this app's events")
    assert "on this journal" in shared.fix
