"""From bytes to text: byte order marks, UTF-8, cp1252, both mixed, and a told guess for the rest. Runs in the child."""

import codecs
from dataclasses import dataclass

from tools.guards.refusals import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
"""(mark, codec, how it is called); UTF-32 before UTF-16, whose mark it begins with."""
SAMPLE = 1 << 16
"""Bytes that the guess looks at: more makes it slower (10 ms for 64 KB), not better."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text, its encoding by name, and a sentence where something about it must be told."""

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes, name: str) -> Decoded:
    """Return the text.

    Raises:
        Refused: not text, or text that breaks its own byte order mark.
    """
    for mark, codec, called in MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(codec), called)
            except UnicodeDecodeError:
                raise Refused(f'"{name}" says it is {called}, but is cut off or is not.') from None
    if b"\x00" in data:
        raise Refused(f'"{name}" is not text: it holds zero bytes and no byte order mark. Save it as UTF-8.')
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _one_byte_or_mixed(data, name)


def _one_byte_or_mixed(data: bytes, name: str) -> Decoded:
    lines = data.split(b"\n")
    foreign = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    with_utf8 = sum(1 for line in lines if not line.isascii()) - len(foreign)
    try:
        if not with_utf8:
            return Decoded(data.decode("cp1252"), "cp1252")
        as_text = [line.decode("utf-8" if _is_utf8(line) else "cp1252") for line in lines]
    except UnicodeDecodeError:
        return _guessed(data, name)
    note = (
        f"Encodings are mixed: {with_utf8:,} lines are utf-8, {len(foreign):,} are not and were read as cp1252 "
        f"(the first is line {foreign[0] + 1:,})."
    )
    return Decoded("\n".join(as_text), "utf-8 and cp1252 mixed", note)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guessed(data: bytes, name: str) -> Decoded:
    try:
        from charset_normalizer import from_bytes
    except ModuleNotFoundError:
        best = None
    else:
        best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        raise Refused(f'"{name}" has an encoding that cannot be told. Save it as UTF-8 and attach it again.')
    note = f"The encoding was guessed to be {best.encoding}; names may be wrong."
    return Decoded(data.decode(best.encoding, errors="replace"), best.encoding, note)
