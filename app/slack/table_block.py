"""A table as Slack's table block, every cell inert. Pure."""

from collections.abc import Sequence
from typing import Any

from agents.deliveries.tables import fits
from app.slack.inline_text import Words, elements_of

EMPTY_CELL = " "
"""Slack takes no cell without text."""

ALIGNMENTS = frozenset({"left", "center", "right"})


def table_block(rows: Sequence[Sequence[Sequence[Words]]], alignment: Sequence[str]) -> dict[str, Any] | None:
    """Return rows of cells, the first row being the head, as a block; None where it would break a limit of Slack's.

    The words are inert already. `alignment` is left, center or right, for each column.
    """
    if not fits([["".join(words.text for words in cell) for cell in row] for row in rows]):
        return None
    columns = [{"align": align if align in ALIGNMENTS else "left", "is_wrapped": True} for align in alignment]
    return {
        "type": "table",
        "rows": [[_cell(cell) for cell in row] for row in rows],
        **({"column_settings": columns} if columns else {}),
    }


def _cell(words: Sequence[Words]) -> dict[str, Any]:
    if all(stretch == Words(stretch.text) for stretch in words):
        return {"type": "raw_text", "text": "".join(stretch.text for stretch in words).strip() or EMPTY_CELL}
    section = {"type": "rich_text_section", "elements": elements_of(words)}
    return {"type": "rich_text", "elements": [section]}


def texts_of(table: dict[str, Any]) -> list[list[str]]:
    """Return the cells of a table block as plain text."""
    return [[_text(cell) for cell in row] for row in table["rows"]]


def _text(cell: dict[str, Any]) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"]).strip()
    return "".join(element.get("text") or element["url"] for element in cell["elements"][0]["elements"])
