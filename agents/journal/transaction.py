"""One transaction: rows and audit together or not at all, and what is to happen once it is durable."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from agents.audit.events import Event
from agents.boundaries import Crossing, Kind, Side, name_of, nothing
from agents.errors import JournalBusy
from agents.journal.audit import Happened, append
from agents.journal.database import Database, now
from agents.journal.faults import is_of_the_database, may_be_repeated, named, words_of
from agents.journal.statements import Statements

T = TypeVar("T")

_NOW = select(now())

TRIES = 3
"""How often a transaction is run that the database broke off in favour of another (E2)."""

RETURNS = 10.0
"""Seconds for which a transaction waits for a database that went away: a restart of PostgreSQL takes less."""

AWAY = 10.0
"""How much longer it breathes then: 0.1 s on average at first, half a second in the end."""


class Transaction(Statements):
    """What one transaction does. Audit events gather here and are appended last, so that the chain's lock is short.

    `stored` holds the media type and the bytes of the Content that it has made itself. `at_last`: what is written right
    before the trail, each under a key of whoever keeps it there. `seen`: what it has read and takes as read, likewise.
    """

    def __init__(self, connection: Connection, lasting: dict[object, Any] | None = None) -> None:
        """`lasting`: what this process has read that never changes, by keys of whoever keeps it there."""
        super().__init__(connection)
        self.events: list[Happened] = []
        self.at_last: dict[object, Callable[[Transaction], None]] = {}
        self.afterwards: dict[object, Callable[[], None]] = {}
        self.stored: dict[str, tuple[str, bytes]] = {}
        self.seen: dict[object, Any] = {}
        self.lasting = {} if lasting is None else lasting

    def now(self) -> int:
        """Return journal time."""
        if self.connection.dialect.name == "sqlite":
            return int(self.connection.connection.driver_connection.execute("SELECT journal_now()").fetchone()[0])  # type: ignore[union-attr]
        return int(self.value(_NOW))

    def record(self, workspace_id: str, event: Event, *, run_id: str | None = None, actor: str, **data: Any) -> None:
        """Add one line to the workspace's trail. `actor`: `person:U…`, `worker:…`, `app:…` or `operator:…`."""
        self.events.append(Happened(workspace_id, event, run_id, actor, data))

    def after_commit(self, act: Callable[[], None], *, key: object = None) -> None:
        """Have `act` called once everything is durable: a poke, never something that must happen.

        Of several with one `key` the first is called.
        """
        self.afterwards.setdefault(act if key is None else key, act)

    def not_after_commit(self, key: object) -> bool:
        """Do not call what was to be called under `key`: it is done otherwise. False: nothing was to be called."""
        return self.afterwards.pop(key, None) is not None


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
        self.lasting: dict[object, Any] = {}

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in one transaction, append its audit events, commit, then do what it asked for afterwards.

        A transaction that the database broke off for another is run again whole, at most TRIES times; one whose
        connection broke before its COMMIT was sent, for as long as a database that is restarted may take (RETURNS).

        Raises:
            JournalBusy: the database did not answer in its patience. Nothing was stored, but where the connection broke
                in the COMMIT itself: then it is not known, and what is done again must find what was done (E3).
        """
        attempt, ends = 0, time.monotonic() + min(RETURNS, self.database.patience)
        while True:
            attempt += 1
            point = _Point()
            try:
                tx, result = self._once(work, point)
                break
            except PoolTimeout as fault:
                raise JournalBusy(words_of(fault)) from None
            except DBAPIError as fault:
                if not is_of_the_database(fault):
                    raise
                broken_off = may_be_repeated(fault) and attempt < TRIES
                if not broken_off and not (self._is_away(fault, point) and time.monotonic() < ends):
                    unknown = " (in the commit: whether it is stored is not known)" if point.committing else ""
                    raise JournalBusy(words_of(fault) + unknown) from None
                _breathe(attempt if broken_off else attempt * AWAY)
        self.cross(Kind.COMMIT, Side.AFTER, name_of(work))
        self._heard(tx.events)
        for act in list(tx.afterwards.values()):
            act()
        return result

    def _once(self, work: Callable[[Transaction], T], point: "_Point") -> tuple[Transaction, T]:
        with self.database.alone_to_write(), self.database.engine.connect() as connection:
            point.connected = True
            with connection.begin():
                tx = Transaction(connection, self.lasting)
                result = work(tx)
                for act in tx.at_last.values():
                    act(tx)
                if tx.events:
                    append(tx, tx.events)
                point.committing = True
                self.cross(Kind.COMMIT, Side.BEFORE, name_of(work))
        return tx, result

    def _is_away(self, fault: DBAPIError, point: "_Point") -> bool:
        """Whether the database was lost at a point where certainly nothing was stored."""
        if self.database.is_sqlite or point.committing:
            return False
        return fault.connection_invalidated or not point.connected

    def read(self, work: Callable[[Transaction], T], *, still: bool = False) -> T:
        """Run `work`, which only looks; `still`: at one moment. Raises JournalBusy."""
        with named(), self.database.reading(still=still) as connection:
            return work(Transaction(connection, self.lasting))


@dataclass(slots=True)
class _Point:
    """How far a transaction has come."""

    connected: bool = False
    committing: bool = False


def _breathe(times: float) -> None:
    threading.Event().wait(random.uniform(0.002, 0.02) * min(times, 50))  # noqa: S311
