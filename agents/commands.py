"""What people order without a model: help, status, stop, audit. Reads words, decides nothing. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Verb(StrEnum):
    """What can be ordered. The value is the word itself."""

    HELP = "help"  #: what Tagwork is and how to ask
    STATUS = "status"  #: what runs in this channel, and what ended last
    STOP = "stop"  #: stops a Run
    AUDIT = "audit"  #: why a Run did what it did


@dataclass(frozen=True, slots=True)
class Command:
    """One order. `number` is the Run's, as people see it, where they named one."""

    verb: Verb
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that are no command. `nearest` is a command that they may have meant, or empty."""

    said: str
    nearest: str


STOP_WORDS = frozenset(
    {
        *("stop", "stop it", "stop this", "stop that", "stop please", "please stop", "halt", "abort"),
        *("cancel", "cancel it", "cancel this", "cancel that", "please cancel"),
        *("stopp", "stopp bitte", "bitte stopp", "stopp das", "stoppen", "bitte stoppen", "anhalten", "aufhören"),
        *("abbrechen", "bitte abbrechen", "abbruch", "brich ab"),
        *("arrête", "arrete", "arrêtez", "arretez", "arrête ça", "annule", "annulez", "annuler"),
        *("para", "párate", "detente", "detén", "deténte", "detener", "cancela", "cancelar", "alto"),
        *("止めて", "とめて", "やめて", "止めてください", "やめてください", "停止", "中止", "ストップ", "キャンセル"),
        "octagonal sign",
    }
)
"""The whole of a message that stops a Run, in English, German, French, Spanish and Japanese. A message that has more
in it, or asks to wait, is a follow-up (failure mode 41)."""

NAMED = re.compile(rf"({Verb.STOP}|{Verb.AUDIT}) #?([0-9]{{1,9}})")
CLOSE = 0.6
"""How alike two words must be to be suggested, from 0 to 1; difflib's own default."""


def spoken(text: str) -> Command | None:
    """Return the command that a message is, whole, after our mention was taken out; None: it is something to work on.

    Stop words count in every language; everything else is exact.
    """
    words = _plain(text)
    if words in STOP_WORDS:
        return Command(Verb.STOP)
    return _exact(words)


def typed(text: str) -> Command | Unclear:
    """Return the command of `/tagwork text`; no text is help."""
    words = _plain(text)
    if not words:
        return Command(Verb.HELP)
    found = spoken(text)
    if found is not None:
        return found
    first = words.split(" ")[0]
    nearest = get_close_matches(first, [verb.value for verb in Verb], n=1, cutoff=CLOSE)
    return Unclear(text.strip(), nearest[0] if nearest else "")


def _exact(words: str) -> Command | None:
    named = NAMED.fullmatch(words)
    if named:
        return Command(Verb(named[1]), int(named[2]))
    return Command(Verb(words)) if words in set(Verb) else None


def _plain(text: str) -> str:
    """Return the words in lower case, without punctuation but #, and with single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (" " if _is_punctuation(char) else char for char in folded)
    return " ".join("".join(kept).split())


def _is_punctuation(char: str) -> bool:
    return char != "#" and unicodedata.category(char)[0] in "PZC"
