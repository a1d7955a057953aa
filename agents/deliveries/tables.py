"""Tables of an answer: which fit into a message as they are, and the others as CSV. Pure."""

import csv
import io
from collections.abc import Sequence

from markdown_it.tree import SyntaxTreeNode

from agents.deliveries.commonmark import text_of

ROWS, COLUMNS, CHARACTERS = 100, 20, 10_000
"""The most of Slack's table block, the head counted. docs.slack.dev, reference/block-kit/blocks/table-block."""

SMALL_ROWS, SMALL_COLUMNS = 6, 3
"""A table up to this size, its head counted, reads well in lines of text too (dependencies' row on tables)."""

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""How a text begins that a spreadsheet would run. OWASP, CSV Injection."""


def rows_of(table: SyntaxTreeNode) -> list[list[str]]:
    """Return a table's rows as plain text, its head first."""
    return [[text_of(cell).strip() for cell in row.children] for part in table.children for row in part.children]


def fits(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether one message can show the table as a table."""
    width = max((len(row) for row in rows), default=0)
    return 0 < len(rows) <= ROWS and 0 < width <= COLUMNS and sum(len(c) for row in rows for c in row) <= CHARACTERS


def is_small(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the table may stand as lines of text."""
    return len(rows) <= SMALL_ROWS and all(len(row) <= SMALL_COLUMNS for row in rows)


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """Return the table as CSV, in UTF-8 with the mark that spreadsheets know it by. No text of it runs as a formula."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([[_harmless(cell) for cell in row] for row in rows])
    return written.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULAS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    return cell.lstrip("+-").replace(",", "").replace(".", "", 1).removesuffix("%").strip().isdecimal()
