"""Read the sheets of an XLSX workbook as records of text cells, by python-calamine. Runs in the child."""

import datetime
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tools.guards.refusals import Refused
from tools.guards.zip_caps import check_contents

if TYPE_CHECKING:
    import python_calamine as calamine

MAX_SHEETS = 30
"""Sheets of one workbook; a result has to show every one."""


def sheets_of(data: bytes, file_name: str) -> list[tuple[str, Iterator[list[str]]]]:
    """Return (name, records) of every worksheet; chart sheets are left out. Records are read as they are asked for.

    Raises:
        Refused: damaged, protected, a bomb, or too many sheets.
    """
    try:
        import python_calamine as calamine
    except ModuleNotFoundError:
        raise Refused("XLSX cannot be read on this machine: the extra `files` is not installed.") from None
    check_contents(data, file_name)
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(data))
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        if len(names) > MAX_SHEETS:
            raise Refused(f'"{file_name}" has {len(names):,} sheets; at most {MAX_SHEETS} are read.')
        return [(name, _records(book, name, file_name)) for name in names]
    except calamine.PasswordError:
        raise Refused(f'"{file_name}" is protected by a password. Attach it without one.') from None
    except (calamine.CalamineError, calamine.XmlError, calamine.ZipError, OSError) as fault:
        raise Refused(f'"{file_name}" is a damaged workbook: {str(fault)[:200]}.') from None


def _records(book: "calamine.CalamineWorkbook", name: str, file_name: str) -> Iterator[list[str]]:
    from python_calamine import CalamineError

    try:
        for row in book.get_sheet_by_name(name).iter_rows():
            cells = [_text_of(cell) for cell in row]
            if any(cells):
                yield cells
    except (CalamineError, OSError) as fault:
        raise Refused(f'"{file_name}" has a damaged sheet "{name}": {str(fault)[:200]}.') from None


def _text_of(cell: object) -> str:
    """Return the cell as a person would type it: 90 and not 90.0, dates as ISO 8601."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # 15 digits are what a spreadsheet itself keeps
        return f"{cell:.15g}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ") if cell.time() != datetime.time() else cell.date().isoformat()
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)
