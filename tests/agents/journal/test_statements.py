"""A statement that is run on the driver, as SQLAlchemy left it, does what SQLAlchemy would have done."""

from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, StatementError

from agents.clock import Clock
from agents.journal.database import Database
from agents.journal.statements import Learnt
from agents.journal.transaction import Journal, Transaction

numbers = count()

THINGS = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True),
    Column("labels", JSON),
    Column("kept", Boolean, default=True),
    Column("body", LargeBinary),
    Column("number", Integer, default=lambda: next(numbers)),
)
NEW = insert(THINGS).values({name: bindparam(name) for name in ("id", "name", "labels", "body")} | {"number": 0})
BY_ID = select(THINGS).where(THINGS.c.id == bindparam("id"))

TIMES = 4
"""Runs of each statement: the third is the first that the driver has to itself."""


@pytest.fixture
def journal(journal_url: str, clock: Clock) -> Iterator[Journal]:
    """A journal on each database in turn that shares nothing with others: here a statement becomes known."""
    database = Database(journal_url, clock)
    yield Journal(database)
    database.close()


@pytest.fixture
def things(journal: Journal) -> Iterator[Journal]:
    """A journal with one more table."""
    THINGS.drop(journal.database.engine, checkfirst=True)
    THINGS.create(journal.database.engine)
    yield journal
    THINGS.drop(journal.database.engine)


def learnt(tx: Transaction, statement: object) -> Learnt | None:
    """Return what is known of a statement."""
    return tx._known.get(statement)  # type: ignore[call-overload, no-any-return]


def new(tx: Transaction, number: int, **other: object) -> int:
    """Insert a row."""
    values = {"name": f"name {number}", "labels": {"a": [number]}, "body": b"\x00\xff"} | other
    return tx.run(NEW, {"id": number, **values})


def test_what_is_written_and_read_is_the_same_whoever_runs_the_statement(things: Journal) -> None:
    # given rows of which the last are written by the driver alone
    assert [things.write(lambda tx, at=at: new(tx, at)) for at in range(TIMES)] == [1] * TIMES  # type: ignore[misc]

    def read(tx: Transaction) -> list[object]:
        return [
            (tx.row(BY_ID, {"id": at}), tx.rows(BY_ID, {"id": at}), tx.value(BY_ID, {"id": at})) for at in range(TIMES)
        ]

    # when all are read, by SQLAlchemy at first and then by the driver
    found = things.read(read)
    assert things.read(lambda tx: learnt(tx, NEW) and learnt(tx, BY_ID))

    # then every row has its values, in their types: JSON, a default, bytes
    for at in range(TIMES):
        row = {"id": at, "name": f"name {at}", "labels": {"a": [at]}, "kept": True, "body": b"\x00\xff", "number": 0}
        assert found[at] == (row, [row], at)
    assert things.read(lambda tx: tx.row(BY_ID, {"id": -1}), still=True) is None
    assert things.read(lambda tx: tx.value(BY_ID, {"id": -1})) is None


def test_many_rows_are_written_at_once_by_the_driver_too(things: Journal) -> None:
    # given a statement that is known
    for at in range(TIMES):
        things.write(lambda tx, at=at: new(tx, at))  # type: ignore[misc]

    # when it is run with many values
    more = [{"id": at, "name": f"name {at}", "labels": {}, "body": b""} for at in range(10, 13)]
    assert things.write(lambda tx: tx.run(NEW, more)) == 3

    # then all stand
    assert things.read(lambda tx: tx.rows(select(THINGS.c.id).where(THINGS.c.id >= 10))) == [
        {"id": 10},
        {"id": 11},
        {"id": 12},
    ]


def test_words_that_a_statement_brings_itself_stay_its_own(things: Journal) -> None:
    # given two statements that are written alike but for the words in them
    for at in range(3):
        things.write(lambda tx, at=at: new(tx, at))  # type: ignore[misc]
    first = select(THINGS.c.id).where(THINGS.c.id.in_([0, 1]), THINGS.c.name == bindparam("name"))
    second = select(THINGS.c.id).where(THINGS.c.id.in_([2, 3]), THINGS.c.name == bindparam("name"))

    def both(tx: Transaction) -> list[object]:
        return [tx.value(one, {"name": f"name {at}"}) for one in (first, second) for at in range(3)]

    # when both are run often, then each finds its own
    for _ in range(TIMES):
        assert things.read(both) == [0, 1, None, None, None, 2]
    assert things.read(lambda tx: learnt(tx, first) and learnt(tx, second))


def test_other_names_of_values_are_left_to_sqlalchemy(things: Journal) -> None:
    # given a statement that was always run with a name alone
    things.write(lambda tx: new(tx, 1))
    change = update(THINGS).where(THINGS.c.id == bindparam("of"))
    for at in range(TIMES):
        assert things.write(lambda tx, at=at: tx.run(change, {"of": 1, "name": f"now {at}"})) == 1  # type: ignore[misc]

    # when it is run with labels as well, then both are written
    things.write(lambda tx: tx.run(change, {"of": 1, "name": "last", "labels": ["x"]}))
    found = things.read(lambda tx: tx.row(BY_ID, {"id": 1}))
    assert found is not None
    assert (found["name"], found["labels"]) == ("last", ["x"])


def test_a_value_that_is_computed_for_each_run_is_never_kept(things: Journal) -> None:
    # given a statement with a default that a function gives, and one with a value that a function gives
    counted = insert(THINGS).values(id=bindparam("id"))
    asked = count()
    computed = select(literal(1)).where(bindparam("at", callable_=lambda: next(asked)) >= 0)

    # when both are run often
    for at in range(TIMES):
        things.write(lambda tx, at=at: (tx.run(counted, {"id": at}), tx.value(computed)))  # type: ignore[misc]

    # then the functions were asked every time
    found = things.read(lambda tx: tx.rows(select(THINGS.c.number)))
    assert len({row["number"] for row in found}) == TIMES
    assert next(asked) >= TIMES


def test_a_list_of_any_length_is_a_statement_of_its_own_every_time(things: Journal) -> None:
    # given a statement that takes a list
    for at in range(3):
        things.write(lambda tx, at=at: new(tx, at))  # type: ignore[misc]
    some = select(THINGS.c.id).where(THINGS.c.id.in_(bindparam("ids", expanding=True))).order_by(THINGS.c.id)

    # when it is run with ever longer ones, then each finds what it names
    for many in (1, 1, 1, 2, 3, 0):
        found = things.read(lambda tx, many=many: tx.rows(some, {"ids": list(range(many))}))  # type: ignore[misc]
        assert [row["id"] for row in found] == list(range(many))


def test_a_fault_of_the_driver_is_raised_as_sqlalchemy_raises_it(things: Journal) -> None:
    # given a statement that the driver runs
    for at in range(TIMES):
        things.write(lambda tx, at=at: new(tx, at))  # type: ignore[misc]

    # when it breaks a unique key, then the error is SQLAlchemy's, without the values, and nothing is stored
    with pytest.raises(IntegrityError) as met:
        things.write(lambda tx: (new(tx, 50), new(tx, 51, name="name 50")))
    assert "name 50" not in str(met.value).partition("[SQL")[2]
    assert things.read(lambda tx: tx.row(BY_ID, {"id": 50})) is None

    # and a value that cannot be written is told in the same way
    with pytest.raises((StatementError, TypeError)):
        things.write(lambda tx: new(tx, 52, labels=object()))


def test_a_connection_that_breaks_under_the_driver_is_given_up(postgres_journal: Journal) -> None:
    # given a statement that the driver runs
    pid = text("SELECT pg_backend_pid() AS pid")
    for _ in range(TIMES):
        postgres_journal.read(lambda tx: tx.value(pid))
    assert postgres_journal.read(lambda tx: learnt(tx, pid)) is not None
    tries: list[int] = []

    def work(tx: Transaction) -> int:
        tries.append(tx.value(pid))
        if len(tries) == 1:
            with postgres_journal.database.engine.connect() as other:
                other.execute(text(f"SELECT pg_terminate_backend({tries[0]})"))
        return int(tx.value(pid))

    # when its connection is ended in the middle, then the transaction is made again on another one
    assert postgres_journal.write(work) == tries[1] != tries[0]
