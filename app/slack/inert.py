"""Text that nobody vouches for, made inert: nothing hidden in it, nothing that a client would link or notify. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from unicodedata import normalize

JOINERS = frozenset("\u200c\u200d")
"""ZWNJ and ZWJ: needed inside words of Persian and Indic scripts, and inside emoji; hidden anywhere else."""

EMOJI_STYLE = frozenset("\ufe0e\ufe0f")

VISIBLE_FORMATS = frozenset(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
"""Format characters that are drawn: number signs in Arabic, Syriac and Kaithi. Unicode, chapter 9."""

BLANK_LETTERS = frozenset({0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0})
"""Letters and marks that are never drawn. Unicode, property Default_Ignorable_Code_Point."""

ACTIVE = frozenset(".。/:@<>&\\")
"""What makes words an address, a mention, markup or an escape."""

LIVE = re.compile(
    r"""
      [A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s<>]++                                # an address with a scheme
    | \b(?:mailto|tel|sms|data|javascript|file):[^\s<>]++                     # schemes without slashes
    | (?<![\w.+-])[\w.+-]++@(?:[\w-]++\.(?=[\w-]))++[\w-]++                   # a mail address
    | (?<![\w.-])[.-]*+(?:[\w-]++[.．․﹒](?=[\w-]))++[^\W\d_][\w-]++      # a bare domain, or a file's name
      (?:://[^\s<>]*+|(?::\d{1,5})?(?:[/?\#][^\s<>]*+)?)
    | @(?:channel|here|everyone|group)\b                                     # typed broadcasts
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What clients link or expand although it was written as plain words. Possessive, so that no text makes it slow."""

AFTERWORD = ".,;:!?)]}\"'»“”’*_~`"
"""Punctuation that ends a sentence rather than an address."""


def visible(text: str) -> str:
    """Return `text` without characters that people cannot see: controls, overrides of direction, tags, stray joiners.

    Line breaks and tabs stay; every kind of line break becomes a newline.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    if lines.isascii() and lines.isprintable():
        return lines
    kept: list[str] = []
    for index, char in enumerate(lines):
        after = lines[index + 1] if index + 1 < len(lines) else ""
        if _is_shown(char, kept[-1] if kept else "", after):
            kept.append(char)
    return "".join(kept)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of `text` in order, each with whether a client would act on it, so that it must be code."""
    done = 0
    for found in LIVE.finditer(text):
        end = found.start() + len(found.group().rstrip(AFTERWORD))
        if end <= found.start():
            continue
        if found.start() > done:
            yield text[done : found.start()], False
        yield text[found.start() : end], True
        done = end
    if done < len(text):
        yield text[done:], False


def resolved(text: str) -> str:
    """Return `text` with compatibility forms of active characters as these themselves: `．` is a stop, `／` a slash.

    Clients may resolve them before they look for addresses. All else is left as it is.
    """
    if text.isascii():
        return text
    return "".join(normalize("NFKC", char) if _stands_for_active(char) else char for char in text)


def escaped(text: str) -> str:
    """Return `text` with Slack's three markup characters escaped. docs.slack.dev, messaging/formatting."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Return `text` as a message's `text`: what is hidden removed, what is live between backticks, markup escaped."""
    return escaped("".join(f"`{piece}`" if live else piece for piece, live in pieces(visible(text))))


def _stands_for_active(char: str) -> bool:
    return not char.isascii() and char != "。" and not ACTIVE.isdisjoint(normalize("NFKC", char))


def _is_shown(char: str, before: str, after: str) -> bool:
    code = ord(char)
    if code < 0x7F:
        return code >= 0x20 or char in "\n\t"
    if char in JOINERS:
        return _joins(char, before, after)
    if char in EMOJI_STYLE:
        return bool(before) and (before in "#*0123456789" or unicodedata.category(before) in {"So", "Sm", "Po"})
    if _is_selector(code):
        return bool(before) and _is_ideograph(before)
    if code in BLANK_LETTERS:
        return False
    category = unicodedata.category(char)
    if category == "Cf":
        return code in VISIBLE_FORMATS
    return category not in {"Cc", "Cs", "Zl", "Zp"} and not 0xE0000 <= code <= 0xE0FFF


def _joins(joiner: str, before: str, after: str) -> bool:
    if not before or not after:
        return False
    if joiner == "\u200d" and _is_pictured(before) and _is_pictured(after):
        return True
    return all(ord(char) > 0x5FF and unicodedata.category(char)[0] in "LM" for char in (before, after))


def _is_pictured(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk"} or char in EMOJI_STYLE or char in "♀♂"


def _is_selector(code: int) -> bool:
    return 0xFE00 <= code <= 0xFE0D or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F


def _is_ideograph(char: str) -> bool:
    return unicodedata.category(char) == "Lo" and 0x2E80 <= ord(char) <= 0x3FFFF
