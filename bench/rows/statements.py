"""(g) SQL statements and commits of one Run, counted where they are sent, by an engine in this process."""

from sqlalchemy import event

from agents.clock import Clock
from agents.journal import migrate
from agents.journal.database import Database
from agents.journal.transaction import Journal
from bench.bench import Bench
from bench.rehearsed import Rehearsed
from bench.row import Row
from bench.sides import NO_TOOLS, ONE_QUICK, script
from bench.tools import LOOK_UP
from tests.given.engines import Engine, an_engine
from tests.given.plain_tools import equip

LETTERS = "g"


def measure(bench: Bench) -> list[Row]:
    """Take the rows. A reading transaction counts too; what only begins or ends one is no statement."""
    url = bench.database_url("counted") or f"sqlite:///{bench.folder / 'counted.db'}"
    database = Database(url, Clock())
    migrate.upgrade(database)
    rows = []
    with Rehearsed.begin() as rehearsal:
        script(rehearsal)
        engine = an_engine(Journal(database), rehearsal, bench.folder / "counted")
        equip(engine, LOOK_UP)
        # the first mention finds nobody known and nothing kept
        _count(database, engine, NO_TOOLS)
        for what, words in (("without tools", NO_TOOLS), ("with one tool call", ONE_QUICK)):
            statements, writes, reads = _count(database, engine, words)
            rows.append(Row(f"(g) SQL statements of a Run {what}", "", statements))
            rows.append(Row(f"(g) commits of a Run {what}", "", writes))
            rows.append(Row(f"(g) reading transactions of a Run {what}", "", reads))
        engine.close()
    database.close()
    return rows


def _count(database: Database, engine: Engine, words: str) -> tuple[int, int, int]:
    """Return the statements, the commits and the reading transactions of one Run, from its mention to its end."""
    counted = {"statements": 0, "writes": 0, "reads": 0}

    def statement(connection: object, cursor: object, text: str, *_: object) -> None:
        counted["statements"] += not text.startswith("BEGIN")

    def commit(connection: object) -> None:
        reading = connection.get_execution_options().get("readonly")  # type: ignore[attr-defined]
        counted["reads" if reading else "writes"] += 1

    heard = (("before_cursor_execute", statement), ("commit", commit))
    for name, hears in heard:
        event.listen(database.engine, name, hears)
    try:
        engine.asks("ann", f"@tagwork {words}", channel="general")
        engine.work()
    finally:
        for name, hears in heard:
            event.remove(database.engine, name, hears)
    return counted["statements"], counted["writes"], counted["reads"]
