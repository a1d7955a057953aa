"""Thinking blocks are bound to the model and the exact prefix before them (anthropic.md 0.4 and 8).

A signature is an HMAC over model, prefix and the text shown. A block of another model is dropped silently; one
whose prefix was edited is a 400.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from app.rehearsal.claude.errors import invalid
from app.rehearsal.claude.prompt import PromptBlock, bare, blocks_of, prompt_blocks

KEY = b"rehearsal: the key that binds thinking to its prefix"
"""Constant, so that a conversation goes on after a restart of Rehearsal. It protects nothing."""


def digest_before_reply(body: Mapping[str, Any]) -> str:
    """Return the digest of everything that the reply to this request follows."""
    digest = ""
    for block in prompt_blocks(body):
        digest = block.digest(digest)
    return digest


def sign_reply(model: str, prefix: str, message_number: int, content: list[dict[str, Any]]) -> None:
    """Put a signature into every thinking block of a reply that has none; `prefix` is the digest before the reply."""
    for block in content:
        if block["type"] == "thinking" and not block.get("signature"):
            block["signature"] = _signature(model, prefix, block["thinking"])
        prefix = PromptBlock(f"{message_number} assistant", bare(block), None).digest(prefix)


def check_thinking(body: Mapping[str, Any]) -> None:
    """Raise ApiError 400 when a thinking block of this request's model does not stand where it was written."""
    model = str(body["model"])
    thinking = {
        (number, place)
        for number, message in enumerate(body["messages"])
        for place, block in enumerate(blocks_of(message["content"]))
        if block["type"] == "thinking"
    }
    if not thinking:
        return
    digest, at = "", dict.fromkeys(range(len(body["messages"])), 0)
    for block in prompt_blocks(body):
        number = block.place.split()[0]
        if number.isdigit():
            place, at[int(number)] = at[int(number)], at[int(number)] + 1
            if (int(number), place) in thinking:
                _check(block.block, model, digest, f"messages.{number}.content.{place}")
        digest = block.digest(digest)


def _check(block: Mapping[str, Any], model: str, prefix: str, where: str) -> None:
    try:
        written_by, _, _ = base64.b64decode(block["signature"], validate=True).partition(b":")
    except (binascii.Error, ValueError):
        raise invalid(f"{where}: Invalid `signature` in `thinking` block") from None
    if written_by != model.encode():
        return
    if not hmac.compare_digest(block["signature"], _signature(model, prefix, block["thinking"])):
        raise invalid(
            f"{where}: the `thinking` block does not match the prefix it was written for. System, tools and earlier "
            "messages must be sent back unchanged, or the thinking blocks after the edit left out"
        )


def _signature(model: str, prefix: str, shown: str) -> str:
    mac = hmac.new(KEY, "\0".join((model, prefix, shown)).encode(), hashlib.sha256).digest()
    return base64.b64encode(model.encode() + b":" + mac).decode()
