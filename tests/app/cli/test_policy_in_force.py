"""`tagwork policy …` over a journal: exported, changed and taken back by whoever runs Tagwork, with a reason."""

import json
import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import select

from agents.journal.audit import EVENTS
from agents.journal.transaction import Transaction
from agents.toolcalls.life import State as CallState
from tests.agents.governing.test_ordering import BEN, EDITED_BY_BEN
from tests.given.engines import Engine
from tests.given.orders import decides, gives
from tests.given.policies_in_force import put_in_force
from tests.given.processes import completed
from tests.given.rehearsal import REPOSITORY
from tests.given.replies import proposes, says


class Operator:
    """Whoever runs Tagwork, at the command line of an engine's journal."""

    def __init__(self, engine: Engine, home: Path) -> None:
        self.file = home / "policy.yaml"
        self._environ = {
            "PATH": os.environ["PATH"],
            "USER": "ops",
            "TAGWORK_HOME": str(home / "operator"),
            "TAGWORK_DATABASE_URL": engine.journal.database.url.render_as_string(hide_password=False),
        }

    def tagwork(self, *words: str) -> "CompletedProcess[str]":
        """Run `tagwork policy …`."""
        return completed(("policy", *words), self._environ, REPOSITORY)

    def edits(self, before: str, after: str) -> None:
        """Export what is in force and change it."""
        text = self.tagwork("export").stdout
        assert before in text
        self.file.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.fixture
def operator(postgres_engine: Engine, tmp_path: Path) -> Operator:
    return Operator(postgres_engine, tmp_path)


def reads(engine: Engine) -> CallState:
    """Have someone ask for what takes one read of the thread; return what became of the call."""
    proposes(engine.rehearsal, ("read_thread", {}))
    says(engine.rehearsal, "Done.")
    _, run = engine.asks("ann", "what was said here?")
    engine.work()
    return engine.calls(run.id)[0].status


@pytest.mark.requirement("AUTHZ-10")
@pytest.mark.requirement("AUTHZ-11")
def test_an_operator_changes_the_policy_with_a_reason_and_takes_it_back(
    postgres_engine: Engine, operator: Operator
) -> None:
    # given a workspace with a call that was allowed, and an admin whom we know
    engine = postgres_engine
    gives(engine, "adam", "status")
    assert reads(engine) is CallState.SUCCEEDED
    operator.edits("id: read-in-place\n      verdict: allow", "id: read-in-place\n      verdict: deny")

    # when it is only tried, then it is told what it would do; replayed, each call that flips is named
    tried = operator.tagwork("apply", str(operator.file), "--dry-run")
    assert "1 would now be denied" in tried.stdout
    replayed = operator.tagwork("replay", str(operator.file), "--json")
    assert (replayed.returncode, json.loads(replayed.stdout)["counts"]) == (1, {"allow -> deny": 1})

    # when it is applied without a reason, then nothing is; with one, it holds for the next call
    assert operator.tagwork("apply", str(operator.file)).returncode == 2
    applied = operator.tagwork("apply", str(operator.file), "--reason", "a review")
    assert (applied.returncode, applied.stderr) == (0, "")
    assert "version 1 is in force" in applied.stdout
    assert reads(engine) is CallState.DENIED

    # then it is on the trail by the operator's name, and the admin was told
    def read(tx: Transaction) -> list[tuple[str, str]]:
        rows = tx.rows(select(EVENTS.c.actor, EVENTS.c.data).where(EVENTS.c.event == "policy:changed"))
        return [(row["actor"], json.loads(row["data"])["reason"]) for row in rows]

    assert engine.journal.read(read) == [("operator:ops", "a review")]
    posts = [str(one["args"]["text"]) for one in engine.rehearsal.calls("chat.postMessage")]
    assert [one for one in posts if one.startswith("ops, who runs Tagwork, changed the policy (a review)")]

    # when the same file is applied again, then it is too old; rolled back, the first text holds again as a new version
    assert operator.tagwork("apply", str(operator.file), "--reason", "again").returncode == 1
    operator.edits("id: read-in-place\n      verdict: deny", "id: read-in-place\n      verdict: allow")
    assert operator.tagwork("apply", str(operator.file), "--reason", "no").returncode == 0
    assert operator.tagwork("rollback", "1", "--reason", "yes").returncode == 0
    told = [json.loads(line) for line in operator.tagwork("history", "--json").stdout.splitlines()]
    assert [(one["version"], one["reason"]) for one in told] == [(3, "yes"), (2, "no"), (1, "a review")]
    assert reads(engine) is CallState.DENIED


@pytest.mark.requirement("AUTHZ-11")
def test_export_and_apply_and_export_give_the_same_bytes(postgres_engine: Engine, operator: Operator) -> None:
    # given the policy that a new workspace has, when it is applied as it is, then only the version differs
    first = operator.tagwork("export").stdout
    operator.file.write_text(first, encoding="utf-8")
    assert operator.tagwork("apply", str(operator.file), "--reason", "as it is").returncode == 0
    second = operator.tagwork("export").stdout
    assert second.replace("version: 1\n", "") == first
    operator.file.write_text(second, encoding="utf-8")
    assert operator.tagwork("apply", str(operator.file), "--reason", "again").returncode == 0
    assert operator.tagwork("export", "--version", "1").stdout == second


@pytest.mark.requirement("AUTHZ-13")
def test_what_was_granted_is_set_beside_what_was_used_and_a_tighter_policy_is_proposed(
    postgres_engine: Engine, operator: Operator
) -> None:
    # given a workspace where one tool was used, and much more is granted
    engine = postgres_engine
    assert reads(engine) is CallState.SUCCEEDED

    # when it is asked what is not used, then each rule that grants stands there with what it granted
    told = operator.tagwork("unused", "--json")
    found = {one["rule"]: one["used"] for one in map(json.loads, told.stdout.splitlines())}
    assert (told.returncode, found["read-in-place"]) == (1, {"read_thread": 1})
    assert {rule for rule, used in found.items() if used} == {"read-in-place"}

    # when the proposal is applied, then what was used is allowed as before, and nothing else is granted
    operator.file.write_text(operator.tagwork("unused", "--propose").stdout, encoding="utf-8")
    tried = operator.tagwork("replay", str(operator.file), "--json")
    assert (tried.returncode, json.loads(tried.stdout)["judged"]) == (0, 1)
    assert operator.tagwork("apply", str(operator.file), "--reason", "least privilege").returncode == 0
    assert "read_file" not in operator.file.read_text(encoding="utf-8")
    assert reads(engine) is CallState.SUCCEEDED
    assert operator.tagwork("unused").returncode == 0


@pytest.mark.parity("Managed-by, member edits", "beat")
def test_what_an_editor_changed_in_slack_is_a_version_with_its_author_and_is_undone(
    postgres_engine: Engine, operator: Operator
) -> None:
    # given a channel whose editor is Ben, who allows something there, and then denies it
    engine = postgres_engine
    put_in_force(engine, EDITED_BY_BEN)
    assert reads(engine) is CallState.SUCCEEDED
    decides(engine, "ben", gives(engine, "ben", "deny read_thread"))
    assert reads(engine) is CallState.DENIED

    # when the history is listed, then each version has its author and what they said
    told = [json.loads(line) for line in operator.tagwork("history", "--json").stdout.splitlines()]
    assert [(one["version"], one["actor"]) for one in told] == [(2, f"person:{BEN}"), (1, "person:U0ADAM00001")]
    assert told[0]["reason"] == "/tagwork deny read_thread"

    # when the one before is put in force again, then it is as it was
    assert operator.tagwork("rollback", "1", "--reason", "not that").returncode == 0
    assert reads(engine) is CallState.SUCCEEDED


def test_a_file_that_is_no_policy_changes_nothing(postgres_engine: Engine, operator: Operator) -> None:
    # given a file with a fault, when it is applied, then the fault has its line and column, and nothing is in force
    operator.file.write_text("tagwork: policy/1\ndefualt: {}\n", encoding="utf-8")
    told = operator.tagwork("apply", str(operator.file), "--reason", "x")
    assert told.returncode == 1
    assert "line 2, column 1" in told.stderr
    assert operator.tagwork("history").stdout == ""


def test_explain_says_what_decided_each_call(postgres_engine: Engine, operator: Operator) -> None:
    # given a Run with a call, when it is explained, then the rule that decided stands there
    reads(postgres_engine)
    told = operator.tagwork("explain", "1")
    assert told.stdout.splitlines()[0].startswith("read_thread: allow by read-in-place")
    assert "  holds: allow by read-in-place of the workspace" in told.stdout
