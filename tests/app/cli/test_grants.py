"""`tagwork grants …` over a journal, as an operator types it: the credential goes in, and never comes out again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.journal import audit
from tests.given.engines import Engine
from tests.given.grants import SECRET
from tests.given.pages import its_address, serve
from tests.given.rehearsal import REPOSITORY

Tagwork = Callable[..., "subprocess.CompletedProcess[str]"]
WHY = ("--reason", "for the demo")


@pytest.fixture
def tagwork(postgres_engine: Engine, tmp_path: Path) -> Tagwork:
    """Runs the command; fails where anything that it prints holds the credential."""
    engine = postgres_engine
    environ = {
        "PATH": os.environ["PATH"],
        "USER": "ops",
        "TAGWORK_HOME": str(tmp_path / "home"),
        "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
        "TAGWORK_WEB__REACHABLE": its_address(engine.rehearsal.url),
    }

    def run(*words: str, secret: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "app.cli", "grants", *words]
        done = subprocess.run(
            command, env=environ, cwd=REPOSITORY, input=secret, capture_output=True, text=True, check=False
        )
        assert SECRET not in done.stdout + done.stderr
        return done

    return run


def test_a_grant_is_lent_tried_rotated_and_revoked(postgres_engine: Engine, tagwork: Tagwork, tmp_path: Path) -> None:
    # given a service that echoes what it is sent
    engine = postgres_engine
    serve(engine.rehearsal, "orders", f"you sent {SECRET}", type="text/plain")
    # when a Grant for it is added, from standard input
    add = ("add", "orders", "--host", engine.rehearsal.url, "--path", "/pages", "--method", "get", *WHY)
    added = tagwork(*add, secret=f"{SECRET}\n")
    assert (added.returncode, added.stderr) == (0, "")
    # then it works, is listed without its credential, and its name is taken
    tried = tagwork("test", "orders", "--path", "/pages/orders")
    assert (tried.returncode, tried.stdout) == (0, f"orders: HTTP 200, text/plain, {9 + len(SECRET)} bytes\n")
    assert engine.rehearsal.calls("pages")[0]["args"]["headers"]["authorization"] == f"Bearer {SECRET}"
    (listed,) = map(json.loads, tagwork("list", "--json").stdout.splitlines())
    assert (listed["name"], listed["methods"], listed["created_by"]) == ("orders", ["GET"], "operator:ops")
    assert listed["last_used_at"] is not None
    again = tagwork(*add, secret=SECRET)
    assert (again.returncode, "already" in again.stderr) == (2, True)

    # when it is rotated from a file, then the new one is sent
    file = tmp_path / "new"
    file.write_text("another-one\n")
    assert tagwork("rotate", "orders", "--secret-file", str(file), *WHY).returncode == 0
    assert tagwork("test", "orders", "--path", "/pages/orders").returncode == 0
    assert engine.rehearsal.calls("pages")[-1]["args"]["headers"]["authorization"] == "Bearer another-one"

    # when it is revoked, then it is good for nothing, and the trail says who did what and why
    assert tagwork("revoke", "orders", *WHY).returncode == 0
    assert tagwork("test", "orders").returncode == 2
    (workspace_id,) = {one["workspace"] for one in _trail(engine)}
    told = [(one["event"], one["actor"]) for one in _trail(engine)]
    assert workspace_id
    assert told == [(f"grant:{what}", "operator:ops") for what in ("added", "used", "rotated", "used", "revoked")]


def _trail(engine: Engine) -> list[dict[str, str]]:
    from agents.journal import workspaces

    (workspace,) = engine.journal.read(workspaces.every)
    lines = engine.journal.read(lambda tx: list(audit.lines(tx.connection, workspace.id)))
    return [
        {"workspace": workspace.id, "event": line.event, "actor": line.actor}
        for line in lines
        if line.event.startswith("grant:")
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "Orders", "--host", "x.example", "--method", "GET", *WHY), "no name"),
        (("add", "orders", "--host", "http://x.example", "--method", "GET", *WHY), "https only"),
        (("add", "orders", "--host", "x.example", "--method", "TRACE", *WHY), "--method"),
        (("add", "orders", "--host", "x.example", "--method", "GET", "--reason", " "), "--reason"),
        (("add", "orders", "--host", "x.example", "--method", "GET"), "--reason"),
        (("add", "orders", "--host", "x.example", "--method", "GET", "--template", "Bearer", *WHY), "template"),
        (("rotate", "orders", *WHY), "no Grant"),
        (("revoke", "orders", *WHY), "no Grant"),
    ],
)
def test_a_wrong_call_ends_with_what_is_wrong_and_stores_nothing(
    tagwork: Tagwork, words: tuple[str, ...], said: str
) -> None:
    # given such a call, when it is made, then it ends with 2 and a sentence, and nothing is lent
    done = tagwork(*words, secret=SECRET)
    assert done.returncode == 2
    assert said in done.stderr
    assert tagwork("list").stdout == ""


def test_a_service_that_refuses_or_is_not_there_is_told(postgres_engine: Engine, tagwork: Tagwork) -> None:
    # given Grants for a service that refuses, and for none
    url = postgres_engine.rehearsal.url
    serve(postgres_engine.rehearsal, "no", "no", status=403)
    tagwork("add", "no", "--host", url, "--path", "/pages/no", "--method", "GET", *WHY, secret=SECRET)
    tagwork("add", "away", "--host", "https://127.0.0.1:9", "--method", "GET", *WHY, secret=SECRET)
    # when they are tried, then each ends with 1 and says why
    refused, away = tagwork("test", "no"), tagwork("test", "away")
    assert (refused.returncode, refused.stdout) == (1, "no: HTTP 403, text/html, 2 bytes\n")
    assert (away.returncode, "Nothing was sent" in away.stderr) == (1, True)
