"""Takes or refuses the blocks of a message, as chat.postMessage and chat.update do."""

import json
from collections.abc import Iterator
from typing import Any

from app.rehearsal.blocks.kinds import BLOCKS, MARKDOWN_TOTAL
from app.rehearsal.blocks.shape import by_type
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError

BLOCKS_PER_MESSAGE = 50  # slack.md 2
TOTAL_WITH_MARKDOWN = 13_200  # slack.md 1.3: ~13.2k characters seen, then msg_blocks_too_long
TABLE_CHARACTERS = {"table": 10_000, "data_table": 20_000}  # slack.md 2


def read_blocks(given: Any) -> list[Json]:
    """The blocks of a message, from a list or its JSON text. Raises SlackError invalid_blocks with what is wrong where.

    Beyond each block's shape: 50 blocks, one table, 12,000 characters of markdown in all, no block_id twice.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(given, list):
        raise SlackError("invalid_blocks_format")
    wrong = [*_wrong(given)]
    if wrong:
        raise SlackError(
            "invalid_blocks", errors=wrong, response_metadata={"messages": [f"[ERROR] {w}" for w in wrong]}
        )
    markdown = [block["text"] for block in given if block["type"] == "markdown"]
    if sum(map(len, markdown)) > MARKDOWN_TOTAL:
        raise SlackError("msg_too_long")
    if markdown and sum(map(characters, given)) > TOTAL_WITH_MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    return [{"block_id": _made_up_id(number), **block} for number, block in enumerate(given)]


def _wrong(blocks: list[Any]) -> Iterator[str]:
    if len(blocks) > BLOCKS_PER_MESSAGE:
        yield f"no more than {BLOCKS_PER_MESSAGE} items allowed [json-pointer:/blocks]"
    one = by_type(BLOCKS)
    for number, block in enumerate(blocks):
        shape = [*one(block, f"/blocks/{number}")]
        yield from shape
        if shape:
            continue
        if block["type"] == "section" and not ("text" in block or "fields" in block):
            yield f"missing required field: text or fields [json-pointer:/blocks/{number}]"
        most = TABLE_CHARACTERS.get(block["type"])
        if most and characters(block["rows"]) > most:
            yield f"tables hold at most {most} characters [json-pointer:/blocks/{number}/rows]"
    kinds = [block.get("type") for block in blocks if isinstance(block, dict)]
    if kinds.count("table") > 1:
        yield "only one table is allowed per message [json-pointer:/blocks]"
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    if len({*map(str, ids)}) < len(ids):
        yield "block_id must be unique [json-pointer:/blocks]"


def characters(part: Any) -> int:
    """The characters of text in a block or any part of one: what stands in fields named text, title or url."""
    if isinstance(part, dict):
        return sum(
            len(value) if name in ("text", "title", "url") and isinstance(value, str) else characters(value)
            for name, value in part.items()
        )
    return sum(map(characters, part)) if isinstance(part, list) else 0


def _made_up_id(number: int) -> str:
    return f"b{number:04d}"
