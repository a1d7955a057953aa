"""Sentences of a text, and the ones that speak of given words."""

import re
from collections.abc import Iterable

from app.rehearsal.claude.offline_model.words import stems

END = re.compile(r"(?<=[.!?])\s+(?=[^\s])|\n+")
MOST_CHARACTERS = 400
"""Characters of one quotation."""


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, headings and list entries counted as sentences."""
    return [" ".join(part.split()) for part in END.split(text) if stems(part)]


def first_sentences(text: str, most: int = 3) -> str:
    """Return the first sentences, at most MOST_CHARACTERS together; a single longer one is cut at a word."""
    kept: list[str] = []
    for sentence in sentences_of(text)[:most]:
        if kept and sum(map(len, kept)) + len(sentence) > MOST_CHARACTERS:
            break
        kept.append(shortened(sentence))
    return " ".join(kept)


def speaking_of(text: str, words: Iterable[str]) -> list[str]:
    """Return the sentences that hold at least one of the stems, those with more of them first."""
    wanted = set(words)
    rated = [(len(wanted & set(stems(sentence))), sentence) for sentence in sentences_of(text)]
    found = [(count, shortened(sentence)) for count, sentence in rated if count]
    return [sentence for _, sentence in sorted(found, key=lambda pair: -pair[0])]


def shortened(sentence: str) -> str:
    """Return a sentence, cut at a word when it is longer than MOST_CHARACTERS."""
    if len(sentence) <= MOST_CHARACTERS:
        return sentence
    return sentence[:MOST_CHARACTERS].rsplit(" ", 1)[0] + " …"
