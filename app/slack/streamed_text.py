"""The model's text as it comes, made inert for a stream without knowing what follows. Pure.

The rules look at single characters and what stands right before them, so that a piece that was shown never has to
change: an address, a mention, a link or an entity loses the character that makes it one. What is shown reads almost as
it was written; the exact layout replaces it when the stream has ended.
"""

import unicodedata
from collections.abc import Iterator

from app.slack.inert import JOINERS, resolved, visible

DOTS = frozenset(".。")
"""What separates the labels of a domain, after compatibility forms are resolved. UTS 46, section 2.3."""

MARKUP = frozenset("*_~`\\")
"""What Markdown takes away, so that its neighbours meet."""

SCHEMES = frozenset({"mailto", "tel", "sms", "data", "javascript", "file", "vbscript", "skype", "slack"})
"""Schemes that clients act on without slashes behind them."""

LONGEST_SCHEME = max(map(len, SCHEMES))

STAND_INS = {"<": "‹", "@": "＠", "&": "＆"}
"""What begins a mention, a link, HTML or an entity, and what is shown instead."""


def settled(text: str) -> str:
    """Return what may be shown of a text of which `text` has come so far.

    For every text and every way to cut it, what is returned for the beginning is the beginning of what is returned
    later. All is returned but a last run of stops and markup.
    """
    # whether a joiner is shown, and which line break it is, depends on what follows
    known = text.rstrip("".join(JOINERS) + "\r")
    words = resolved(visible(known))
    return "".join(_inert(words, len(words.rstrip("".join(DOTS | MARKUP)))))


def _inert(text: str, end: int) -> Iterator[str]:
    before, word = "", ""
    for index in range(end):
        char = text[index]
        yield _dot(text, index, before) if char in DOTS else _shown(char, before, word)
        if char not in MARKUP:
            before = char
            word = (word + char.lower())[-LONGEST_SCHEME:] if char.isalpha() else ""


def _shown(char: str, before: str, word: str) -> str:
    if char == "/" and before in {"/", ":"}:
        return "⁄"
    if char in "([:" and before == "]":
        return f" {char}"
    if char == ":" and any(word.endswith(scheme) for scheme in SCHEMES):
        return "："
    return STAND_INS.get(char, char)


def _dot(text: str, index: int, before: str) -> str:
    char, at = text[index], index + 1
    while text[at] in MARKUP:
        at += 1
    following = text[at]
    if not following.isalnum() and unicodedata.category(following)[0] not in "MS":
        return char
    if before.isdigit() and following.isdigit():
        return char
    return "·" if char == "." else f"{char} "
