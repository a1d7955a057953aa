"""What every table shares: the naming of constraints, and the types of its columns. Imported before any table."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = SQLModel.metadata
"""All tables of the journal, once every word's module is imported (agents.journal.tables)."""


def ident(*, primary: bool = False, null: bool = False, to: str = "", index: bool = False) -> Any:
    """A column for one of our ids; `to` is `table.column` of what it refers to."""
    refers: dict[str, Any] = {"foreign_key": to} if to else {}
    return Field(
        default=None if null else ..., max_length=64, primary_key=primary, nullable=null, index=index, **refers
    )


def moment(*, null: bool = False, index: bool = False, primary: bool = False) -> Any:
    """A column for journal time, whole microseconds since 1970 UTC, or for another number past 32 bits."""
    return Field(default=None if null else ..., sa_type=BigInteger, nullable=null, index=index, primary_key=primary)


def count(*, big: bool = False) -> Any:
    """A column for a number that starts at 0."""
    if big:
        return Field(default=0, sa_type=BigInteger, nullable=False)
    return Field(default=0, nullable=False)


def needs() -> Any:
    """A column for the least format that can work a row (agents.formats)."""
    return Field(default=1, nullable=False)


def word(*, null: bool = False, length: int = 64) -> Any:
    """A column for a short text: a status, a name, an outside id."""
    return Field(default=None if null else ..., sa_type=String(length), nullable=null)


def prose(*, null: bool = False) -> Any:
    """A column for a text of any length, JSON included."""
    return Field(default=None if null else ..., sa_type=Text, nullable=null)


def blob(*, null: bool = False) -> Any:
    """A column for bytes."""
    return Field(default=None if null else ..., sa_type=LargeBinary, nullable=null)


def table_of(row: type[SQLModel]) -> Table:
    """Return the table behind a SQLModel class, for statements written with SQLAlchemy Core."""
    table = row.__table__  # type: ignore[attr-defined]
    assert isinstance(table, Table)  # noqa: S101
    return table


def columns_of(table: Table, names: Sequence[str]) -> list[Column[Any]]:
    """Return the named columns, in that order: the fields of a value that the statement gives."""
    return [table.c[name] for name in names]
