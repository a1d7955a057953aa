"""Every version of a policy is kept, and none is written over another."""

import threading

import pytest

from agents.errors import NotFound, Stale
from agents.journal import policies
from agents.journal.transaction import Journal, Transaction
from agents.policy.document import Document, Part, Rule
from agents.policy.verdicts import Verdict
from tests.given.workspaces import a_workspace


def document(rule: str) -> Document:
    return Document(default=Part(rules=(Rule(id=rule, verdict=Verdict.ALLOW, tools=("read_file",)),)))


def rules_in_force(journal: Journal, owner: str) -> list[str]:
    standing = journal.read(lambda tx: policies.newest(tx, owner))
    return [] if standing is None else [rule.id for rule in standing.default.rules]


def test_the_newest_version_is_in_force_and_every_older_one_can_be_read(journal: Journal) -> None:
    # given a workspace that never wrote a policy
    owner = a_workspace(journal).id
    assert rules_in_force(journal, owner) == []

    # when two versions are written, one after the other
    for seen, rule in enumerate(["first", "second"]):
        journal.write(
            lambda tx, seen=seen, rule=rule: policies.add(  # type: ignore[misc]
                tx, owner, document(rule), seen=seen, actor="person:U1", reason="because"
            )
        )

    # then the second is in force, the first still stands, and both say who wrote them
    assert rules_in_force(journal, owner) == ["second"]
    first = journal.read(lambda tx: policies.at_version(tx, owner, 1))
    assert (first.version, first.default.rules[0].id) == (1, "first")
    told = journal.read(lambda tx: policies.history(tx, owner))
    assert [(one.version, one.actor, one.reason) for one in told] == [
        (2, "person:U1", "because"),
        (1, "person:U1", "because"),
    ]
    with pytest.raises(NotFound):
        journal.read(lambda tx: policies.at_version(tx, owner, 3))


def test_of_two_who_change_the_same_version_at_once_one_is_told_that_it_is_stale(journal: Journal) -> None:
    # given two who have both read version 0, and are both about to write
    owner, both = a_workspace(journal).id, threading.Barrier(2, timeout=30)
    outcomes: list[str] = []

    def change(rule: str) -> None:
        def work(tx: Transaction) -> None:
            if not journal.database.is_sqlite and not both.broken:
                both.wait()
            policies.add(tx, owner, document(rule), seen=0, actor="person:U1", reason="")

        try:
            journal.write(work)
            outcomes.append(rule)
        except Stale:
            outcomes.append("stale")

    # when both write
    threads = [threading.Thread(target=change, args=(rule,)) for rule in ("mine", "yours")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # then one was stored, and the other was told
    assert "stale" in outcomes
    assert rules_in_force(journal, owner) == [one for one in outcomes if one != "stale"]


def test_what_was_read_in_a_transaction_that_was_rolled_back_is_not_taken_for_what_stands(journal: Journal) -> None:
    # given a process that wrote and read a version, and was broken off before its commit
    owner = a_workspace(journal).id

    def broken_off(tx: Transaction) -> None:
        policies.add(tx, owner, document("never"), seen=0, actor="person:U1", reason="")
        assert policies.newest(tx, owner) is not None
        raise InterruptedError

    with pytest.raises(InterruptedError):
        journal.write(broken_off)

    # when another version 1 is written
    journal.write(lambda tx: policies.add(tx, owner, document("real"), seen=0, actor="person:U2", reason=""))

    # then the same process sees that one
    assert rules_in_force(journal, owner) == ["real"]
