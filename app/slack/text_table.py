"""A table as lines of text in columns, for a font of one width. Pure."""

import unicodedata
from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return `rows`, the first of them the head, as lines whose columns stand under each other."""
    cells = [[cell.replace("\n", " ").strip() for cell in row] for row in rows]
    columns = max((len(row) for row in cells), default=0)
    widths = [max((width(row[column]) for row in cells if column < len(row)), default=0) for column in range(columns)]
    lines = [" | ".join(_padded(cell, widths[at]) for at, cell in enumerate(row)).rstrip() for row in cells]
    if len(lines) > 1:
        lines.insert(1, "-+-".join("-" * wide for wide in widths))
    return "\n".join(lines)


def width(text: str) -> int:
    """Return how many columns `text` takes: wide characters two, combining ones none. Unicode Annex 11."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _padded(cell: str, columns: int) -> str:
    return cell + " " * (columns - width(cell))
