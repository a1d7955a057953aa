"""How many tokens something has: characters / 4, rounded up, block by block (guess: no page states a rule)."""

import json
from collections.abc import Mapping
from typing import Any

CHARACTERS_PER_TOKEN = 4


def tokens_of_text(text: str) -> int:
    """Return the estimate for a piece of text: 0 for none."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def tokens_of_block(block: Mapping[str, Any]) -> int:
    """Return the estimate for one content block, tool or system block, without its cache marker."""
    if block.get("type") == "text":
        return tokens_of_text(str(block.get("text", "")))
    bare = {name: value for name, value in block.items() if name != "cache_control"}
    return tokens_of_text(json.dumps(bare, ensure_ascii=False))
