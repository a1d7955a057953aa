"""What rows are lent: the sides, started when they are first asked for, and how much of everything is measured."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

from sqlalchemy import create_engine, text

from agents.clock import Clock
from agents.journal.database import Database
from agents.journal.transaction import Journal
from bench.rehearsed import Certificate
from bench.sides import Side, plain_side, tagwork_side
from tests.given.servers import Postgres, start_postgres


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes:
        rounds: how often each figure is taken, ours and the rival's in turn; the median counts.
        mentions: of one round, where they come one after the other.
        runs: of one round, where many are under way; never fewer than are under way at once.
        at_once: how many are under way.
        idle_seconds: how long the idle set-up is watched.
    """

    rounds: int = 5
    mentions: int = 10
    runs: int = 100
    at_once: tuple[int, ...] = (1, 10, 50, 200)
    idle_seconds: float = 30.0


TINY = Size(rounds=1, mentions=2, runs=2, at_once=(1, 2), idle_seconds=0.5)
"""Enough to see that a row can be taken."""


@dataclass
class Bench:
    """Lends to rows. `database` is sqlite or postgresql."""

    database: str
    size: Size = Size()
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @cached_property
    def folder(self) -> Path:
        """A folder for everything, on the disk that durability is measured on."""
        return Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="tagwork-bench-")))

    @cached_property
    def certificate(self) -> Certificate:
        """The certificate of servers that are reached by TLS."""
        return Certificate.make(self.folder)

    @cached_property
    def ours(self) -> Side:
        """Tagwork."""
        return self.another("ours")

    @cached_property
    def theirs(self) -> Side:
        """The plain Bolt app."""
        return self._open.enter_context(plain_side(self.folder / "theirs", self.ours))

    def another(self, name: str, *, tls: bool = False, settings: dict[str, str] | None = None) -> Side:
        """Start one more Tagwork, with a journal of its own, until the bench ends or `Side.end`."""
        return self._open.enter_context(
            tagwork_side(
                self.folder / name,
                database_url=self.database_url(name),
                certificate=self.certificate if tls else None,
                settings=settings,
            )
        )

    def database_url(self, name: str) -> str:
        """Return where a journal of that name is to be; empty: SQLite in its own folder."""
        if self.database == "sqlite":
            return ""
        server = create_engine(self._postgres.url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        server.dispose()
        return self._postgres.url_of(name)

    @contextmanager
    def journal_of(self, side: Side) -> Iterator[Journal]:
        """Open the journal of a side, to look into it."""
        url = side.environ.get("TAGWORK_DATABASE_URL") or f"sqlite:///{side.home / 'journal.db'}"
        database = Database(url, Clock())
        try:
            yield Journal(database)
        finally:
            database.close()

    @cached_property
    def _postgres(self) -> Postgres:
        server = start_postgres(durable=True)
        self._open.callback(server.stop)
        return server

    @property
    def postgres_pid(self) -> int | None:
        """The database server, where there is one of its own."""
        if self.database == "sqlite":
            return None
        return int((self._postgres.folder / "data" / "postmaster.pid").read_text().split()[0])

    def medians(self, take: Callable[[Side], dict[str, float]]) -> tuple[dict[str, float], dict[str, float]]:
        """Take figures of both sides in turn, round by round; return the medians of ours and of theirs."""
        ours: list[dict[str, float]] = []
        theirs: list[dict[str, float]] = []
        for number in range(self.size.rounds):
            turns = [(ours, self.ours), (theirs, self.theirs)]
            # neither side is always the one that finds the machine warm
            for taken, side in turns if number % 2 else reversed(turns):
                taken.append(take(side))
        return _medians(ours), _medians(theirs)


def _medians(taken: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(one[name] for one in taken) for name in taken[0]}
