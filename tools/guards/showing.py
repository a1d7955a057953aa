"""Lay a file out as the text that read_file gives the planner. Runs in the child.

The layout is fixed: a result's first line names the file, a table's lines are Table, Columns, Rows, header, rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.guards.cells import line_of
from tools.guards.file_types import FileKind, kind_of
from tools.guards.pdf_text import pages_of
from tools.guards.reading import Tables, tables_of
from tools.guards.refusals import Misasked, Refused
from tools.guards.tables import Table
from tools.guards.text_encoding import decode

ROOM = 24_000
"""Characters of one result: about 6 000 tokens, the share of a Turn that one result may fill."""
ROWS_AT_ONCE = 20
"""Rows of each table: enough to see what a column holds; totals are a query's work."""
NOTES_AT_ONCE = 20
"""Sentences about how a file was read; a wide table may earn one for every column."""
CELL_LENGTH = 300
"""Characters of one cell; less where many columns share the room."""


def show(arguments: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, str]:
    """Return {"text", "cut"} for arguments file_id, name, base, start and one blob.

    Raises:
        Refused: the file cannot be read.
        Misasked: `start` is past its end.
    """
    (data,) = blobs
    file_id, name, start = arguments["file_id"], arguments["name"], arguments["start"]
    kind = kind_of(data, name)
    title = f'File {file_id} "{name}": {kind}'
    if kind is FileKind.PDF:
        return _show_pdf(data, name, title, start)
    if kind is FileKind.TEXT:
        return _show_text(data, name, title, start)
    return _show_tables(tables_of(data, kind, name, arguments["base"]), kind, title, start, file_id)


def _show_tables(read: Tables, kind: FileKind, title: str, start: int, file_id: str) -> dict[str, str]:
    longest = max(len(table.rows) for table in read.tables)
    if start > max(longest, 1):
        raise Misasked(f"{title} has {longest:,} rows; start must be between 1 and {max(longest, 1):,}.")
    size = ""
    if kind is FileKind.CSV:
        size = f", {longest:,} rows, {len(read.tables[0].header):,} columns"
    lines = [f"{title}, {read.how}{size}.", *(f"Note: {note}" for note in _notes(read))]
    room = (ROOM - sum(map(len, lines))) // len(read.tables)
    left_out = []
    for table in read.tables:
        shown, next_row = _show_table(table, start, room)
        lines += shown
        if next_row <= len(table.rows):
            left_out.append((f"rows {next_row:,}-{len(table.rows):,} of {table.name}", next_row))
    cut = ""
    if left_out:
        rest = ", ".join(rows for rows, _ in left_out)
        following = min(row for _, row in left_out)
        cut = (
            f'{rest} are not shown. Call read_file with file_id "{file_id}" and start {following} to read on, '
            "or query_tables to compute over all rows."
        )
    return {"text": "\n".join(lines), "cut": cut}


def _notes(read: Tables) -> list[str]:
    """Return what must be told before the tables; a table's name is said where there are several."""
    notes = list(read.notes)
    for table in read.tables:
        of_table = f"In {table.name}: " if len(read.tables) > 1 else ""
        notes += [of_table + note for note in table.notes]
    if len(notes) > NOTES_AT_ONCE:
        notes[NOTES_AT_ONCE:] = [f"{len(notes) - NOTES_AT_ONCE:,} more notes of this kind are left out."]
    return notes


def _show_table(table: Table, start: int, room: int) -> tuple[list[str], int]:
    """Return the table's lines within about `room` characters, and the first row that is not among them."""
    columns = ", ".join(
        f'"{title.replace(chr(34), chr(34) * 2)}" ({kind.kind})'
        for title, kind in zip(table.header, table.kinds, strict=True)
    )
    head = [f"Table: {table.name}", f"Columns: {columns}"]
    room -= sum(map(len, head))
    cell_length = max(8, min(CELL_LENGTH, room // (2 * len(table.header))))
    header = line_of(table.header, cell_length)
    rows: list[str] = []
    room -= len(header)
    for row in table.rows[start - 1 : start - 1 + ROWS_AT_ONCE]:
        line = line_of(row, cell_length)
        if rows and len(line) > room:
            break
        rows.append(line)
        room -= len(line)
    last = start - 1 + len(rows)
    span = f"{start:,}-{last:,}" if rows else "0"
    return [*head, f"Rows {span} of {len(table.rows):,}:", header, *rows], last + 1


def _show_text(data: bytes, name: str, title: str, start: int) -> dict[str, str]:
    decoded = decode(data, name)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if start > len(lines):
        raise Misasked(f'"{name}" has {len(lines):,} lines; start must be between 1 and {len(lines):,}.')
    head = f"{title}, {len(text):,} characters."
    note = f"Note: {decoded.note}\n" if decoded.note else ""
    shown: list[str] = []
    room = ROOM
    for line in lines[start - 1 :]:
        if shown and len(line) >= room:
            break
        shown.append(line if len(line) <= room else line[:room] + "…")
        room -= len(line) + 1
    following = start + len(shown)
    cut = ""
    if following <= len(lines):
        cut = f"{len(lines):,} lines in all. Call read_file again with start {following} to read on."
    elif room < 0 and len(shown) == 1:
        cut = f"line {start:,} is longer than {ROOM:,} characters; its end is not shown and cannot be read in parts."
    return {"text": f"{head}\n{note}" + "\n".join(shown), "cut": cut}


def _show_pdf(data: bytes, name: str, title: str, start: int) -> dict[str, str]:
    pages = pages_of(data, name, start, ROOM)
    if not pages.count:
        raise Refused(f'"{name}" has no pages.')
    last = pages.first + len(pages.texts) - 1
    lines = [f"{title}, {pages.count:,} pages, pages {pages.first:,}-{last:,} shown."]
    if not any(text.strip() for text in pages.texts):
        lines.append("Note: these pages hold no text; they may be scans or pictures, which Tagwork does not read.")
    for number, text in enumerate(pages.texts, pages.first):
        lines += [f"[page {number:,}]", text.strip()[:ROOM]]
    cut = ""
    if last < pages.count:
        rest = f"pages {last + 1:,}-{pages.count:,}"
        cut = f"{rest} are not shown. Call read_file again with start {last + 1} to read on."
    elif any(len(text.strip()) > ROOM for text in pages.texts):
        cut = f"a page is longer than {ROOM:,} characters; its end is not shown and cannot be read in parts."
    return {"text": "\n".join(lines), "cut": cut}
