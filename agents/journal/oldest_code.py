"""The oldest code that may work on this journal's tables: one row, written by whatever migrates them (E24)."""

from sqlalchemy import Connection, delete, insert, select
from sqlmodel import Field, SQLModel

from agents.journal.schema import table_of


class OldestCodeRow(SQLModel, table=True):
    """The revision that such code needs, or a newer one. Older code refuses the journal."""

    __tablename__ = "oldest_code"
    revision: str = Field(primary_key=True, max_length=64)


OLDEST = table_of(OldestCodeRow)


def oldest(connection: Connection) -> str | None:
    """Return the revision of the oldest code that may work here; None where nothing was said."""
    found = connection.execute(select(OLDEST.c.revision)).scalar()
    return None if found is None else str(found)


def set_oldest(connection: Connection, revision: str) -> None:
    """Say so."""
    connection.execute(delete(OLDEST))
    connection.execute(insert(OLDEST).values(revision=revision))
