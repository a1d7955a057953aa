"""How cells are written in a result: one line a row, ` | ` between cells, numbers plain. Runs in the child."""

import json
from collections.abc import Sequence
from decimal import Decimal

SHORTENED = "…"


def line_of(cells: Sequence[str], cell_length: int) -> str:
    """Return one row: newlines become a space, a pipe \\|, and a cell over `cell_length` ends in …"""
    return " | ".join(_one_line(cell, cell_length) for cell in cells)


def _one_line(cell: str, length: int) -> str:
    flat = " ".join(cell[: length * 4].split())
    if len(flat) > length:
        flat = flat[: length - 1] + SHORTENED
    return flat.replace("|", "\\|")


def plain(value: object) -> str:
    """Return a value of a query's result: no exponents, at most 15 digits of a DOUBLE, nothing for NULL."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        written = f"{value:.15g}"
        return format(Decimal(written), "f") if "e" in written else written
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)
