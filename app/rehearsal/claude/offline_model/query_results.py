"""What a querying tool answered: the rows under their header."""

import re
from dataclasses import dataclass

from app.rehearsal.claude.offline_model.file_results import cells

COUNT = re.compile(r"^(?P<count>[\d,.]+) rows?\b", re.I)


@dataclass(frozen=True, slots=True)
class Rows:
    """A query's header and rows, as text; `cut` says that there are more, `count` how many the tool counted."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: bool
    count: str = ""


def read_query_result(result: str) -> Rows:
    """Return the rows of a result. Lines that are no row of the header's width are left out."""
    lines = [line for line in result.splitlines() if line.strip()]
    cut = any(line.startswith("Cut: ") for line in lines)
    lines = [line for line in lines if not line.startswith("Cut: ")]
    counted = COUNT.match(lines[0]) if lines else None
    count = counted["count"] if counted else ""
    if counted:
        lines = lines[1:]
    if not lines:
        return Rows((), (), cut, count)
    header = cells(lines[0])
    rows = tuple(row for row in map(cells, lines[1:]) if len(row) == len(header))
    return Rows(header, rows, cut, count)
