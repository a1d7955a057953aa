"""Brings a journal's tables to what this code needs: once, however many processes start at the same time."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from agents.errors import BadSetting
from agents.journal.database import Database
from agents.journal.deadlines import waits_without_end
from agents.journal.faults import named
from agents.journal.oldest_code import oldest, set_oldest

VERSIONS = Path(__file__).parent / "migrations" / "versions"

_LOCK_KEY = 0x7461_6777
"""PostgreSQL's advisory lock for migrations: "tagw" in ASCII."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why code and tables do not fit each other, and what to do; a sentence each."""

    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what} {self.fix}"


def newest() -> str:
    """Return the revision that this code needs: the highest number among the files of migrations/versions."""
    return max(match[1] for path in VERSIONS.iterdir() if (match := re.match(r"(\d{4})_.*\.py$", path.name)))


def standing(database: Database) -> str | None:
    """Return the revision that the journal is at; None for an empty one."""
    with database.reading() as connection:
        return _standing(connection)


def mismatch(database: Database) -> Mismatch | None:
    """Return why this code cannot work on the journal's tables, or None where it can.

    Newer tables are fit for older code for as long as they only grew (E24, docs/decisions/0015).
    """
    with database.reading() as connection:
        return _mismatch(connection)


def upgrade(database: Database) -> bool:
    """Run what is missing. True where something ran; False where another process, or an earlier start, had done it.

    Raises:
        BadSetting: the tables are newer, and have lost what this code needs. JournalBusy: the database does not answer.
    """
    with named():
        return _upgraded(database)


def _upgraded(database: Database) -> bool:
    if mismatch(database) is None:
        return False
    with _alone(database) as connection:
        wrong = _mismatch(connection)
        if wrong is None:
            return False
        if (_standing(connection) or "") > newest():
            raise BadSetting(str(wrong))
        _run(connection)
        return True


def _mismatch(connection: Connection) -> Mismatch | None:
    at, needed = _standing(connection), newest()
    if at == needed:
        return None
    if at is None or at < needed:
        what = f"The journal is at revision {at or 'none'}, and this code needs {needed}."
        return Mismatch(what, "Run `tagwork db upgrade`.")
    least = oldest(connection) or at
    if least <= needed:
        return None
    return Mismatch(
        f"The journal is at revision {at}, which needs code of revision {least} or newer; this code is {needed}.",
        "Install the newer Tagwork again, or put back the backup from before its update.",
    )


def _standing(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _run(connection: Connection) -> None:
    # 0.8 s of imports that only the first start of a version needs
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "agents:journal/migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    set_oldest(connection, ScriptDirectory.from_config(config).get_revision("head").module.oldest)


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
        waits_without_end(holder)
        holder.execute(text("SET lock_timeout = 0"))
        holder.execute(text("SET statement_timeout = 0"))
        holder.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
        holder.commit()
        try:
            with database.engine.begin() as connection:
                waits_without_end(connection)
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                yield connection
        finally:
            holder.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})
            holder.execute(text("RESET lock_timeout"))
            holder.execute(text("RESET statement_timeout"))
            holder.commit()
