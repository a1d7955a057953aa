"""Brings a journal's tables to what this code needs: once, however many processes start at the same time."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from agents.errors import BadSetting
from agents.journal.database import Database

VERSIONS = Path(__file__).parent / "migrations" / "versions"

_LOCK_KEY = 0x7461_6777
"""PostgreSQL's advisory lock for migrations: "tagw" in ASCII."""


def newest() -> str:
    """Return the revision that this code needs: the highest number among the files of migrations/versions."""
    return max(match[1] for path in VERSIONS.iterdir() if (match := re.match(r"(\d{4})_.*\.py$", path.name)))


def standing(database: Database) -> str | None:
    """Return the revision that the journal is at; None for an empty one."""
    with database.reading() as connection:
        return _standing(connection)


def upgrade(database: Database) -> bool:
    """Run what is missing. True where something ran; False where another process, or an earlier start, had done it.

    Raises:
        BadSetting: the journal is newer than this code.
    """
    if standing(database) == newest():
        return False
    with _alone(database) as connection:
        at = _standing(connection)
        if at == newest():
            return False
        if at is not None and at > newest():
            raise BadSetting(
                f"The journal is at revision {at}, newer than this code ({newest()}). Install the newer Tagwork again."
            )
        _run(connection)
        return True


def _standing(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _run(connection: Connection) -> None:
    # 0.8 s of imports that only the first start of a version needs
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "agents:journal/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A writing transaction that no other process's migration runs beside."""
    if database.is_sqlite:
        with open(f"{database.url.database}.migrating", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with database.engine.begin() as connection:
                yield connection
        return
    with database.engine.connect() as holder:
        holder.execute(text("SET lock_timeout = 0"))
        holder.execute(text("SET statement_timeout = 0"))
        holder.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
        holder.commit()
        try:
            with database.engine.begin() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                yield connection
        finally:
            holder.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
            holder.execute(text("RESET lock_timeout"))
            holder.execute(text("RESET statement_timeout"))
            holder.commit()
