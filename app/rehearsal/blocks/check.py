"""Takes or refuses the blocks of a message or a view."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from app.rehearsal.blocks.agents import MARKDOWN_TOTAL
from app.rehearsal.blocks.kinds import BLOCKS, ONLY_IN_MESSAGES
from app.rehearsal.blocks.shape import by_type
from app.rehearsal.blocks.tables import characters
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError

BLOCKS_PER_MESSAGE, BLOCKS_PER_VIEW = 50, 100  # slack.md 2
TOTAL_WITH_MARKDOWN = 13_200  # slack.md 1.3: ~13.2k characters seen, then msg_blocks_too_long
AT_MOST = {"table": 1, "data_visualization": 2}  # slack.md 2: in one message


def read_blocks(given: Any) -> list[Json]:
    """The blocks of a message, from a list or its JSON text, each with a block_id.

    Raises SlackError invalid_blocks_format, invalid_blocks with what is wrong where, msg_too_long, msg_blocks_too_long.
    """
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise SlackError("invalid_blocks_format") from None
    if not isinstance(given, list):
        raise SlackError("invalid_blocks_format")
    wrong = wrong_blocks(given)
    if wrong:
        raise SlackError(
            "invalid_blocks", errors=wrong, response_metadata={"messages": [f"[ERROR] {w}" for w in wrong]}
        )
    markdown = [block["text"] for block in given if block["type"] == "markdown"]
    if sum(map(len, markdown)) > MARKDOWN_TOTAL:
        raise SlackError("msg_too_long")
    if sum(map(characters, (block for block in given if not _counts_for_itself(block)))) > TOTAL_WITH_MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    return with_ids(given)


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks, each with a block_id: its own or a made-up one."""
    return [{"block_id": _made_up_id(number), **block} for number, block in enumerate(blocks)]


def wrong_blocks(blocks: list[Any], view: bool = False) -> list[str]:
    """What Slack finds wrong with the blocks of a message, or of a view, each with its place; empty when nothing is."""
    return [*_wrong(blocks, view)]


def _wrong(blocks: list[Any], view: bool) -> Iterator[str]:
    most = BLOCKS_PER_VIEW if view else BLOCKS_PER_MESSAGE
    if len(blocks) > most:
        yield f"no more than {most} items allowed [json-pointer:/blocks]"
    kinds = {kind: check for kind, check in BLOCKS.items() if not (view and kind in ONLY_IN_MESSAGES)}
    one = by_type(kinds)
    for number, block in enumerate(blocks):
        shape = [*one(block, f"/blocks/{number}")]
        yield from shape or _repeated_actions(block, f"/blocks/{number}")
    known = [block for block in blocks if isinstance(block, dict)]
    counted = Counter(str(block.get("type")) for block in known)
    for kind, allowed in AT_MOST.items():
        if counted[kind] > allowed:
            yield f"only {allowed} {kind} block(s) allowed per message [json-pointer:/blocks]"
    ids = [str(block["block_id"]) for block in known if "block_id" in block]
    if len(set(ids)) < len(ids):
        yield "block_id must be unique [json-pointer:/blocks]"


def _repeated_actions(block: Json, path: str) -> Iterator[str]:
    for action_id, times in Counter(_action_ids(block)).items():
        if times > 1:
            yield f"action_id {action_id} must be unique in its block [json-pointer:{path}]"


def _action_ids(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _action_ids(one)
    elif isinstance(part, dict):
        if isinstance(part.get("action_id"), str):
            yield part["action_id"]
        for value in part.values():
            yield from _action_ids(value)


def _counts_for_itself(block: Json) -> bool:
    # tables have a limit of their own
    return block["type"] in ("table", "data_table")


def _made_up_id(number: int) -> str:
    return f"b{number:04d}"
