"""How much of a message's room its blocks take. Pure."""

import json
from collections.abc import Sequence
from typing import Any


def weight(blocks: Sequence[dict[str, Any]]) -> int:
    """Return the characters of the blocks as JSON. Tables and charts, with limits of their own, count without data."""
    return sum(len(json.dumps(_counted(block), ensure_ascii=False)) for block in blocks)


def _counted(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name not in {"rows", "chart"}}
