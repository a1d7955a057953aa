"""The rows as a table, for a terminal and for docs/operators/performance.md."""

from collections.abc import Sequence

from bench.row import Row

START, END = "<!-- printed by make bench: start -->", "<!-- printed by make bench: end -->"

HEAD = ("", "ours", "theirs", "ratio", "goal", "met")


def cells(row: Row) -> tuple[str, ...]:
    """Return a row's cells as text."""
    met = {True: "yes", False: "NO", None: ""}[row.met]
    return (row.name, _figure(row.ours, row.unit), _figure(row.theirs, row.unit), _figure(row.ratio), row.goal, met)


def for_terminal(database: str, rows: Sequence[Row]) -> str:
    """Return the table of one database."""
    table = [(database, *HEAD[1:]), *(cells(row) for row in rows)]
    widths = [max(len(line[at]) for line in table) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in table
    )


def for_docs(described: Sequence[tuple[str, str]], tables: Sequence[tuple[str, Sequence[Row]]]) -> str:
    """Return the printed part of the page."""
    parts = [_markdown(("", "measured on"), described)]
    for database, rows in tables:
        parts += [f"## {database}", _markdown(("figure", *HEAD[1:]), [cells(row) for row in rows])]
    return "\n\n".join(parts)


def with_printed_part(page: str, printed: str) -> str:
    """Return the page with its printed part made new. Raises ValueError when a marker is missing."""
    before, _, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"The page needs the markers {START} and {END}.")
    return f"{before}{START}\n\n{printed}\n\n{END}{after}"


def _markdown(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    table = [head, ["---" for _ in head], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)


def _figure(value: float | None, unit: str = "") -> str:
    if value is None:
        return ""
    shown = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
    return f"{shown} {unit}".strip()
