"""The audit trail by its commands, beside running processes: shown, proven, exported, and a Run begun anew."""

import json
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from agents.journal import runs
from agents.journal.audit import EVENTS
from tests.given.tagwork import TagworkProcesses, answered
from tests.given.waiting import until


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


def test_reading_the_trail_stands_on_it(by_command: TagworkProcesses) -> None:
    # given an operator who looks at the trail in each way
    by_command.command("audit", "show", "--last", "3")
    by_command.command("audit", "verify")
    by_command.command("audit", "export")

    # when it is looked at again
    shown = by_command.command("audit", "show", "--last", "3", "--json")

    # then each reading is one line, by whom, with the numbers that were read, and without what they say
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    show, verified, exported = lines
    assert all(line["actor"].startswith("operator:") for line in lines)
    assert (show["event"], show["data"]["how"], show["data"]["events"]) == ("audit:read", "show", 3)
    assert show["data"]["last"] - show["data"]["first"] == 2
    assert show["data"]["last"] < show["seq"]
    assert (verified["event"], verified["data"]["how"]) == ("audit:read", "verify")
    assert exported["event"] == "audit:exported"
    assert (exported["data"]["first"], exported["data"]["last"]) == (1, verified["seq"])
    assert by_command.command("audit", "verify").returncode == 0


def test_a_journal_that_takes_nothing_in_is_shown_and_says_so(by_command: TagworkProcesses) -> None:
    # given a journal that somebody holds
    with by_command.journal.database.engine.connect() as holding:
        holding.exec_driver_sql("ROLLBACK")
        holding.exec_driver_sql("BEGIN IMMEDIATE")

        # when an operator looks at the trail
        shown = by_command.command("audit", "show", "--last", "2")
        holding.exec_driver_sql("ROLLBACK")

    # then it is shown, and the reading is said to be missing
    assert shown.returncode == 0
    assert len(shown.stdout.splitlines()) == 2
    assert "could NOT be written on the trail" in shown.stderr


def test_the_command_names_the_first_bad_event_and_exits_with_one(by_command: TagworkProcesses) -> None:
    # given a trail whose second and fourth event were changed
    before = {seq: _actor_of(by_command, seq) for seq in (2, 4)}
    for seq in before:
        _set_actor(by_command, seq, "person:forged")

    # when an operator asks for proof
    proof = by_command.command("audit", "verify")

    # then the first one is named, and the exit code says no
    for seq, actor in before.items():
        _set_actor(by_command, seq, actor)
    assert proof.returncode == 1
    assert "event 2 " in proof.stderr
    assert by_command.command("audit", "verify").returncode == 0


def _actor_of(tagwork: TagworkProcesses, seq: int) -> str:
    return str(tagwork.journal.read(lambda tx: tx.value(select(EVENTS.c.actor).where(EVENTS.c.seq == seq))))


def _set_actor(tagwork: TagworkProcesses, seq: int, actor: str) -> None:
    tagwork.journal.write(lambda tx: tx.run(update(EVENTS).where(EVENTS.c.seq == seq).values(actor=actor)))


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
    until(lambda: _status_of(by_command, made) == "done", f"#{made} has answered")
    assert by_command.command("runs", "retry", "999999").returncode == 2


def _status_of(tagwork: TagworkProcesses, number: int) -> str:
    found = tagwork.journal.read(lambda tx: runs.listed(tx, most=20))
    return next((run.status.value for run in found if run.number == number), "")
