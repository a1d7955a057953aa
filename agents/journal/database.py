"""The connection to the journal's database: SQLite or PostgreSQL, durable, with one clock inside its statements."""

import random
import sqlite3
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import BigInteger, Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_random

from agents.clock import Clock
from agents.errors import BadSetting, JournalBusy
from agents.journal import deadlines

POOL = 8
"""Connections to a SQLite file that a process keeps: few are faster, for writers queue anyway. Nobody holds one across
a wait."""

POSTGRESQL_POOL = 16
"""Connections to PostgreSQL that a process has at most, all of them kept: what opening some for a moment cost is told
in docs/decisions/0017. The last one given back goes first: it knows most statements."""


GAP = 0.001
"""Seconds for which a process whose threads wait to write leaves a SQLite file to other processes after each write: on
two cores, with one worker at its limit, an app that looks as often then gets its turn within a few milliseconds."""


PRIMARY = 0xFF
"""The part of SQLite's result codes that extended ones share: busy, for whatever reason (sqlite.org/rescode.html)."""


class now(FunctionElement[int]):  # noqa: N801
    """Journal time inside a statement: the database's own clock (E5)."""

    type = BigInteger()
    inherit_cache = True
    name = "journal_now"


@compiles(now, "sqlite")
def _now_sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    return "journal_now()"


@compiles(now, "postgresql")
def _now_postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    # clock_timestamp(), because now() is the transaction's start; the setting is empty but in tests
    return (
        "(CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)"
        " + coalesce(CAST(nullif(current_setting('tagwork.offset_us', true), '') AS BIGINT), 0))"
    )


class Writers:
    """Who writes to one SQLite file, of the threads of this process: one at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0

    def acquire(self, seconds: float) -> bool:
        """Wait until nobody else writes. False: somebody did for so many seconds."""
        self._count(1)
        try:
            return self._lock.acquire(timeout=seconds)
        finally:
            self._count(-1)

    def release(self) -> None:
        """Let the next one write; where others wait, not before another process could take the file."""
        if self._waiting > 0:
            time.sleep(GAP)
        self._lock.release()

    def _count(self, many: int) -> None:
        with self._counting:
            self._waiting += many


_writers: defaultdict[str, Writers] = defaultdict(Writers)
"""One for each SQLite file that this process has open."""


class Database:
    """One engine. `patience` is how many seconds a statement may wait for a lock before it is given up."""

    def __init__(self, url: str, clock: Clock, *, patience: float = 30.0) -> None:
        self.clock = clock
        self.patience = patience
        self.url = _checked(url)
        self._writers = _writers[str(self.url.database)]
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite(patience) if self.is_sqlite else self._postgresql(patience)
        self._looking_engine = self.engine.execution_options(readonly=True)

    def _sqlite(self, patience: float) -> Engine:
        Path(self.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=patience,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
        )

        @event.listens_for(engine, "connect")
        def _connect(connection: sqlite3.Connection, _record: Any) -> None:
            connection.isolation_level = None  # the driver must not begin by itself
            connection.create_function("journal_now", 0, self.clock.now_us)
            connection.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
            # of several processes that open a new file at once, SQLite refuses some at once, whatever its patience
            for attempt in Retrying(
                retry=retry_if_exception_type(sqlite3.OperationalError),
                stop=stop_after_delay(patience),
                wait=wait_random(0.01, 0.05),
                reraise=True,
            ):
                with attempt:
                    connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")  # E4: what was acknowledged survives power loss
            connection.execute("PRAGMA foreign_keys=ON")

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            if connection.get_execution_options().get("readonly"):
                _begin_to_look(connection)
            else:
                _begin_to_write(connection, patience)

        return engine

    def _postgresql(self, patience: float) -> Engine:
        wait = int(patience * 1000)
        engine = create_engine(
            self.url,
            pool_size=POSTGRESQL_POOL,
            max_overflow=0,
            pool_timeout=patience,
            hide_parameters=True,  # values are people's words, and errors are logged
            pool_use_lifo=True,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": max(2, int(patience)),
                "options": f"-c synchronous_commit=on -c lock_timeout={wait} -c statement_timeout={wait}",
                **deadlines.KEEPALIVES,
            },
        )
        connect = deadlines.connecting(patience)

        @event.listens_for(engine, "do_connect")
        def _connect(_dialect: Any, _record: Any, words: Any, options: Any) -> Any:
            return connect(*words, **options)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            offset = self.clock.offset_us()
            if offset != connection.info.get("offset_us", 0):
                connection.exec_driver_sql(f"SELECT set_config('tagwork.offset_us', '{offset}', false)")
                connection.info["offset_us"] = offset

        @event.listens_for(engine, "rollback")
        def _rollback(connection: Connection) -> None:
            # what a transaction set is taken back with it; a connection that broke is not there to be told
            if not connection.invalidated:
                connection.info["offset_us"] = None

        return engine

    @contextmanager
    def alone_to_write(self) -> Iterator[None]:
        """Wait until no other thread of this process writes, where the database lets only one at a time. JournalBusy.

        Whoever waits for SQLite's own lock only looks again now and then: of many, some would wait for seconds.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._writers.acquire(self.patience):
            raise JournalBusy("another thread of this process has been writing for too long")
        try:
            yield
        finally:
            self._writers.release()

    @contextmanager
    def reading(self, *, still: bool = False) -> Iterator[Connection]:
        """A connection that only looks, beside open writers. `still`: every statement sees the same moment."""
        with self._looking_engine.connect() as connection:
            if still and not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _begin_to_look(connection: Connection) -> None:
    """BEGIN, which takes no lock yet."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    try:
        driver.execute("BEGIN")
    except sqlite3.Error:
        # once more, so that what stands in the way is raised as SQLAlchemy raises it
        connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection, patience: float) -> None:
    """BEGIN IMMEDIATE, tried again every millisecond: SQLite's own patience looks ever more rarely, and misses gaps."""
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    ends = time.monotonic() + patience
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < ends:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as fault:
                if fault.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(random.uniform(GAP / 4, GAP))  # noqa: S311
            else:
                return
        # once more, so that what stands in the way is raised as SQLAlchemy raises it
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except Exception as fault:
        raise BadSetting("TAGWORK_DATABASE_URL is not a database URL. Use sqlite:///PATH or postgresql://…") from fault
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise BadSetting(
            "TAGWORK_DATABASE_URL names neither SQLite nor PostgreSQL. Use sqlite:///PATH or postgresql://…"
        )
    if parsed.get_backend_name() == "sqlite" and not parsed.database:
        raise BadSetting(
            "TAGWORK_DATABASE_URL names no file. Use sqlite:///PATH: every process must see the same journal."
        )
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed
