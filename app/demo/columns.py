"""A table's columns as somebody sees them who glances over the file: what they hold and what they are good for."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.guards.column_types import ColumnType
from tools.guards.tables import Table

FEW = 20
"""Different values by which one still groups: an answer of twenty lines can be read."""
LONGEST_NAME = 60
"""Characters of a value that still names something; longer ones are remarks."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: as the tools call it.
        kind: text, number, date or boolean, as the tools see it.
        filled: cells that are not empty.
        different: different values among them.
        longest: characters of the longest.
        total: their sum, for a number; else 0.
        as_written: whether its cells mean what they show: false for numbers or dates that had to stay text.
    """

    name: str
    kind: str
    filled: int
    different: int
    longest: int
    total: float = 0.0
    as_written: bool = True

    @property
    def quoted(self) -> str:
        """The name in quotation marks; in curly ones where it holds straight ones."""
        return f"“{self.name}”" if '"' in self.name else f'"{self.name}"'

    @property
    def groups(self) -> bool:
        """Whether rows can be grouped by it."""
        return self.as_written and 2 <= self.different <= FEW and self.longest <= LONGEST_NAME

    @property
    def names_rows(self) -> bool:
        """Whether it is text with too many values to group by."""
        return self.kind == "text" and self.as_written and self.different > FEW and self.longest <= LONGEST_NAME

    def has_word(self, pattern: re.Pattern[str]) -> bool:
        """Whether a whole word of the name matches; camelCase and snake_case are several words."""
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name)
        return any(pattern.fullmatch(word) for word in re.findall(r"[^\W\d_]+", spaced.lower()))


def columns_of(table: Table) -> Sequence[Column]:
    """Return the columns of a table that the tools have read."""
    return [
        _column(name, kind, [row[at].strip() for row in table.rows if row[at].strip()])
        for at, (name, kind) in enumerate(zip(table.header, table.kinds, strict=True))
    ]


def _column(name: str, kind: ColumnType, cells: Sequence[str]) -> Column:
    return Column(
        name,
        kind.kind,
        filled=len(cells),
        different=len(set(cells)),
        longest=max(map(len, cells), default=0),
        total=math.fsum(_value(cell, kind) for cell in cells) if kind.kind == "number" else 0.0,
        as_written=kind.kind != "text" or not kind.note,
    )


def _value(cell: str, kind: ColumnType) -> float:
    return float(kind.written(cell) if kind.written else cell)
