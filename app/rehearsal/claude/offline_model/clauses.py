"""A request split into what is asked, one clause each."""

import re

from app.rehearsal.claude.offline_model.listed_files import LISTED
from app.rehearsal.claude.offline_model.starts import STARTS

PROTECTED = re.compile(r"https?://\S+|\"[^\"\n]*\"|“[^”\n]*”|'[^'\n]{3,}'|`[^`\n]*`|\S+\.[A-Za-z]{2,4}\b|\d[\d.,]*\d")
"""What is never split: addresses, quoted words, file names, numbers."""
SPLIT = re.compile(
    r"[?!;\n]+|\.(?=\s|$)|,?\s+(?:and\s+then|and\s+also|then|also|plus)\s+|,?\s+and\s+(?=(?:please\s+|the\s+)?(?:"
    + STARTS
    + r")\b)|,\s+(?=(?:"
    + STARTS
    + r")\b)",
    re.I,
)
EMPTY = re.compile(
    r"^\W*(?:please|thanks?(?: you)?(?: (?:a lot|so much|in advance))?|cheers|ok(?:ay)?|great|danke|bitte|"
    r"attached|(?:hi|hello|hey)(?: (?:there|all|team|everyone|tagwork))?)?\W*$",
    re.I,
)
LEADING = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok(?:ay)?|so|well|please|and|then|also|first|next|finally|actually|instead|sorry|tagwork)\b[\s,:]*"
    r"|(?:can|could|would|will) you\s+(?:please\s+)?|i(?:'d| would)? (?:like|want|need) (?:you )?to\s+)+",
    re.I,
)


def clauses_of(requests: list[str]) -> list[str]:
    """Return the clauses of the requests in order, without greetings, thanks and lists of files."""
    found = []
    for request in requests:
        kept = "\n".join(line for line in request.splitlines() if not LISTED.search(line))
        for part in _split(kept):
            clause = LEADING.sub("", part).strip(" \t,:-–•*")
            if not EMPTY.match(part) and not EMPTY.match(clause):
                found.append(clause)
    return found


def _split(text: str) -> list[str]:
    protected: list[str] = []

    def put_aside(match: re.Match[str]) -> str:
        protected.append(match.group())
        return f"\x00{chr(0xE000 + len(protected) - 1)}"

    marked = PROTECTED.sub(put_aside, text)
    return [
        re.sub("\x00([\ue000-\uf8ff])", lambda kept: protected[ord(kept.group(1)) - 0xE000], part)
        for part in SPLIT.split(marked)
        if part
    ]
