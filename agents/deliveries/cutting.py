"""Cuts a text that has no blocks to cut between: at paragraphs and lines, never leaving a code fence open. Pure."""

from collections.abc import Sequence

FENCE = "```"

NAMED = 40
"""Characters kept of a fence's opening line when it is opened again in the next piece."""


def cut(text: str, limit: int) -> Sequence[str]:
    """Return `text` in order, in pieces of at most `limit` characters; at least one piece.

    A code fence that does not fit is closed at the end of a piece and opened again in the next.
    """
    pieces: list[str] = []
    current: list[str] = []
    size = 0
    fence = ""
    for line in _lines(text, limit - 2 * len(FENCE) - NAMED):
        turns = line.lstrip().startswith(FENCE)
        # a piece that ends within a fence is closed, so a line that opens one needs that room too
        closing = len(FENCE) + 1 if fence or turns else 0
        if current and size + len(line) + 1 + closing > limit:
            head, tail = _break(current) if not fence else (current, [])
            pieces.append("\n".join([*head, FENCE] if fence else head).strip("\n"))
            current = [fence, *tail] if fence else tail
            size = sum(len(one) + 1 for one in current)
        current.append(line)
        size += len(line) + 1
        if turns:
            fence = "" if fence else line.strip()[:NAMED]
    pieces.append("\n".join(current).strip("\n"))
    return [piece for piece in pieces if piece] or [text]


def _break(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split at the last blank line of the second half, so that a paragraph stays whole."""
    for at in range(len(lines) - 1, len(lines) // 2, -1):
        if not lines[at].strip() and not any(line.lstrip().startswith(FENCE) for line in lines[at:]):
            return lines[:at], lines[at + 1 :]
    return lines, []


def _lines(text: str, longest: int) -> list[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        while len(line) > longest:
            at = line.rfind(" ", longest // 2, longest)
            at = longest if at < 0 else at
            lines.append(line[:at])
            line = line[at:].lstrip(" ")
        lines.append(line)
    return lines
