"""The sources of an answer as links that code vouches for, each with the host that it really leads to. Pure."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from agents.messages import Link
from app.slack.inert import LIVE, visible
from app.slack.inline_text import Element, plain_of
from app.slack.limits import SOURCE_TITLE, SOURCES_JSON, URL
from app.slack.one_line import one_line
from app.slack.wording import SOURCES, and_more


def may_be_live(url: str) -> bool:
    """Return whether an address leads where it seems to: http(s), a host, no user in front of it, all visible."""
    try:
        parts = urlsplit(url)
        host, named = parts.hostname or "", parts.username is not None or parts.password is not None
    except ValueError:
        return False
    clean = url == visible(url) and url.isprintable() and not any(char in url for char in ' "<>\\^`{|}')
    return clean and parts.scheme in {"http", "https"} and bool(host) and not named and len(url) <= URL


def vouched(sources: Iterable[Link]) -> frozenset[str]:
    """Return the addresses that may be live in a message's words too."""
    return frozenset(source.url for source in sources if may_be_live(source.url))


def sources_block(sources: Sequence[Link]) -> dict[str, Any]:
    """Return one line of links; those that there is no room for are counted."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": _elements(sources)}]}


def sources_text(sources: Sequence[Link]) -> str:
    """Return the same line as text."""
    return plain_of(_elements(sources))


def _elements(sources: Sequence[Link]) -> list[Element]:
    each = list({source.url: source for source in sources}.values())
    elements: list[Element] = [{"type": "text", "text": f"{SOURCES} ", "style": {"bold": True}}]
    for number, source in enumerate(each):
        shown = [*([{"type": "text", "text": ", "}] if number else []), *_source(source)]
        if len(json.dumps([*elements, *shown], ensure_ascii=False)) > SOURCES_JSON:
            return [*elements, {"type": "text", "text": and_more(len(each) - number)}]
        elements += shown
    return elements


def _source(source: Link) -> list[Element]:
    title = one_line(source.title, SOURCE_TITLE)
    if not may_be_live(source.url):
        return [{"type": "text", "text": title or one_line(source.url, SOURCE_TITLE) or "…"}]
    host = _host(source.url)
    led: Element = {"type": "link", "url": source.url, "text": host[:SOURCE_TITLE], "style": {"code": True}}
    if not title or "://" in source.title:
        # a title that is an address itself would name another host
        return [led]
    if LIVE.fullmatch(source.title.strip()):
        # so may one that only looks like it, as a file's name does: it is shown, and the host is what leads there
        name = " ".join(visible(source.title).replace("`", "").split())[:SOURCE_TITLE]
        code: Element = {"type": "text", "text": name, "style": {"code": True}}
        return [code, {"type": "text", "text": " ("}, led, {"type": "text", "text": ")"}]
    link: Element = {"type": "link", "url": source.url, "text": title}
    return [link, {"type": "text", "text": " ("}, {"type": "text", "text": host, "style": {"code": True}},
            {"type": "text", "text": ")"}]  # fmt: skip


def _host(url: str) -> str:
    """Return the host as the network knows it: look-alike letters show as `xn--`."""
    host = urlsplit(url).hostname or ""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ascii(host).strip("'")
