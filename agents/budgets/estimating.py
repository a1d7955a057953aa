"""What a model call may cost at most, as far as can be told before it is made. Pure.

Anthropic counts tokens, and a count before each call would be a call of its own. So the prompt is taken by its bytes.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from agents.models.cost import cost_of
from agents.models.provider import Usage

BYTES_A_TOKEN = 2
"""Bytes of UTF-8 for one token, at least. Anthropic names 3.5 English characters a token, and 30 % more tokens for the
tokenizer of models from 4.7 on (platform.claude.com/docs, read 2026-11-24): 2.7 bytes. Code and other scripts have
less; 2 leaves room for them."""


def most(
    model: str,
    system: Sequence[Mapping[str, Any]],
    tools: Sequence[Mapping[str, Any]],
    messages: Sequence[Mapping[str, Any]],
    *,
    max_tokens: int,
    on: date,
) -> int:
    """Return what a call costs at most, in millionths of a US dollar.

    As if nothing of it were cached yet: prompt and tools are written for an hour, messages for five minutes, and the
    reply has its full length. A model without a price counts as the dearest.
    """
    usage = Usage(cache_write_1h=_tokens(system) + _tokens(tools), cache_write_5m=_tokens(messages), output=max_tokens)
    return cost_of(model, usage, on).micro_usd


def _tokens(value: object) -> int:
    return -(-len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()) // BYTES_A_TOKEN)
