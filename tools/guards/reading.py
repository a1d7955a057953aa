"""From a file's bytes to its tables: one place for CSV and XLSX alike. Runs in the child."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.guards.csv_tables import ends_inside_quotes, records_of
from tools.guards.file_types import FileKind
from tools.guards.refusals import Refused
from tools.guards.table_names import sheet_names
from tools.guards.tables import Table, table_from
from tools.guards.text_encoding import decode
from tools.guards.xlsx_tables import sheets_of


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one file, the words that describe how it was read, and what must be told about it."""

    how: str
    tables: Sequence[Table]
    notes: Sequence[str] = ()


def tables_of(data: bytes, kind: FileKind, file_name: str, base: str) -> Tables:
    """Return the file's tables, named from `base`.

    Raises:
        Refused: cannot be read as tables.
    """
    return _from_xlsx(data, file_name, base) if kind is FileKind.XLSX else _from_csv(data, file_name, base)


def _from_csv(data: bytes, file_name: str, base: str) -> Tables:
    decoded = decode(data, file_name)
    records, delimiter = records_of(decoded.text, file_name)
    table = table_from(base, records, file_name)
    notes = [decoded.note] if decoded.note else []
    if ends_inside_quotes(decoded.text, delimiter):
        notes.append("The file ends inside a quoted cell: it may have been cut off.")
    return Tables(decoded.encoding, [table], notes)


def _from_xlsx(data: bytes, file_name: str, base: str) -> Tables:
    sheets = sheets_of(data, file_name)
    tables, empty = [], []
    for name, (sheet, records) in zip(sheet_names(base, [sheet for sheet, _ in sheets]), sheets, strict=True):
        rows = list(records)
        if rows:
            tables.append(table_from(name, rows, file_name))
        else:
            empty.append(sheet)
    if not tables:
        raise Refused(f'"{file_name}" holds no rows in any of its {len(sheets):,} sheets.')
    notes = [f"Empty sheets: {', '.join(empty)}."] if empty else []
    return Tables(f"{len(sheets):,} sheet{'s' if len(sheets) != 1 else ''}", tables, notes)
