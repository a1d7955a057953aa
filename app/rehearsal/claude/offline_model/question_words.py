"""The words by which a clause says what it wants of a table."""

import re

from app.rehearsal.claude.offline_model.questions import Relation
from app.rehearsal.claude.offline_model.words import stem_set

_NOT = r"(?:did|does|do|has|have|had|was|were|is|are)(?:n['’]t| not)|not|never|failed to|fails to|fail to|failing to"
_REACH = r"(?:meet|met|reach(?:ed)?|hit|achieved?|make|made|attain(?:ed)?)"
MISSED = re.compile(
    rf"\b(?:miss(?:ed|es|ing)?|below|under|short of|fell short|falls? short|behind|(?:less|lower) than|underperform\w*|"
    rf"(?:{_NOT})\s+(?:yet\s+)?{_REACH}|verfehl\w*|unter|nicht erreicht\w*)\b",
    re.I,
)
OVER = re.compile(
    r"\b(?:above|over|exceed\w*|beat|beaten|beats|surpass\w*|(?:more|greater|higher) than|ahead of|outperform\w*|"
    r"overspent|overspend\w*|übertr[aoi]f\w*|übertroffen|über)\b",
    re.I,
)
MET = re.compile(rf"\b(?:{_REACH}|meets|hits|reaches|achieves|erreicht\w*|on target)\b", re.I)
AVERAGE = re.compile(r"\b(?:average|mean|avg|durchschnitt\w*)\b", re.I)
TOTAL = re.compile(r"\b(?:total|totals|sum|sums|overall|altogether|add up|how much|gesamt\w*|summe)\b", re.I)
COUNT = re.compile(
    r"\b(?:how many|count(?: of)?|number of|wie viele|anzahl(?: der)?)\b\s*"
    r"(?:different|distinct|unique|of|the|\s)*(?P<what>[^\W\d_]+)?",
    re.I,
)
COMPARE = re.compile(r"\b(?:compare|comparison|versus|vs|against|vergleich\w*|difference between|side by side)\b", re.I)
HIGHEST = re.compile(
    r"(?<!at )\b(?:top|highest|largest|biggest|greatest|best|most|strongest|max(?:imum)?|"
    r"höchste\w*|beste\w*|größte\w*|meiste\w*)\b",
    re.I,
)
LOWEST = re.compile(
    r"(?<!at )\b(?:bottom|lowest|smallest|least|worst|weakest|fewest|cheapest|min(?:imum)?|niedrigste\w*|kleinste\w*|"
    r"schlechteste\w*)\b",
    re.I,
)
LIST = re.compile(r"\b(?:rows?|entries|records|table|columns?)\b", re.I)
GROUP_BY = re.compile(
    r"\b(?:per|by|for each|for every|in each|each|every|grouped by|broken down by|across|pro|je|nach)\s+"
    r"(?:the\s+|all\s+)?(?P<group>(?!how\b)[^\W\d_][\w-]*)",
    re.I,
)
RANK_BY = re.compile(
    r"\b(?:by|nach|ranked by|sorted by|in terms of|according to)\s+"
    r"(?:the\s+|their\s+|its\s+|total\s+)*(?P<measure>[^?,;.]+)",
    re.I,
)
WHICH = re.compile(r"\b(?:which|what|welche[rsnm]?)\s+(?:of the\s+)?(?P<group>[^\W\d_][\w-]*)", re.I)
QUESTION_STEMS = stem_set(
    "total totals sum overall altogether average mean avg durchschnitt count number compare comparison versus vs "
    "against difference top bottom highest lowest largest smallest biggest best worst most least maximum minimum "
    "max min row rows entry entries record records table file csv xlsx sheet data column columns calculate "
    "compute find list show what which value values across grouped ranked sorted add up overall please summe "
    "gesamt vergleiche attached"
    " perform performed performing performer performers perform doing"
)
"""Stems that belong to the question and not to its subject."""
NUMBER_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
LIMIT = re.compile(rf"\b(?P<n>\d{{1,3}}|{'|'.join(NUMBER_WORDS)})\b", re.I)
SEVERAL = 3
"""How many a plural without a number means: "the top products"."""


def relation_of(clause: str) -> Relation | None:
    """Return how two things are to be compared, or None."""
    if MISSED.search(clause):
        return "<"
    if OVER.search(clause):
        return ">"
    return ">=" if MET.search(clause) else None


def limit_of(clause: str) -> int:
    """Return how many a ranking wants: a number beside the word, else 1, or SEVERAL for a plural after "top"."""
    match = LIMIT.search(clause)
    if match:
        said = match["n"].lower()
        return max(1, int(said) if said.isdigit() else NUMBER_WORDS[said])
    return SEVERAL if re.search(r"\b(?:top|bottom|best|worst)\s+\w+s\b", clause, re.I) else 1
