"""A trail is a chain: whatever is changed, taken away or put in between is seen."""

from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from agents.audit.chain import GENESIS, AuditEvent, canonical, holds, keyed_digest, link
from agents.audit.events import Event
from agents.audit.verify import verify
from agents.journal import content
from agents.journal.audit import EVENTS, HEADS
from agents.journal.content import CHUNKS
from agents.journal.transaction import Journal, Transaction
from agents.journal.workspaces import Workspace
from tests.given.workspaces import a_workspace

OTHER: dict[str, Any] = {"seq": 2, "at": 6, "run_id": None}


def a_line() -> AuditEvent:
    """The first line of a trail."""
    values = {"workspace_id": "w1", "event": "run:queued", "run_id": "r1", "actor": "person:U1", "data": "{}"}
    return link(seq=1, at=5, prev_hash=GENESIS, **values)


@pytest.mark.parametrize("column", [field.name for field in fields(AuditEvent)])
def test_a_change_of_any_column_is_seen(column: str) -> None:
    # given a line that holds
    line = a_line()
    assert holds(line, GENESIS, 1)

    # when one column of it is changed, then it does not hold
    changed = replace(line, **{column: OTHER.get(column, "other")})
    assert not holds(changed, GENESIS, 1)


def test_no_two_columns_can_trade_places() -> None:
    # given a line, when a value moves from one column to its neighbour, then the hash is another
    values = {name: value for name, value in asdict(a_line()).items() if name != "hash"}
    moved = values | {"event": values["actor"], "actor": values["event"]}
    assert link(**moved).hash != a_line().hash


def test_the_order_of_keys_does_not_matter_and_their_values_do() -> None:
    # given equal data in another order, when made canonical, then it is the same text
    assert canonical({"b": 1, "a": [1, None, "ü"]}) == canonical({"a": [1, None, "ü"], "b": 1})
    assert canonical({"a": 1}) != canonical({"a": "1"})


def test_a_digest_cannot_be_told_without_its_key() -> None:
    # given the same content under two keys, then the digests differ
    assert keyed_digest(b"k1", b"yes") != keyed_digest(b"k2", b"yes")


def a_trail(journal: Journal) -> Workspace:
    """A workspace with four lines, the last of which names Content."""
    workspace = a_workspace(journal)
    for words in ("one", "two"):
        journal.write(lambda tx, w=words: tx.record(workspace.id, Event.HELP_ASKED, actor="person:U1", ts=w))  # type: ignore[misc]

    def keep(tx: Transaction) -> None:
        stored = content.store(tx, workspace.id, "input", b"secret words")
        tx.record(workspace.id, Event.INPUT_RECEIVED, actor="person:U1", **stored.as_data())

    journal.write(keep)
    return workspace


def why(journal: Journal, workspace: Workspace) -> tuple[int | None, str]:
    """The first bad line and what is wrong with it."""
    verdict = journal.read(lambda tx: verify(tx, workspace.id))
    return verdict.bad_seq, verdict.why


def test_a_trail_that_nobody_touched_holds(journal: Journal) -> None:
    # given a trail, when it is verified, then it holds, with every line counted
    workspace = a_trail(journal)
    verdict = journal.read(lambda tx: verify(tx, workspace.id))
    assert verdict.holds
    assert verdict.events == 4


@pytest.mark.usefixtures("broken_on_purpose")
@pytest.mark.parametrize(
    ("column", "value"), [("data", '{"ts":"no"}'), ("actor", "person:U2"), ("event", "run:done"), ("at", 1)]
)
def test_a_rewritten_line_is_found(journal: Journal, column: str, value: object) -> None:
    # given a trail of which somebody rewrote a line
    workspace = a_trail(journal)
    journal.write(lambda tx: tx.run(update(EVENTS).where(EVENTS.c.seq == 2).values({column: value})))

    # when it is verified, then that line is named
    assert why(journal, workspace) == (2, "it is not what was recorded")


@pytest.mark.usefixtures("broken_on_purpose")
@pytest.mark.parametrize(("seq", "said"), [(2, "event 2 is missing"), (4, "the head row names 4 events")])
def test_a_line_that_was_taken_away_is_missed_also_the_last(journal: Journal, seq: int, said: str) -> None:
    # given a trail of which somebody removed a line
    workspace = a_trail(journal)
    journal.write(lambda tx: tx.run(delete(EVENTS).where(EVENTS.c.seq == seq)))

    # when it is verified, then it is missed
    bad, words = why(journal, workspace)
    assert bad == seq
    assert said in words


@pytest.mark.usefixtures("broken_on_purpose")
def test_a_head_that_is_gone_or_put_back_is_seen(journal: Journal) -> None:
    # given a trail whose head somebody put back, then removed
    workspace = a_trail(journal)
    journal.write(lambda tx: tx.run(update(HEADS).values(seq=3)))
    assert why(journal, workspace)[0] is not None
    journal.write(lambda tx: tx.run(delete(HEADS)))
    assert why(journal, workspace) == (5, "the head row is missing")


def test_content_that_was_changed_is_seen_and_content_that_was_erased_by_the_book_is_not(journal: Journal) -> None:
    # given Content that somebody changed
    workspace = a_trail(journal)
    chunks = journal.read(lambda tx: tx.rows(select(CHUNKS.c.content_id)))
    journal.write(lambda tx: tx.run(update(CHUNKS).values(body=b"other words")))
    assert "is not what was recorded" in why(journal, workspace)[1]

    # when it is removed behind the trail's back, then that is seen too
    journal.write(lambda tx: tx.run(delete(CHUNKS)))
    assert "gone without a word" in why(journal, workspace)[1]

    # when it is erased with a word on the trail, then the chain holds
    journal.write(lambda tx: content.erase(tx, workspace.id, str(chunks[0]["content_id"]), actor="operator:ops"))
    assert journal.read(lambda tx: verify(tx, workspace.id)).holds
