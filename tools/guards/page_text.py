"""Lay a page out as the text that fetch_page gives the planner: HTML as Markdown, PDF, or text as it is.

Runs in the child. What a page is, its bytes decide; what its server calls it is only told where the two differ.
"""

import codecs
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tools.guards.file_types import FileKind, kind_of
from tools.guards.page_links import Head, head_of
from tools.guards.pdf_text import pages_of
from tools.guards.refusals import Misasked, Refused
from tools.guards.text_encoding import decode

ROOM = 24_000
"""Characters of one result: about 6 000 tokens, the share of a Turn that one result may fill."""
LINE = 1_000
"""Characters of one line: a paragraph is one line of Markdown, and reading on goes by lines."""
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
LOOKS_LIKE_HTML = re.compile(rb"<!doctype html|<html|<head|<body|<title", re.IGNORECASE)
NAMED_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([a-z0-9_:.-]{1,40})", re.IGNORECASE)
WITHIN = 1024
"""Bytes in which a browser looks for a page's beginning and its charset (WHATWG HTML, 13.2.3.2)."""


def show(arguments: Mapping[str, Any], blobs: Sequence[bytes]) -> dict[str, Any]:
    """Return {"text", "cut", "title", "links"} for arguments address, name, media_type, charset, start, whole.

    Raises:
        Refused: it cannot be read; a picture, for example.
        Misasked: `start` is past its end.
    """
    (data,) = blobs
    kind = kind_of(data, arguments["name"])
    if kind is FileKind.PDF:
        return _show_pdf(arguments, data)
    if kind is FileKind.XLSX:
        raise Refused(f'"{arguments["name"]}" is a spreadsheet. Attach it in the thread to have it read.')
    if arguments["media_type"] in HTML_TYPES or LOOKS_LIKE_HTML.search(data[:WITHIN]):
        return _show_html(arguments, data)
    return _laid(arguments, "text", _decoded(arguments, data), Head("", arguments["address"]))


def _show_html(arguments: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    try:
        from html_to_markdown import ConversionOptions, convert
    except ModuleNotFoundError:
        raise Refused("Web pages cannot be read on this machine: the extra `web` is not installed.") from None
    html = _decoded(arguments, data)
    head = head_of(html, arguments["address"])
    # words that a browser does not show are left out: they are written for models, not for people
    options = ConversionOptions(extract_metadata=False, skip_images=True, compact_tables=True, base_url=head.base)
    try:
        text = convert(html, options).content or ""
    except Exception as fault:
        # the converter meets damaged pages with several kinds of exception
        raise Refused(f'"{arguments["name"]}" could not be turned into text ({type(fault).__name__}).') from None
    return _laid(arguments, "HTML", text, head)


def _show_pdf(arguments: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    name, start = arguments["name"], arguments["start"]
    if not arguments["whole"]:
        raise Refused(f'"{name}" is a PDF of more than {len(data):,} bytes. Attach it in the thread to have it read.')
    pages = pages_of(data, name, start, ROOM)
    last = pages.first + len(pages.texts) - 1
    lines = [f"Page {arguments['address']}: PDF, {pages.count:,} pages, pages {pages.first:,}-{last:,} shown."]
    for number, text in enumerate(pages.texts, pages.first):
        lines += [f"[page {number:,}]", text.strip()[:ROOM]]
    cut = ""
    if last < pages.count:
        cut = f"pages {last + 1:,}-{pages.count:,} are not shown. Call fetch_page with start {last + 1} to read on."
    return {"text": "\n".join(lines), "cut": cut, "title": "", "links": []}


def _laid(arguments: Mapping[str, Any], kind: str, text: str, head: Head) -> dict[str, Any]:
    lines = [piece for line in text.replace("\r\n", "\n").strip().split("\n") for piece in _pieces(line)]
    start = arguments["start"]
    if start > len(lines):
        raise Misasked(f"The page has {len(lines):,} lines; start must be between 1 and {len(lines):,}.")
    title = f' "{head.title}"' if head.title else ""
    says = arguments["media_type"]
    lied = f", which its server calls {says}" if says and not _fits(kind, says) else ""
    shown: list[str] = []
    room = ROOM
    for line in lines[start - 1 :]:
        if shown and len(line) >= room:
            break
        shown.append(line)
        room -= len(line) + 1
    following = start + len(shown)
    cut = [] if arguments["whole"] else ["the page is longer than what is fetched; its end is missing."]
    if following <= len(lines):
        cut.append(f"{len(lines):,} lines in all. Call fetch_page again with start {following} to read on.")
    if not text.strip():
        shown = ["(The page holds no text. It may be made by scripts, which I do not run.)"]
    first = f"Page {arguments['address']}:{title} {kind}{lied}, {len(text):,} characters of text."
    return {"text": "\n".join([first, *shown]), "cut": " ".join(cut), "title": head.title, "links": head.links}


def _pieces(line: str) -> list[str]:
    """Return a line in pieces of at most LINE characters, broken at spaces where there are any."""
    pieces = []
    while len(line) > LINE:
        at = line.rfind(" ", 1, LINE) + 1 or LINE
        pieces.append(line[:at])
        line = line[at:]
    return [*pieces, line]


def _decoded(arguments: Mapping[str, Any], data: bytes) -> str:
    """Return the text by the server's charset, else by the page's own, else by a guess."""
    named = NAMED_CHARSET.search(data[:WITHIN])
    for charset in (arguments["charset"], named[1].decode("ascii") if named else ""):
        try:
            if charset and codecs.lookup(charset)._is_text_encoding:
                return data.decode(charset, errors="replace")
        except (LookupError, ValueError):
            continue
    if not arguments["whole"]:
        # a page that was cut may end inside a letter
        data = data[:-3] + data[-3:].decode("utf-8", "ignore").encode()
    return decode(data, arguments["name"]).text


def _fits(kind: str, media_type: str) -> bool:
    if kind == "HTML":
        return media_type in HTML_TYPES
    return media_type.startswith("text/") or "json" in media_type or "xml" in media_type
