"""Words of a text, cut to stems, so that "Regions", "region" and "net_sales" can be compared."""

import re

WORD = re.compile(r"[^\W\d_]+|\d+", re.UNICODE)
CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a text that lists them, separated by blanks."""
    return frozenset(words.split())


EMPTY_WORDS = word_set(
    "a an the of in on at to for from by with and or is are was were be been it its this that these those there "
    "their our my me we you your i he she they them us do does did has have had can could would should will shall "
    "may might please which what who whom whose how when where why any some all each every per not no yes so if "
    "then than as about into give tell show let get make just also more most much many der die das ein eine und "
    "oder ist sind von zu im am pro je kannst könntest could need want like thanks thank hello hi hey ok okay s"
)
"""Words that say nothing about the subject."""


def stem(word: str) -> str:
    """Return the word in lower case without the ending of a plural."""
    low = word.lower()
    if len(low) > 4 and low.endswith("ies"):
        return low[:-3] + "y"
    if len(low) > 4 and low.endswith(("sses", "xes", "ches", "shes")):
        return low[:-2]
    if len(low) > 3 and low.endswith("s") and not low.endswith(("ss", "us", "is")):
        return low[:-1]
    return low


def stems(text: str) -> list[str]:
    """Return the stems of all words and numbers of the text, in order; camelCase and snake_case are several words."""
    return [stem(word) for word in WORD.findall(CAMEL.sub(" ", text))]


def stem_set(words: str) -> frozenset[str]:
    """Return the stems of the words of a text that lists them."""
    return frozenset(stem(word) for word in words.split())


def telling_stems(text: str) -> list[str]:
    """Return the stems without the words that say nothing about the subject."""
    return [word for word in stems(text) if word not in EMPTY_WORDS]
