"""Markdown that nobody vouches for, for a canvas: headings, lists and emphasis stay, nothing in it is live. Pure.

In a canvas a link, a picture, a mention and an unfurled card are all written with brackets and an address. The brackets
are pulled apart, and every address becomes code, for which all other code marks of the text go: a code span that
somebody opens before an address would else close at ours and leave the address outside.
"""

import re

from app.slack.inert import pieces, resolved, visible

FENCE = re.compile(r" {0,3}`{3,}([A-Za-z0-9_+-]*)\s*")
TICKS = re.compile(r"`+")
LIVE_BRACKET = re.compile(r"(!)(?=\[)|(\])(?=[(\[:])")


def inert_markdown(text: str) -> str:
    """Return `text` without anything that a canvas would link, show, unfurl or notify."""
    lines = resolved(visible(text)).split("\n")
    live = any(is_live for line in lines for marks in ("", "'") for _, is_live in pieces(TICKS.sub(marks, line)))
    return "\n".join(_line(line, live) for line in lines)


def _line(line: str, live: bool) -> str:
    fence = FENCE.fullmatch(line)
    if fence is not None:
        return f"```{fence.group(1)}"
    line = LIVE_BRACKET.sub(r"\1\2 ", line)
    if not live:
        return line
    return "".join(f"`{piece}`" if is_live else piece for piece, is_live in pieces(TICKS.sub("'", line)))
