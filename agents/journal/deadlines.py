"""How connections to PostgreSQL are made. One that is frozen, or behind a dead line, is not waited for without end.

The server's own `statement_timeout` helps only while the server lives. psycopg is an extra, so it is imported late.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Connection as Connected

KEEPALIVES = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
"""libpq's names: a connection whose other machine is gone is given up after 25 s; Linux alone takes two hours."""

BEYOND = 1.0
"""Seconds for which the server may still end a statement cleanly by its own limit before the connection is closed."""

PREPARED_FROM, PREPARED_AT_MOST = 1, 500
"""Runs of a statement before the server keeps it ready, and how many it keeps for a connection. One Run and the sweep
beside it took 95 different ones, by the server's log; beyond psycopg's own limit of 100 each pushes another out."""


def connecting(patience: float) -> Callable[..., Any]:
    """Return what opens connections that wait for an answer no longer than `patience` seconds and BEYOND."""
    kind = _kind()

    def connect(*words: Any, **options: Any) -> Any:
        connection = kind.connect(*words, **options)
        connection.patience = patience + BEYOND
        connection.prepare_threshold, connection.prepared_max = PREPARED_FROM, PREPARED_AT_MOST
        return connection

    return connect


def waits_without_end(connection: Connected) -> None:
    """Let this connection wait for as long as it takes: for a lock that a migration holds elsewhere."""
    driver: Any = connection.connection.driver_connection
    driver.patience = None


@cache
def _kind() -> Any:
    import psycopg

    class Patient(psycopg.Connection[Any]):
        patience: float | None = None

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            try:
                return super().wait(gen, interval, self.patience if timeout is None else timeout)
            except psycopg.OperationalError as fault:
                if fault.sqlstate is None:
                    # not the server's words: whatever comes on this connection later belongs to nobody
                    self.pgconn.finish()
                raise

    return Patient
