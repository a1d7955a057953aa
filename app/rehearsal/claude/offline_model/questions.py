"""What can be asked of a table, as plain values."""

from dataclasses import dataclass
from typing import Literal

from app.rehearsal.claude.offline_model.file_results import Column, Table

Kind = Literal["compare", "beside", "total", "average", "count", "rank", "list"]
Relation = Literal["<", ">", ">=", "<=", "=", "<>"]


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows that count: a column (None: any text column) in a relation to one of the values."""

    column: Column | None
    relation: Relation
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one table. `measures` are number columns; in a comparison the first stands left of `relation`.

    `rivals`: the columns that the words fit equally well, where there are several; the first of them is in `measures`.
    """

    kind: Kind
    table: Table
    group: Column | None = None
    measures: tuple[Column, ...] = ()
    relation: Relation | None = None
    filters: tuple[Filter, ...] = ()
    limit: int | None = None
    descending: bool = True
    how_many: bool = False
    fit: float = 0.0
    rivals: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why a clause cannot be asked of a table: what was looked for and is not there."""

    missing: str
