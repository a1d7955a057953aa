"""`tagwork runs …` over a journal, as an operator types it."""

import json
import os
import subprocess
from pathlib import Path

from agents.runs.life import State
from tests.given.engines import Engine
from tests.given.processes import completed
from tests.given.rehearsal import REPOSITORY


def test_an_operator_stops_a_run_and_sees_how_it_stands(postgres_engine: Engine, tmp_path: Path) -> None:
    # given a Run that nobody works on
    engine = postgres_engine
    _, run = engine.asks("ann", "hello")
    environ = {
        "PATH": os.environ["PATH"],
        "USER": "ops",
        "TAGWORK_HOME": str(tmp_path / "home"),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
    }

    def tagwork(*words: str) -> "subprocess.CompletedProcess[str]":
        return completed(words, environ, REPOSITORY)

    # when it is stopped
    stopped = tagwork("runs", "stop", str(run.number))
    assert (stopped.returncode, stopped.stderr) == (0, "")
    assert engine.run(run.id).status is State.STOPPED

    # then its account says by whom
    shown = tagwork("runs", "show", str(run.number), "--json")
    told = json.loads(shown.stdout)
    assert (told["number"], told["status"], told["cause"]) == (run.number, "stopped", "operator:ops")
