"""Running text of Slack's wire, mrkdwn and rich text, as a reader sees it. Pure."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from app.rehearse.names import Names

SPECIAL = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
MARKS = (("code", "`"), ("bold", "*"), ("italic", "_"), ("strike", "~"))


def seen_text(text: str, names: Names) -> str:
    """Return mrkdwn with people, channels and links in words; what is emphasised keeps its marks."""
    return unescape(SPECIAL.sub(lambda found: _special(found, names), text))


def rich_text(block: Mapping[str, Any], names: Names) -> str:
    """Return a `rich_text` block as lines."""
    return "\n".join(_part(part, names) for part in block.get("elements", ()))


def text_object(told: Mapping[str, Any], names: Names) -> str:
    """Return a plain_text, mrkdwn or rich_text object as text."""
    if told.get("type") == "rich_text":
        return rich_text(told, names)
    text = str(told.get("text", ""))
    return seen_text(text, names) if told.get("type") == "mrkdwn" else text


def _special(found: re.Match[str], names: Names) -> str:
    sign, what, label = found.groups()
    match sign:
        case "@":
            return f"@{names.people.get(what) or label or what}"
        case "#":
            return f"#{names.channels.get(what) or label or what}"
        case "!":
            return label or f"@{what.partition('^')[0]}"
    return _link(what, label)


def _link(url: str, label: str | None) -> str:
    return url if not label or unescape(label) == unescape(url) else f"{label} ({url})"


def _part(part: Mapping[str, Any], names: Names) -> str:
    match part["type"]:
        case "rich_text_list":
            indent, first = "  " * int(part.get("indent", 0)), int(part.get("offset", 0)) + 1
            ordered = part.get("style") == "ordered"
            marks = [f"{first + at}. " if ordered else "• " for at in range(len(part["elements"]))]
            items = [_inline(item["elements"], names) for item in part["elements"]]
            return "\n".join(f"{indent}{mark}{item}" for mark, item in zip(marks, items, strict=True))
        case "rich_text_preformatted":
            return f"```\n{_inline(part['elements'], names).strip(chr(10))}\n```"
        case "rich_text_quote":
            return "\n".join(f"> {line}" for line in _inline(part["elements"], names).split("\n"))
    return _inline(part.get("elements", ()), names)


def _inline(elements: Sequence[Mapping[str, Any]], names: Names) -> str:
    return "".join(_piece(one, names) for one in elements)


def _piece(one: Mapping[str, Any], names: Names) -> str:
    match one["type"]:
        case "text":
            return _marked(str(one["text"]), one.get("style", {}))
        case "link":
            return _link(str(one["url"]), one.get("text"))
        case "user":
            return f"@{names.person(one['user_id'])}"
        case "channel":
            return f"#{names.channels.get(one['channel_id'], one['channel_id'])}"
        case "emoji":
            return f":{one['name']}:"
        case "broadcast":
            return f"@{one['range']}"
        case "date":
            return str(one.get("fallback") or one["timestamp"])
    return str(one.get("text") or one.get("value") or one.get("usergroup_id") or "")


def _marked(text: str, style: Mapping[str, Any]) -> str:
    inside = text.strip()
    if not inside:
        return text
    before, after = text[: text.index(inside)], text[text.index(inside) + len(inside) :]
    for name, mark in MARKS:
        if style.get(name):
            inside = f"{mark}{inside}{mark}"
    return f"{before}{inside}{after}"
