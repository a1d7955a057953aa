"""The shape of tables: `table` and `data_table` (slack.md 1.3 and 2)."""

from collections.abc import Iterator
from typing import Any

from app.rehearsal.blocks.elements import ACTION_CELL, RAW_NUMBER
from app.rehearsal.blocks.rich_text import RICH_TEXT
from app.rehearsal.blocks.shape import Check, boolean, both, by_type, integer, list_of, mapping, one_of, string
from app.rehearsal.json_shape import Json

TABLE_CHARACTERS, DATA_TABLE_CHARACTERS = 10_000, 20_000
COLUMNS = 20


def characters(part: Any) -> int:
    """The characters of text in a block or any part of one: what stands in fields named text, title or url."""
    if isinstance(part, dict):
        return sum(
            len(value) if name in ("text", "title", "url") and isinstance(value, str) else characters(value)
            for name, value in part.items()
        )
    return sum(map(characters, part)) if isinstance(part, list) else 0


def _at_most(most: int) -> Check:
    def check(block: Json, path: str) -> Iterator[str]:
        if characters(block["rows"]) > most:
            yield f"tables hold at most {most} characters [json-pointer:{path}/rows]"

    return check


def _header_and_columns(block: Json, path: str) -> Iterator[str]:
    rows = block["rows"]
    if len({len(row) for row in rows}) > 1:
        yield f"every row must have the same number of cells [json-pointer:{path}/rows]"
    for number, cell in enumerate(rows[0]):
        # Slack's page: the first row is the header and takes no rich text; "guess": no button either
        if cell["type"] in ("rich_text", "action_cell"):
            yield f"unsupported type: {cell['type']} [json-pointer:{path}/rows/0/{number}/type]"
    if block.get("row_header_column_index", 0) >= len(rows[0]):
        yield f"there is no such column [json-pointer:{path}/row_header_column_index]"


_cell = by_type(
    {"raw_text": mapping({"text": string(TABLE_CHARACTERS)}), "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT}
)
_data_cell = by_type(
    {
        "raw_text": mapping({"text": string(DATA_TABLE_CHARACTERS)}),
        "raw_number": RAW_NUMBER,
        "rich_text": RICH_TEXT,
        "action_cell": ACTION_CELL,
    }
)
_column = mapping({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})

TABLES: dict[str, Check] = {
    "table": both(
        mapping(
            {"rows": list_of(list_of(_cell, COLUMNS), 100)},
            {"block_id": string(255), "column_settings": list_of(_column, COLUMNS)},
        ),
        _at_most(TABLE_CHARACTERS),
    ),
    "data_table": both(
        both(
            mapping(
                # "guess" for the caption's length: no page states it
                {"caption": string(255), "rows": list_of(list_of(_data_cell, COLUMNS), 201, least=2)},
                {
                    "block_id": string(255),
                    "page_size": integer(1, 100),
                    "row_header_column_index": integer(0, COLUMNS - 1),
                },
            ),
            _at_most(DATA_TABLE_CHARACTERS),
        ),
        _header_and_columns,
    ),
}
