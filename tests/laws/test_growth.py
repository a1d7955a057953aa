"""What a Run asks of the journal stays as it is, however much its workspace has done before."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from agents.clock import Clock, us
from agents.journal import audit, retention, workspaces
from agents.journal.audit import EVENTS
from agents.journal.database import Database
from agents.journal.transaction import Journal, Transaction
from tests.given.engines import Engine, an_engine
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says

FEW, MORE = 10, 50
MEASURED = 4

A_FOURTH = 1.25
"""How much more a Run may ask of the journal after MORE Runs: its trees grow by a level now and then."""

PER_CALL = 10
"""Steps of SQLite's machine between two counts."""


class Steps:
    """Counts what SQLite does for every statement: unlike time, it is the same on every machine."""

    def __init__(self, database: Database) -> None:
        self.taken = 0
        event.listen(database.engine, "connect", self._begin)

    def _begin(self, connection: sqlite3.Connection, _record: Any) -> None:
        connection.set_progress_handler(self._count, PER_CALL)

    def _count(self) -> int:
        self.taken += PER_CALL
        return 0


@pytest.fixture
def counted(sqlite_url: str, shared_rehearsal: RehearsalProcess, tmp_path: Path) -> Iterator[tuple[Engine, Steps]]:
    """An engine on SQLite, and what its journal does."""
    database = Database(sqlite_url, Clock())
    steps = Steps(database)
    made = an_engine(Journal(database), shared_rehearsal, tmp_path / "home")
    yield made, steps
    made.close()
    database.close()


def run(engine: Engine, many: int) -> None:
    """Have so many requests answered one after the other, each in a thread of its own."""
    for _ in range(many):
        engine.asks("ann", "@tagwork how are we?", channel="general")
        engine.work()


def test_a_run_asks_no_more_of_the_journal_after_many_than_after_few(counted: tuple[Engine, Steps]) -> None:
    # given a workspace in which some requests were answered
    engine, steps = counted
    says(engine.rehearsal, "All is well.")

    def of_one_after(before: int) -> float:
        run(engine, before)
        begun = steps.taken
        run(engine, MEASURED)
        return (steps.taken - begun) / MEASURED

    few = of_one_after(FEW)
    # when many more were, then the next ones are found as quickly
    many = of_one_after(MORE)
    assert 0 < many < A_FOURTH * few


def test_what_is_over_is_found_by_looking_at_each_item_once(counted: tuple[Engine, Steps]) -> None:
    # given a workspace in which some requests were answered
    engine, steps = counted
    says(engine.rehearsal, "All is well.")
    [workspace] = engine.journal.read(workspaces.every)

    def taken(look: Callable[[Transaction], object]) -> int:
        begun = steps.taken
        assert not engine.journal.read(look)
        return steps.taken - begun

    def looks() -> tuple[int, int]:
        """How far it is looked for Content that nobody has, all of it old enough; and for lines to cut, none old."""
        return (
            taken(lambda tx: retention.loose(tx, workspace.id, 0, 100)),
            taken(lambda tx: audit.oldest_to_keep(tx.connection, workspace.id, us(86_400))),
        )

    run(engine, FEW)
    few, _ = looks()
    # when there were four times as many more, then each item costs what it did, and the trail is not read
    run(engine, 4 * FEW)
    many, cut = looks()
    assert few < many < 5 * A_FOURTH * few
    assert cut < engine.journal.read(lambda tx: int(tx.value(select(func.count()).select_from(EVENTS))))
