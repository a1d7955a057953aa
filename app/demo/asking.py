"""What the demo's people ask about files: a fixed question, or what the columns suggest."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

from agents.errors import BadSetting
from app.demo.columns import Column, columns_of
from tools.guards.file_types import FileKind, kind_of
from tools.guards.reading import tables_of
from tools.guards.refusals import Refused

SHIPPED = Path(__file__).parent / "files" / "sales.csv"
NOTES = Path(__file__).parent / "files" / "notes.txt"
READ = "Read both files, please."
QUESTION = f"{READ} Which region missed its target?"

NEXT_STEP = "Name a .csv file with a header line."

WANTED = re.compile(r"targets?|goals?|quotas?|plan|planned|forecast|objecti[fv]s?|expected|(?:soll|ziel)\w*|\w+ziel")
"""Words for a figure that was to be reached."""
ALLOWED = re.compile(r"budgets?|limits?|caps?|max|maximum|allowed")
"""Words for a figure that was not to be exceeded."""
AVERAGED = re.compile(
    r"(?:unit)?prices?|rates?|ages?|scores?|ratings?|ratios?|percent(?:age)?|pct|shares?|temperatures?|\w*preis|alter|"
    r"anteil|prozent"
)
"""Words for figures that nobody adds up."""
NUMBERING = re.compile(
    r"ids?|nr|no|numbers?|nummer|years?|jahre?|zip|postcode|plz|index|rows?|codes?|phones?|telefon|lat|latitude|lon|"
    r"longitude|weeks?|woche"
)
"""Words for numbers that are names."""


def question_for(path: Path) -> str:
    """Return the question about a file of one's own: who attaches it knows its columns, and calls them as the tools do.

    Raises BadSetting where the file cannot be read as a table.
    """
    return f"{READ} {_asked(_columns(path))}"


def _columns(path: Path) -> Sequence[Column]:
    try:
        data = path.read_bytes()
        kind = kind_of(data, path.name)
        if kind not in (FileKind.CSV, FileKind.XLSX):
            raise BadSetting(f"CSV={path} is {kind} and holds no table. {NEXT_STEP}")
        return columns_of(tables_of(data, kind, path.name, path.stem).tables[0])
    except OSError as fault:
        raise BadSetting(f"CSV={path} cannot be read ({type(fault).__name__}). {NEXT_STEP}") from None
    except Refused as fault:
        raise BadSetting(f"CSV={path} cannot be read: {fault} {NEXT_STEP}") from None


def _asked(columns: Sequence[Column]) -> str:
    numbers = [one for one in columns if one.kind == "number" and not one.has_word(NUMBERING)]
    few = _grouping([one for one in columns if one not in numbers])
    many = next((one for one in columns if one.names_rows), None)
    by = few or many
    pair = _pair(numbers)
    if by and pair:
        done, wanted = pair
        way = "above" if wanted.has_word(ALLOWED) else "below"
        return f"Which {by.quoted} has a total {done.quoted} {way} its total {wanted.quoted}?"
    if numbers:
        return _about_figures(numbers[-1], few, many)
    repeated = _grouping([one for one in columns if one.different < one.filled])
    if repeated:
        return f"How many rows are there for each {repeated.quoted}?"
    if many and many.different < many.filled:
        return f"How many different {many.quoted} are there?"
    return "How many rows does the table have?"


def _about_figures(figure: Column, few: Column | None, many: Column | None) -> str:
    how = "average" if figure.has_word(AVERAGED) or "%" in figure.name else "total"
    if few:
        return f"What is the {how} {figure.quoted} for each {few.quoted}?"
    if many and many.different == many.filled:
        return f"Which three {many.quoted} have the highest {figure.quoted}?"
    if many and how == "total":
        return f"Which three {many.quoted} have the highest total {figure.quoted}?"
    return f"What is the {how} {figure.quoted}?"


def _grouping(columns: Sequence[Column]) -> Column | None:
    """The column to group by: words before dates, and those before years and other numbers that are names."""
    able = [one for one in columns if one.groups]
    ranks = ("text", "boolean", "date", "number")
    return min(able, key=lambda one: ranks.index(one.kind), default=None)


def _pair(numbers: Sequence[Column]) -> tuple[Column, Column] | None:
    """What was reached and what was wanted. Of several figures, the one of the most similar size was meant."""
    wanted = next((one for one in numbers if one.has_word(WANTED)), None)
    wanted = wanted or next((one for one in numbers if one.has_word(ALLOWED)), None)
    if wanted is None:
        return None
    others = [one for one in numbers if not one.has_word(WANTED) and not one.has_word(ALLOWED)]
    size = _size(wanted)
    done = min(others, key=lambda one: abs(_size(one) - size), default=None)
    return (done, wanted) if done else None


def _size(column: Column) -> float:
    return math.log10(1 + abs(column.total))
