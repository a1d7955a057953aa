"""The audit trail: whatever is changed in it or taken out of it, `verify` names the first bad event."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import delete, update

from agents.audit.chain import AuditEvent
from agents.audit.verify import Verdict, named_content, verify
from agents.journal import audit, content, workspaces
from agents.journal.audit import EVENTS, HEADS
from agents.journal.transaction import Journal, Transaction
from tests.given.engines import Engine
from tests.given.files import SALES
from tests.given.rehearsal import FileToPost
from tests.given.tagwork import TagworkProcesses, answered

TABLE = FileToPost("sales.csv", SALES.encode(), "text/csv")

CHANGES: dict[str, Callable[[AuditEvent], Any]] = {
    "seq": lambda line: line.seq + 100_000,
    "at": lambda line: line.at + 1,
    "event": lambda line: "content:erased" if line.event != "content:erased" else "run:done",
    "run_id": lambda line: None if line.run_id else "0" * 32,
    "actor": lambda line: line.actor + "x",
    "data": lambda line: line.data[:-1] + ',"x":1}' if len(line.data) > 2 else '{"x":1}',
    "prev_hash": lambda line: "f" * 64,
    "hash": lambda line: "é" * 64,
}


class _Undone(Exception):
    """Raised to take a change back."""


def _after(journal: Journal, workspace_id: str, change: Callable[[Transaction], int]) -> Verdict:
    """Return what `verify` says after a change, and take the change back."""
    seen: list[Verdict] = []

    def work(tx: Transaction) -> None:
        assert change(tx) == 1
        seen.append(verify(tx, workspace_id))
        raise _Undone

    with pytest.raises(_Undone):
        journal.write(work)
    return seen[0]


@pytest.fixture
def trail(engine: Engine) -> tuple[Engine, str, list[AuditEvent]]:
    """An engine that has answered one question from a file, its workspace, and every line of its trail."""
    engine.asks("ann", "which region missed its target?", files=[TABLE])
    engine.work()
    [workspace] = engine.journal.read(workspaces.every)
    lines = engine.journal.read(lambda tx: list(audit.lines(tx.connection, workspace.id)))
    assert len(lines) > 12
    return engine, workspace.id, lines


def _one(line: AuditEvent) -> Any:
    return (EVENTS.c.workspace_id == line.workspace_id) & (EVENTS.c.seq == line.seq)


def test_every_column_of_every_event_is_bound(trail: tuple[Engine, str, list[AuditEvent]]) -> None:
    # given a trail that holds
    engine, workspace_id, lines = trail
    assert engine.journal.read(lambda tx: verify(tx, workspace_id)).holds

    for line in lines:
        for column, changed in CHANGES.items():
            # when one column of one event is changed
            statement = update(EVENTS).where(_one(line)).values({column: changed(line)})
            verdict = _after(engine.journal, workspace_id, lambda tx, statement=statement: tx.run(statement))  # type: ignore[misc]

            # then that event is named
            assert verdict.bad_seq == line.seq, (line.seq, line.event, column, verdict)


def test_every_event_is_missed(trail: tuple[Engine, str, list[AuditEvent]]) -> None:
    # given a trail that holds
    engine, workspace_id, lines = trail
    for line in lines:
        # when one event is deleted, the first and the last too
        verdict = _after(
            engine.journal,
            workspace_id,
            lambda tx, line=line: tx.run(delete(EVENTS).where(_one(line))),  # type: ignore[misc]
        )

        # then its place is named
        assert verdict.bad_seq == line.seq, verdict


@pytest.mark.parametrize("what", ["changed", "deleted", "its key taken", "deleted and marked as erased"])
def test_content_is_bound_to_the_event_that_names_it(trail: tuple[Engine, str, list[AuditEvent]], what: str) -> None:
    # given every item of Content that the trail names, with the event that names it first
    engine, workspace_id, lines = trail
    first: dict[str, int] = {}
    for line in lines:
        for content_id, _ in named_content(json.loads(line.data)):
            first.setdefault(content_id, line.seq)
    assert len(first) > 5

    for content_id, seq in first.items():
        # when its bytes are changed or are gone
        of_chunks = content.CHUNKS.c.content_id == content_id
        of_item = content.CONTENT.c.id == content_id

        def change(tx: Transaction, of_chunks: Any = of_chunks, of_item: Any = of_item) -> int:
            if what == "changed":
                return min(1, tx.run(update(content.CHUNKS).where(of_chunks).values(body=b"forged")))
            if what == "its key taken":
                return tx.run(update(content.CONTENT).where(of_item).values(key=None))
            gone = min(1, tx.run(delete(content.CHUNKS).where(of_chunks)))
            if what == "deleted":
                return gone
            return tx.run(update(content.CONTENT).where(of_item).values(key=None, erased_at=tx.now()))

        # then the event that names it first is named
        assert _after(engine.journal, workspace_id, change).bad_seq == seq


def test_a_head_that_was_changed_or_deleted_is_told(trail: tuple[Engine, str, list[AuditEvent]]) -> None:
    # given a trail that holds
    engine, workspace_id, lines = trail
    mine = HEADS.c.workspace_id == workspace_id
    last = lines[-1]
    for statement in (
        delete(HEADS).where(mine),
        update(HEADS).where(mine).values(hash="f" * 64),
        update(HEADS).where(mine).values(seq=last.seq - 1, hash=last.prev_hash),
        update(HEADS).where(mine).values(seq=last.seq + 1),
    ):
        # when its head is changed or deleted
        verdict = _after(engine.journal, workspace_id, lambda tx, statement=statement: tx.run(statement))  # type: ignore[misc]

        # then the place where it no longer fits is named
        assert verdict.bad_seq in (last.seq, last.seq + 1)


def test_data_that_is_no_json_is_a_bad_event_and_no_crash(trail: tuple[Engine, str, list[AuditEvent]]) -> None:
    # given a trail that holds
    engine, workspace_id, lines = trail
    for forged in ("{", "[]", "7", '"x"'):
        # when an event is made to look like an erasure, with data that says nothing
        statement = update(EVENTS).where(_one(lines[3])).values(event="content:erased", data=forged)
        verdict = _after(engine.journal, workspace_id, lambda tx, statement=statement: tx.run(statement))  # type: ignore[misc]

        # then it is named
        assert verdict.bad_seq == lines[3].seq


@pytest.fixture
def by_command(served: TagworkProcesses) -> TagworkProcesses:
    """A Tagwork that has answered, for commands that look at it beside its running processes."""
    answered(served.rehearsal, served.rehearsal.post("ann", "sales", "@tagwork hello, what can you do?"))
    return served


def test_the_commands_prove_show_and_export_the_trail(by_command: TagworkProcesses) -> None:
    # given a Tagwork that has answered
    # when an operator looks at its trail
    proof = by_command.command("audit", "verify")
    shown = by_command.command("audit", "show", "--last", "0")
    exported = by_command.command("audit", "export")
    proof_after = by_command.command("audit", "verify", "--json")

    # then it holds, also with the export on it; each line of the export is JSON, in order, and bound to the one before
    assert (proof.returncode, proof.stderr) == (0, "")
    assert "chain verified" in proof.stdout
    assert "input:received" in shown.stdout
    assert "run:done" in shown.stdout
    lines = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert all(after["prev_hash"] == before["hash"] for before, after in pairwise(lines))
    assert json.loads(proof_after.stdout)["holds"] is True


def test_the_command_names_the_first_bad_event_and_exits_with_one(by_command: TagworkProcesses) -> None:
    # given a trail whose second and fourth event were changed
    journal = by_command.journal
    [workspace] = journal.read(workspaces.every)
    lines = journal.read(lambda tx: list(audit.lines(tx.connection, workspace.id)))
    for line in (lines[1], lines[3]):
        journal.write(lambda tx, line=line: tx.run(update(EVENTS).where(_one(line)).values(actor="person:forged")))  # type: ignore[misc]

    # when an operator asks for proof
    proof = by_command.command("audit", "verify")

    # then the first one is named, and the exit code says no
    for line in (lines[1], lines[3]):
        journal.write(lambda tx, line=line: tx.run(update(EVENTS).where(_one(line)).values(actor=line.actor)))  # type: ignore[misc]
    assert proof.returncode == 1
    assert "event 2 " in proof.stderr
    assert by_command.command("audit", "verify").returncode == 0


def test_runs_are_listed_and_begun_anew(by_command: TagworkProcesses) -> None:
    # given a Run that has ended, and its number
    told = by_command.command("runs", "list", "--json")
    newest = json.loads(told.stdout.splitlines()[0])
    assert newest["status"] == "done"

    # when an operator begins it anew
    again = by_command.command("runs", "retry", str(newest["number"]))

    # then another Run of the same thread answers, and a number that there is not is a wrong call
    assert again.returncode == 0
    made = newest["number"] + 1
    assert f"#{made}" in again.stdout
    by_command.rehearsal.wait_for("events_settled")
    assert by_command.command("runs", "retry", "999999").returncode == 2
