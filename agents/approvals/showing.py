"""How the values of a call are shown to whoever says yes: whole or begun, counted, and with nothing hidden in them.

A value is shown as the text that it is, so that people can read it; whatever a reader would not see is named instead,
in the brackets ⟨ ⟩: `⟨U+202E⟩` a character that cannot be seen or that turns the text around, `⟨500 spaces⟩` and
`⟨40 empty lines⟩` what pushes the rest out of sight. A bracket of the value's own is named too, so none can be faked.
Pure.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SHOWN = 600
"""Characters of one value that a card shows."""

SHOWN_LINES = 12
"""Lines of one value that a card shows."""

SHOWN_VALUES = 8
"""Values of one call that a card shows; what is further is shown on a press."""

ROOM = 4_800
"""Characters that the values of all calls of one card take as JSON: of Slack's 12,000 for a message, what the buttons,
digests and headings of three calls leave."""

SPACES = re.compile(r" {5,}")
LINES = re.compile(r"\n(?: *\n){3,}")
LOOKED_AT = 10_000
"""Characters of a value that are looked at for its beginning: what is squeezed there leaves room for what follows."""

MARKS = frozenset("⟨⟩")
NAME = 60
PAGE = 2_400
"""Characters of one page of a value that is shown whole: with what is named, less than a section's 3,000."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One value. `cut`: `text` is its beginning; `length`, `digest`: of all of it, in characters and as sha256."""

    name: str
    text: str
    cut: bool
    length: int
    digest: str


def shown(arguments: Mapping[str, Any], room: int = ROOM) -> Sequence[Shown]:
    """Return the values of a call, in the order of their names, in so many characters of JSON. What is cut says so."""
    found, names = [], sorted(arguments)
    for name in names[:SHOWN_VALUES]:
        whole = text_of(arguments[name])
        said, cut = _begun(whole, room)
        room -= _weight(said)
        found.append(Shown(visible(name)[:NAME], said, cut, len(whole), sha256_of(whole)))
    rest = {name: arguments[name] for name in names[SHOWN_VALUES:]}
    if rest:
        whole = text_of(rest)
        found.append(Shown(f"and {len(rest)} more", "", True, len(whole), sha256_of(whole)))
    return found


def text_of(value: Any) -> str:
    """Return a value as text: a text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def sha256_of(text: str) -> str:
    """Return the sha256 of a text's UTF-8; what is no Unicode stands for itself."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def pages(arguments: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Return all values whole, in pieces of at most PAGE characters as shown: each with the heading it stands under."""
    found = []
    for name in sorted(arguments):
        whole = text_of(arguments[name])
        said = visible(whole, squeezed=False)
        pieces = [said[at : at + PAGE] for at in range(0, len(said), PAGE)] or [""]
        head = f"{visible(name)} ({len(whole):,} characters, sha256 {sha256_of(whole)[:16]}…)"
        found += [
            (head if len(pieces) == 1 else f"{head}, part {number} of {len(pieces)}", piece)
            for number, piece in enumerate(pieces, 1)
        ]
    return found


def visible(text: str, *, squeezed: bool = True) -> str:
    """Return a text in which everything can be seen. `squeezed`: long runs of spaces and lines are counted instead."""
    named = "".join(char if _is_seen(char) else f"⟨U+{ord(char):04X}⟩" for char in text)
    if not squeezed:
        return named
    counted = LINES.sub(_empty_lines, named)
    return SPACES.sub(lambda run: f"⟨{len(run[0])} spaces⟩", counted)


def _empty_lines(run: re.Match[str]) -> str:
    many = run[0].count("\n") - 1
    return f"\n⟨{many} empty lines⟩\n"


def _begun(text: str, room: int) -> tuple[str, bool]:
    """Return as much of a text's beginning, visible, as fits, and whether something is left out."""
    said = visible(text[:LOOKED_AT])
    begins = "\n".join(said.split("\n")[:SHOWN_LINES])[:SHOWN]
    while begins and _weight(begins) > room:
        begins = begins[: len(begins) // 2]
    return begins, len(begins) < len(said) or len(text) > LOOKED_AT


def _weight(text: str) -> int:
    return len(json.dumps(text, ensure_ascii=False))


def _is_seen(char: str) -> bool:
    if char in MARKS:
        return False
    if char in " \n" or (char.isascii() and char.isprintable()):
        return True
    category = unicodedata.category(char)
    # separators other than the space look like it or like nothing; marks and formats may draw nothing at all
    if category[0] in "CZ" or (category == "Mn" and unicodedata.combining(char) == 0):
        return False
    return ord(char) not in BLANK


BLANK = frozenset({0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0, 0x13441, 0x13442, 0x1D159})
"""Letters and signs that are never drawn: of Unicode's Default_Ignorable_Code_Point, and what is empty by its meaning:
the braille cell without dots, blank hieroglyphs, the null notehead. What else is never drawn its category tells."""
