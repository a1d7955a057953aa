"""What a column of text cells holds: text, number, date or boolean, and how its cells are written for SQL.

A column is a number only if every cell is one in the same way of writing. What could be read in two ways stays text,
and the note says so. Runs in the child.
"""

import datetime
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

EXACT_DIGITS = 18
"""Digits that an 8-byte integer or DECIMAL(18, s) holds exactly; longer numbers become DOUBLE."""

# [0-9], not \d: other scripts' digits match \d, and no cast reads them
PLAIN = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?")
SCIENTIFIC = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
DECIMAL_COMMA = re.compile(r"[-+]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?")
COMMA_THOUSANDS = re.compile(r"[-+]?(0|[1-9][0-9]*|[1-9][0-9]{0,2}(,[0-9]{3})+)(\.[0-9]+)?")
ISO_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
ISO_TIME = re.compile(ISO_DATE.pattern + r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?")
DOTTED_DATE = re.compile(r"(0?[1-9]|[12][0-9]|3[01])\.(0?[1-9]|1[0-2])\.([0-9]{4})")
SLASHED_DATE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}")


@dataclass(frozen=True, slots=True)
class ColumnType:
    """What every cell of a column is.

    Attributes:
        kind: the word shown: text, number, date or boolean.
        sql: DuckDB's type.
        written: a cell as text that DuckDB casts to that type, where its own text is not that.
        note: the end of a sentence that begins with the column's name, or nothing.
    """

    kind: str
    sql: str
    written: Callable[[str], str] | None = None
    note: str = ""


TEXT = ColumnType("text", "VARCHAR")


def type_of(cells: Iterable[str]) -> ColumnType:
    """Return the one type that every cell has that is not empty; text when there is none, or no cell."""
    values = {cell.strip() for cell in cells} - {""}
    if not values:
        return TEXT
    for found in (_number(values), _date(values), _boolean(values)):
        if found:
            return found
    return _text(values)


def _number(values: set[str]) -> ColumnType | None:
    found = _number_as_written(values)
    if found and found.sql == "DOUBLE" and any(math.isinf(_double(value, found)) for value in values):
        return None
    return found


def _double(value: str, kind: ColumnType) -> float:
    return float(kind.written(value) if kind.written else value)


def _number_as_written(values: set[str]) -> ColumnType | None:
    if all(PLAIN.fullmatch(value) for value in values):
        return ColumnType("number", _exact(values))
    if all(PLAIN.fullmatch(value) or SCIENTIFIC.fullmatch(value) for value in values):
        return ColumnType("number", "DOUBLE")
    # 1,234 alone may be a thousand or one and a bit: some cell must leave no doubt
    with_points = all(DECIMAL_COMMA.fullmatch(value) for value in values)
    with_commas = all(COMMA_THOUSANDS.fullmatch(value) for value in values)
    if with_points and not with_commas:
        written = [_without_points(value) for value in values]
        return ColumnType(
            "number", _exact(written), _without_points, "has decimal commas (and points between thousands)."
        )
    if with_commas and not with_points:
        written = [_without_commas(value) for value in values]
        return ColumnType("number", _exact(written), _without_commas, "has commas between thousands.")
    return None


def _without_points(cell: str) -> str:
    return cell.strip().replace(".", "").replace(",", ".")


def _without_commas(cell: str) -> str:
    return cell.strip().replace(",", "")


def _exact(values: Iterable[str]) -> str:
    """Return the SQL type that holds all these plain numbers exactly where 18 digits do, else DOUBLE."""
    whole = places = 0
    for value in values:
        before, _, after = value.lstrip("+-").partition(".")
        whole, places = max(whole, len(before)), max(places, len(after))
    if whole + places > EXACT_DIGITS:
        return "DOUBLE"
    return f"DECIMAL({EXACT_DIGITS}, {places})" if places else "BIGINT"


def _date(values: set[str]) -> ColumnType | None:
    found = None
    if all(ISO_DATE.fullmatch(value) for value in values):
        found = ColumnType("date", "DATE")
    elif all(ISO_DATE.fullmatch(value) or ISO_TIME.fullmatch(value) for value in values):
        found = ColumnType("date", "TIMESTAMP")
    elif all(DOTTED_DATE.fullmatch(value) for value in values):
        found = ColumnType("date", "DATE", _from_dotted, "has dates written day.month.year.")
    if found and all(_is_a_day(found.written(value) if found.written else value) for value in values):
        return found
    return None


def _is_a_day(written: str) -> bool:
    """Whether the calendar has the day: there is no 30 February."""
    try:
        datetime.date.fromisoformat(written[:10])
    except ValueError:
        return False
    return True


def _from_dotted(cell: str) -> str:
    day, month, year = cell.strip().split(".")
    return f"{year}-{int(month):02}-{int(day):02}"


def _boolean(values: set[str]) -> ColumnType | None:
    return ColumnType("boolean", "BOOLEAN") if all(value.lower() in ("true", "false") for value in values) else None


def _text(values: set[str]) -> ColumnType:
    """Return text, with a note where a reader would have expected numbers or dates."""
    if all(DECIMAL_COMMA.fullmatch(value) for value in values):
        return ColumnType("text", "VARCHAR", note="stays text: its commas may mark decimals or thousands.")
    if all(SLASHED_DATE.fullmatch(value) for value in values):
        return ColumnType("text", "VARCHAR", note="stays text: its dates may be day/month or month/day.")
    odd = [value for value in values if not (DECIMAL_COMMA.fullmatch(value) or COMMA_THOUSANDS.fullmatch(value))]
    if not odd:
        return ColumnType("text", "VARCHAR", note="stays text: its numbers are written in different ways.")
    if len(odd) * 2 < len(values):
        note = f'stays text: not every value is a number, for one "{min(odd)[:40]}".'
        return ColumnType("text", "VARCHAR", note=note)
    return TEXT
