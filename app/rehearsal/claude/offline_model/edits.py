"""Notes that somebody changed or deleted what they had written: the request is then another one."""

import re
from collections.abc import Mapping, Sequence

CHANGED = re.compile(
    r"\b(?:it|that|which)\s+(?:said|was|read)\b[^“\"\n]{0,20}[“\"](?P<before>.*?)[”\"]\s*"
    r"(?:and\s+)?(?:it\s+)?now\s+(?:says|is|reads)\b[^“\"\n]{0,20}[“\"](?P<now>.*)[”\"]\W*$",
    re.I | re.S,
)
DELETED = re.compile(r"\bdeleted (?:the )?message (?P<number>\d+) of the \d+\b", re.I)
MARKS = re.compile(r"^\s*\((?:edited|this message was deleted\.?)\)\s*$", re.I | re.M)
"""Lines that Slack's clients and hosts put beside words that were changed or are gone."""


def unmarked(said: str) -> str:
    """Return words without the marks of an edit or a deletion."""
    return MARKS.sub("", said).strip()


def noted(said: str, author: str, asked: Sequence[str], written: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Return what is asked once a note is taken account of; None where the words are no such note.

    `written`: what each author has written, in order.
    """
    changed = CHANGED.search(said)
    if changed:
        before, now = (changed[name].strip() for name in ("before", "now"))
        kept = [now if one == before else one for one in asked]
        return kept if now in kept else [*kept, now]
    deleted = DELETED.search(said)
    if deleted:
        theirs, at = written.get(author, ()), int(deleted["number"]) - 1
        gone = theirs[at] if 0 <= at < len(theirs) else None
        return [one for one in asked if one != gone]
    return None
