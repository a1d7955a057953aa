"""Questions that write a table's columns in quotation marks: total "price" for each "product"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.rehearsal.claude.offline_model.columns import FULL
from app.rehearsal.claude.offline_model.file_results import Column
from app.rehearsal.claude.offline_model.question_words import (
    AVERAGE,
    COMPARE,
    COUNT,
    HIGHEST,
    LOWEST,
    TOTAL,
    limit_of,
    relation_of,
)
from app.rehearsal.claude.offline_model.questions import Question

QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”")
MARK = "\ue000"
"""Stands for a column while the words around it are judged."""
EACH = re.compile(
    rf"\b(?:each|every|per|which|grouped by|broken down by|across|pro|je|welche[rsnm]?)\s+(?:of the\s+|the\s+)?{MARK}",
    re.I,
)
BY = re.compile(rf"\b(?:by|nach)\s+(?:the\s+|total\s+|average\s+)*{MARK}", re.I)


@dataclass(frozen=True, slots=True)
class _Named:
    """A clause with a mark for each column that it quotes, and those columns in order."""

    words: str
    columns: tuple[Column, ...]

    def after(self, pattern: re.Pattern[str]) -> Column | None:
        """The first column whose mark ends a match of the pattern."""
        match = pattern.search(self.words)
        return self.columns[self.words.count(MARK, 0, match.end() - 1)] if match else None


def without_quoted(clause: str) -> str:
    """Return the clause without what it quotes: names are no words that say what is wanted."""
    return QUOTED.sub(" ", clause)


def understand_named(clause: str, base: Question) -> Question | None:
    """Return the question of a clause that quotes columns of the base's table in full; None when it quotes none."""
    named = _named(clause, base.table.columns)
    if not named.columns:
        return None
    words, by = named.words, named.after(BY)
    group = named.after(EACH) or (by if by and not by.numeric else None)
    group = group or next((column for column in named.columns if not column.numeric), None)
    measures = tuple(dict.fromkeys(column for column in named.columns if column.numeric and column != group))
    base = replace(base, group=group, measures=measures, fit=base.fit + FULL * len(named.columns))
    relation = relation_of(words)
    if measures and (HIGHEST.search(words) or LOWEST.search(words)):
        return replace(
            base, kind="rank", measures=measures[:1], limit=limit_of(words), descending=bool(HIGHEST.search(words))
        )
    if len(measures) > 1 and relation:
        how_many = bool(COUNT.search(words))
        return replace(base, kind="compare", measures=measures[:2], relation=relation, how_many=how_many)
    if len(measures) > 1 and COMPARE.search(words):
        return replace(base, kind="beside")
    if measures and (AVERAGE.search(words) or TOTAL.search(words)):
        return replace(base, kind="average" if AVERAGE.search(words) else "total")
    if COUNT.search(words):
        return _counted(named, base)
    return None


def _counted(named: _Named, base: Question) -> Question:
    """Rows of each group where the clause says so, else the different values of the column that is quoted."""
    if named.after(EACH) or named.after(BY):
        return replace(base, kind="count", measures=())
    if base.filters:
        return replace(base, kind="count", group=None, measures=())
    return replace(base, kind="count", group=None, measures=named.columns[:1])


def _named(clause: str, columns: Sequence[Column]) -> _Named:
    by_name = {" ".join(column.name.split()).casefold(): column for column in columns}
    found: list[Column] = []

    def mark(match: re.Match[str]) -> str:
        column = by_name.get(" ".join((match[1] or match[2]).split()).casefold())
        if column is None:
            return match[0]
        found.append(column)
        return MARK

    return _Named(QUOTED.sub(mark, clause), tuple(found))
