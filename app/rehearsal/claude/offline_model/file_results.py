"""What a reading tool said about a file: its tables with columns and first rows, or its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEAD = re.compile(r"^File (?P<id>F[A-Z0-9]+) [\"“](?P<name>[^\"”\n]*)[\"”]: (?P<what>[^\n]*)$", re.M)
COLUMN = re.compile(r"\"((?:[^\"]|\"\")*)\"\s*\(([^)]*)\)")
PAGE_MARK = re.compile(r"\[page [\d,]+\]")
CELL = re.compile(r"(?<!\\)\s\|\s|(?<!\\)\s\|$")
NUMERIC = ("number", "integer", "decimal", "float", "double", "numeric", "currency", "percent")


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the reader named it."""

    name: str
    kind: str

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.kind.lower().split()[0:1] != [] and self.kind.lower().startswith(NUMERIC)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file, with the rows that were shown."""

    file_id: str
    file_name: str
    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class FileRead:
    """What is known of one file. `text` is empty for a file of tables."""

    id: str
    name: str
    tables: tuple[Table, ...]
    text: str
    cut: bool


def read_file_result(result: str) -> FileRead | None:
    """Return what a result says, or None when it is not about a file."""
    head = HEAD.search(result)
    if head is None:
        return None
    body = result[head.end() :].strip("\n")
    kept = [line for line in body.splitlines() if not line.startswith("Cut: ")]
    cut = len(kept) < len(body.splitlines())
    is_text = re.match(r"(?:plain )?(?:text|pdf)\b", head["what"], re.I)
    tables = () if is_text else tuple(_tables(head["id"], head["name"], kept))
    return FileRead(head["id"], head["name"], tables, "" if tables else _plain_text(kept), cut)


def cells(line: str) -> tuple[str, ...]:
    """Return the cells of one row; a pipe inside a cell is written with a backslash before it."""
    return tuple(cell.strip().replace("\\|", "|") for cell in CELL.split(f" {line} "))


def _tables(file_id: str, file_name: str, lines: list[str]) -> Iterator[Table]:
    starts = [number for number, line in enumerate(lines) if line.startswith("Table: ")]
    for start, end in zip(starts, [*starts[1:], len(lines)][: len(starts)], strict=True):
        columns: tuple[Column, ...] = ()
        rows: list[tuple[str, ...]] = []
        inside = False
        for line in lines[start + 1 : end]:
            if line.startswith("Columns: ") and not columns:
                columns = tuple(Column(_unquoted(name), kind) for name, kind in COLUMN.findall(line))
            elif re.match(r"Rows? \d", line) and not inside:
                inside = True
            elif inside and line.strip():
                rows.append(cells(line))
        if columns:
            shown = tuple(row for row in rows[1:] if len(row) == len(columns))
            yield Table(file_id, file_name, lines[start].removeprefix("Table: ").strip().strip('"'), columns, shown)


def _plain_text(lines: list[str]) -> str:
    """The text alone, without the reader's note before it and its page marks."""
    if lines and lines[0].startswith("Note: "):
        lines = lines[1:]
    return "\n".join(line for line in lines if not PAGE_MARK.fullmatch(line)).strip()


def _unquoted(name: str) -> str:
    return name.replace('""', '"')
