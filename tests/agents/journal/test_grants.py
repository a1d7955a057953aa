"""Grants are kept sealed, one of a name at a time, and what becomes of them stands on the trail."""

import json
from pathlib import Path

import pytest

from agents.errors import NotFound, Stale
from agents.grants.sealing import FILE, KeyFile, Secret
from agents.grants.sending import about
from agents.journal import audit, grants
from agents.journal.transaction import Journal
from tests.given.grants import SECRET, a_grant, lend
from tests.given.workspaces import a_workspace


def told(journal: Journal, workspace_id: str) -> list[tuple[str, dict[str, object]]]:
    lines = journal.read(lambda tx: list(audit.lines(tx.connection, workspace_id)))
    return [(line.event, json.loads(line.data)) for line in lines if line.event.startswith("grant:")]


def test_a_grant_is_kept_as_it_was_given_but_for_its_credential(journal: Journal, tmp_path: Path) -> None:
    # given a Grant that is lent
    workspace_id = a_workspace(journal).id
    made = lend(journal, workspace_id, tmp_path, policy=False, key_header="Idempotency-Key")
    # when it is read, then all of it is there, and the trail says what it is good for
    (kept,) = journal.read(lambda tx: grants.standing(tx, workspace_id))
    assert kept.created_at > 0
    assert (kept.paths, kept.methods, kept.key_header, kept.sealed) == (
        made.paths,
        made.methods,
        made.key_header,
        made.sealed,
    )
    assert SECRET not in repr(kept)
    ((event, data),) = told(journal, workspace_id)
    assert (event, data["name"], data["origin"], data["reason"]) == (
        "grant:added",
        "orders",
        "https://api.example.com",
        "for a test",
    )


def test_one_name_stands_once_and_is_free_again_after_it_was_revoked(journal: Journal, tmp_path: Path) -> None:
    # given a Grant, when another of its name is added, then that is refused
    workspace_id = a_workspace(journal).id
    first = lend(journal, workspace_id, tmp_path, policy=False)
    with pytest.raises(Stale, match="already"):
        lend(journal, workspace_id, tmp_path, policy=False, id="G2")
    # and when it is revoked, then its credential is gone, it is found no more, and its name is free
    journal.write(lambda tx: grants.revoke(tx, first, actor="operator:ops", reason="left"))
    assert [one.sealed for one in journal.read(lambda tx: grants.every(tx, workspace_id))] == [b""]
    with pytest.raises(NotFound):
        journal.read(lambda tx: grants.named(tx, workspace_id, "orders"))
    lend(journal, workspace_id, tmp_path, policy=False, id="G2")
    assert journal.read(lambda tx: grants.named(tx, workspace_id, "orders")).id == "G2"


def test_a_rotated_grant_opens_to_the_new_credential(journal: Journal, tmp_path: Path) -> None:
    # given a Grant, when it is rotated
    workspace_id, keys = a_workspace(journal).id, KeyFile(tmp_path / FILE)
    made = lend(journal, workspace_id, tmp_path, policy=False)
    bound = about(workspace_id, made.id)
    sealed = keys.seal(Secret("another-one"), bound)
    journal.write(lambda tx: grants.rotate(tx, made, sealed, actor="operator:ops", reason="yearly"))
    # then the new one opens, and the trail says so with the reason
    kept = journal.read(lambda tx: grants.named(tx, workspace_id, "orders"))
    assert keys.open(kept.sealed, bound).reveal() == "another-one"
    assert kept.rotated_at is not None
    assert told(journal, workspace_id)[-1][1]["reason"] == "yearly"


def test_what_was_revoked_is_neither_used_rotated_nor_revoked_again(journal: Journal, tmp_path: Path) -> None:
    # given somebody who still holds a Grant that was revoked
    workspace_id = a_workspace(journal).id
    made = lend(journal, workspace_id, tmp_path, policy=False)
    assert journal.write(lambda tx: grants.use(tx, made, method="GET", actor="worker:1"))
    journal.write(lambda tx: grants.revoke(tx, made, actor="operator:ops", reason="left"))
    # when they go on with it, then it may not be used, and nothing changes
    assert not journal.write(lambda tx: grants.use(tx, made, method="GET", actor="worker:1"))
    for change in (
        lambda tx: grants.rotate(tx, made, b"x", actor="operator:ops", reason="x"),
        lambda tx: grants.revoke(tx, made, actor="operator:ops", reason="x"),
    ):
        with pytest.raises(Stale):
            journal.write(change)
    assert [event for event, _ in told(journal, workspace_id)] == ["grant:added", "grant:used", "grant:revoked"]


def test_another_workspaces_grants_are_not_seen(journal: Journal, tmp_path: Path) -> None:
    # given two workspaces, when one is asked, then the other's Grants are not there, and their names do not collide
    one, other = a_workspace(journal).id, a_workspace(journal, team_id="T2").id
    lend(journal, one, tmp_path, policy=False)
    assert journal.read(lambda tx: grants.standing(tx, other)) == []
    journal.write(lambda tx: grants.add(tx, a_grant(KeyFile(tmp_path / FILE), workspace_id=other, id="G9"), reason="x"))
    assert len(journal.read(lambda tx: grants.standing(tx, other))) == 1
