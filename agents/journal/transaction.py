"""One transaction: rows and audit together or not at all, and what is to happen once it is durable."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Row, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agents.audit.events import Event
from agents.boundaries import Crossing, Kind, Side, name_of, nothing
from agents.errors import JournalBusy
from agents.journal.audit import Happened, append
from agents.journal.database import Database, may_be_repeated, now

T = TypeVar("T")

_NOW = select(now())

TRIES = 3
"""How often a transaction is run that the database broke off in favour of another (E2)."""


class Transaction:
    """What one transaction does. Audit events gather here and are appended last, so that the chain's lock is short."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.events: list[Happened] = []
        self.afterwards: list[Callable[[], None]] = []

    def run(self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None) -> int:
        """Execute a statement; return how many rows it wrote."""
        return self.connection.execute(statement, values or {}).rowcount

    def row(self, statement: Executable, values: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Return the first row by its columns' names, or None."""
        found = self.connection.execute(statement, values or {}).mappings().first()
        return None if found is None else {str(name): value for name, value in found.items()}

    def rows(self, statement: Executable, values: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Return every row by its columns' names."""
        return [
            {str(name): value for name, value in row.items()}
            for row in self.connection.execute(statement, values or {}).mappings()
        ]

    def value(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        """Return the first column of the first row, or None."""
        found: Row[Any] | None = self.connection.execute(statement, values or {}).first()
        return None if found is None else found[0]

    def now(self) -> int:
        """Return journal time."""
        if self.connection.dialect.name == "sqlite":
            return int(self.connection.connection.driver_connection.execute("SELECT journal_now()").fetchone()[0])  # type: ignore[union-attr]
        return int(self.value(_NOW))

    def record(self, workspace_id: str, event: Event, *, run_id: str | None = None, actor: str, **data: Any) -> None:
        """Add one line to the workspace's trail. `actor`: `person:U…`, `worker:…`, `app:…` or `operator:…`."""
        self.events.append(Happened(workspace_id, event, run_id, actor, data))

    def after_commit(self, act: Callable[[], None]) -> None:
        """Have `act` called once everything is durable: a poke, never something that must happen."""
        self.afterwards.append(act)


class Journal:
    """The one way to the journal's rows. `cross` is told before and after each commit, `heard` what was committed."""

    def __init__(
        self,
        database: Database,
        cross: Crossing = nothing,
        heard: Callable[[Sequence[Happened]], None] = lambda events: None,
    ) -> None:
        self.database = database
        self.cross = cross
        self._heard = heard

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction, append its audit events, commit, then do what it asked for afterwards.

        A transaction that the database broke off for another is run again whole, at most TRIES times. Raises
        JournalBusy where the database did not answer in its patience: nothing was stored.
        """
        for attempt in range(1, TRIES + 1):
            try:
                with self.database.engine.connect() as connection, connection.begin():
                    tx = Transaction(connection)
                    result = work(tx)
                    if tx.events:
                        append(connection, tx.events)
                    self.cross(Kind.COMMIT, Side.BEFORE, name_of(work))
                break
            except PoolTimeout as fault:
                raise JournalBusy("no connection to the journal came free in time") from fault
            except OperationalError as fault:
                if may_be_repeated(fault) and attempt < TRIES:
                    _breathe(attempt)
                    continue
                raise JournalBusy(_without_values(fault)) from None
        self.cross(Kind.COMMIT, Side.AFTER, name_of(work))
        self._heard(tx.events)
        for act in tx.afterwards:
            act()
        return result

    def read(self, work: Callable[[Transaction], T], *, still: bool = False) -> T:
        """Run `work`, which only looks; `still`: at one moment."""
        try:
            with self.database.reading(still=still) as connection:
                return work(Transaction(connection))
        except (OperationalError, PoolTimeout) as fault:
            raise JournalBusy(_without_values(fault)) from None


def _breathe(attempt: int) -> None:
    threading.Event().wait(random.uniform(0.002, 0.02) * attempt)  # noqa: S311


def _without_values(fault: Exception) -> str:
    """The driver's own words: SQLAlchemy's message would show the statement's values, which are people's text."""
    return str(fault.orig).strip() if isinstance(fault, DBAPIError) else str(fault)
