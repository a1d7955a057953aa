"""A table as read from a file: header, rows of cells as text, the kind of each column. Runs in the child."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from tools.guards.column_types import ColumnType, type_of
from tools.guards.refusals import Refused

MAX_COLUMNS = 500
"""Columns of one table: their names alone are about 12 000 characters, half of what one result may hold."""
MAX_CELLS = 2_000_000
"""Cells of one table: about 60 bytes each here and again as much in DuckDB, so 240 MB of the child's memory."""
NAME_LENGTH = 100
"""Characters of a column's name."""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` are as long as `header`; an empty cell is "". `notes` are sentences about how it was read."""

    name: str
    header: Sequence[str]
    kinds: Sequence[ColumnType]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def table_from(name: str, records: Iterable[Sequence[str]], file_name: str) -> Table:
    """Build a table. The first record is the header, unless it holds numbers or dates itself.

    Raises:
        Refused: too many columns or cells, or no record at all.
    """
    rows, widest = _within_caps(records, file_name)
    if not rows or not widest:
        raise Refused(f'"{file_name}" holds no rows.')
    notes = []
    if all(_is_data(cell) for cell in rows[0]):
        titles: Sequence[str] = ()
        notes.append("The first row holds data, so the columns are numbered.")
    else:
        titles = rows.pop(0)
        ragged = sum(1 for row in rows if len(row) != len(titles))
        if ragged:
            notes.append(f"{ragged:,} rows have more or fewer cells than the header; missing cells are empty.")
    for row in rows:
        row.extend([""] * (widest - len(row)))
    header = _header(titles, widest)
    kinds = [type_of([row[column] for row in rows]) for column in range(widest)]
    notes += [f'"{title}" {kind.note}' for title, kind in zip(header, kinds, strict=True) if kind.note]
    return Table(name, header, kinds, rows, notes)


def _within_caps(records: Iterable[Sequence[str]], file_name: str) -> tuple[list[list[str]], int]:
    rows: list[list[str]] = []
    cells = widest = 0
    for record in records:
        if len(record) > MAX_COLUMNS:
            raise Refused(
                f'"{file_name}" has {len(record):,} columns; at most {MAX_COLUMNS:,} are read. '
                "Attach a version with only the columns that matter."
            )
        widest = max(widest, len(record))
        cells += len(record)
        if cells > MAX_CELLS:
            raise Refused(
                f'"{file_name}" has more than {MAX_CELLS:,} cells, the most that are read. Split it or drop columns.'
            )
        rows.append(list(record))
    return rows, widest


def _is_data(cell: str) -> bool:
    return bool(cell.strip()) and type_of([cell]).kind in ("number", "date")


def _header(titles: Sequence[str], width: int) -> list[str]:
    """Return one name for every column, unique as SQL compares names (without regard to case)."""
    header: list[str] = []
    taken: set[str] = set()
    for number in range(1, width + 1):
        title = next(islice(titles, number - 1, None), "")
        wanted = " ".join(title.split())[:NAME_LENGTH] or f"column {number}"
        name, repeat = wanted, 1
        while name.casefold() in taken:
            repeat += 1
            name = f"{wanted} {repeat}"
        taken.add(name.casefold())
        header.append(name)
    return header
