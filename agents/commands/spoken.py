"""Orders that are the whole of a message: help, status, stop, audit. Reads words, decides nothing. Pure."""

import re
import unicodedata

from agents.commands.words import SPOKEN, Command, Verb

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


def spoken(text: str) -> Command | None:
    """Return the command that a message is, whole, after our mention was taken out; None: it is something to work on.

    Stop words count in every language; everything else is exact.
    """
    words = plain(text)
    if words in STOP_WORDS:
        return Command(Verb.STOP)
    return _exact(words)


def _exact(words: str) -> Command | None:
    named = NAMED.fullmatch(words)
    if named:
        return Command(Verb(named[1]), int(named[2]))
    return Command(Verb(words)) if words in SPOKEN else None


def plain(text: str) -> str:
    """Return the words in lower case, without punctuation but #, and with single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (" " if _is_punctuation(char) else char for char in folded)
    return " ".join("".join(kept).split())


def _is_punctuation(char: str) -> bool:
    return char != "#" and unicodedata.category(char)[0] in "PZC"
