"""Nothing on a trail can be changed, added or taken away unseen, nor Content behind it. design.md 5."""

import json

import pytest
from sqlalchemy import Executable, delete, insert, select, update

from agents.audit.verify import Verdict, named_content, verify
from agents.journal import content, workspaces
from agents.journal.audit import EVENTS, HEADS
from agents.journal.content import CHUNKS, CONTENT
from agents.journal.transaction import Journal, Transaction
from tests.given.engines import Engine
from tests.given.rehearsal import FileToPost

SALES = FileToPost("sales.csv", b"region,sales,target\nNorth,90,100\nSouth,120,110\n", "text/csv")


@pytest.fixture
def trail(engine: Engine) -> Journal:
    """A journal with the whole trail of one answered Run."""
    engine.asks("ann", "which region missed its target?", files=[SALES])
    engine.work()
    return engine.journal


def verdict(journal: Journal) -> Verdict:
    """What a look at the trail finds."""
    return journal.read(lambda tx: verify(tx, workspaces.every(tx)[0].id))


def tampered(journal: Journal, *changes: Executable) -> Verdict:
    """What a look at the trail finds while somebody's change stands; the change is taken back."""
    with journal.database.engine.connect() as connection:
        change = connection.begin()
        for statement in changes:
            connection.execute(statement)
        tx = Transaction(connection)
        found = verify(tx, workspaces.every(tx)[0].id)
        change.rollback()
    return found


def test_an_untouched_trail_holds(trail: Journal) -> None:
    # given a trail that nobody touched, when it is verified, then it holds
    found = verdict(trail)
    assert found.holds
    assert found.events > 15


def test_every_column_of_every_event_is_bound(trail: Journal) -> None:
    # given a trail
    with trail.database.reading() as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.seq)).mappings().all()

    # when any column of any event, first and last too, holds something else
    for row in rows:
        for column in EVENTS.c:
            if column.name in {"workspace_id", "seq"}:
                continue
            old = row[column.name]
            other: object = old + 1 if isinstance(old, int) else f"x{old or ''}"[: len(old or "x")]
            changed = update(EVENTS).where(EVENTS.c.seq == row["seq"]).values({column.name: other})
            found = tampered(trail, changed)

            # then that event is named as the first bad one
            assert not found.holds, (row["seq"], column.name)
            assert found.bad_seq == row["seq"], (row["seq"], column.name, found)


def test_a_forged_line_that_no_parser_likes_is_a_bad_event_and_no_crash(trail: Journal) -> None:
    # given a trail, when an event looks like an erasure with data that says nothing, or has a hash in another script
    for forged in ("{", "[]", "7", '"x"'):
        changed = update(EVENTS).where(EVENTS.c.seq == 4).values(event="content:erased", data=forged)
        assert tampered(trail, changed).bad_seq == 4
    other_script = tampered(trail, update(EVENTS).where(EVENTS.c.seq == 4).values(hash="é" * 64))

    # then it is named
    assert other_script.bad_seq == 4


def test_a_missing_event_is_seen_also_the_last(trail: Journal) -> None:
    # given a trail
    last = verdict(trail).events

    # when any one event is taken away, then its number is named
    for seq in range(1, last + 1):
        found = tampered(trail, delete(EVENTS).where(EVENTS.c.seq == seq))
        assert found.bad_seq == seq, (seq, found)


def test_renumbered_swapped_and_added_events_are_seen(trail: Journal) -> None:
    # given a trail
    with trail.database.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(EVENTS).order_by(EVENTS.c.seq)).mappings()]
    last = len(rows)

    # when the last event gets another number, then it is seen
    moved = tampered(trail, update(EVENTS).where(EVENTS.c.seq == last).values(seq=last + 5))
    assert moved.bad_seq == last

    # when an event is added behind the last, then the head does not fit
    added = tampered(trail, insert(EVENTS).values({**rows[-1], "seq": last + 1}))
    assert added.bad_seq == last + 1

    # when two events change places, then the first of them is named
    swap = [
        update(EVENTS)
        .where(EVENTS.c.seq == seq)
        .values({name: value for name, value in row.items() if name not in {"seq", "workspace_id"}})
        for seq, row in ((3, rows[3]), (4, rows[2]))
    ]
    assert tampered(trail, *swap).bad_seq == 3


def test_the_head_is_bound_too(trail: Journal) -> None:
    # given a trail
    last = verdict(trail).events

    # when the head is changed or taken away, then it is seen
    tampers: tuple[Executable, ...] = (
        update(HEADS).values(seq=last + 1),
        update(HEADS).values(seq=last - 1),
        update(HEADS).values(hash="0" * 64),
        delete(HEADS),
    )
    for tamper in tampers:
        found = tampered(trail, tamper)
        assert not found.holds


def test_content_behind_the_trail_is_bound(trail: Journal) -> None:
    # given all Content that the trail names
    with trail.database.reading() as connection:
        lines = connection.execute(select(EVENTS.c.seq, EVENTS.c.data).order_by(EVENTS.c.seq)).all()
    named: dict[str, int] = {}
    for line in lines:
        for content_id, _ in named_content(json.loads(line.data)):
            named.setdefault(content_id, line.seq)
    assert len(named) >= 6

    # when its bytes, key or digest are changed, or it is taken away, then the first event that names it is named
    for content_id, seq in named.items():
        tampers: tuple[Executable, ...] = (
            update(CHUNKS).where(CHUNKS.c.content_id == content_id).values(body=b"other"),
            update(CONTENT).where(CONTENT.c.id == content_id).values(key=b"x" * 32),
            update(CONTENT).where(CONTENT.c.id == content_id).values(digest="0" * 64),
            update(CONTENT).where(CONTENT.c.id == content_id).values(key=None, erased_at=1),
            delete(CHUNKS).where(CHUNKS.c.content_id == content_id),
        )
        for tamper in tampers:
            found = tampered(trail, tamper)
            assert found.bad_seq == seq, (content_id, tamper, found)


def test_erased_content_leaves_the_chain_whole_and_nothing_to_guess(trail: Journal) -> None:
    # given a request whose words must go
    workspace = trail.read(lambda tx: workspaces.every(tx)[0])
    found = trail.read(lambda tx: tx.value(select(CONTENT.c.id).where(CONTENT.c.kind == "input")))

    # when they are erased
    assert trail.write(lambda tx: content.erase(tx, workspace.id, found, actor="operator:test"))

    # then neither bytes nor key remain, and the chain holds
    item = trail.read(lambda tx: content.item(tx, found))
    assert item is not None
    assert item.body is None
    assert item.key is None
    assert verdict(trail).holds
