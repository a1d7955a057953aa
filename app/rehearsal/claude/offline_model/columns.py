"""Which column a word means: by its name, by a word for the same thing, or by its part in a comparison."""

from collections.abc import Iterable, Sequence

from app.rehearsal.claude.offline_model.file_results import Column
from app.rehearsal.claude.offline_model.lexicon import is_actual_word, is_target_word, same_kind
from app.rehearsal.claude.offline_model.words import stems

FULL, PART, KIND = 3.0, 2.0, 1.5
"""How well a column fits: all words of its name, one of them, or a word for the same kind of thing."""
NUMBERING = frozenset({"id", "nr", "no", "number", "year", "jahr", "zip", "plz", "index", "row"})
"""Words of columns that hold numbers which nobody adds up."""


def fit(column: Column, said: Iterable[str]) -> float:
    """Return how well a column fits the stems that were said: 0 for not at all."""
    words, name = set(said), stems(column.name)
    if not name or not words:
        return 0.0
    if all(part in words for part in name):
        return FULL + len(name) / 10
    if any(part in words for part in name if len(part) > 1):
        return PART
    if any(same_kind(part, word) for part in name for word in words):
        return KIND
    return 0.0


def best(columns: Iterable[Column], said: Iterable[str]) -> Column | None:
    """Return the column that fits best, the first of equals, or None."""
    words = list(said)
    rated = [(fit(column, words), column) for column in columns]
    top = max((score for score, _ in rated), default=0.0)
    return next((column for score, column in rated if score == top and score > 0), None)


def meant(columns: Sequence[Column], said: Sequence[str]) -> list[Column]:
    """Return the columns that were named in full, without names that are a part of another's; else the best one."""
    full = [column for column in columns if fit(column, said) >= FULL]
    names = {column.name: set(stems(column.name)) for column in full}
    whole = [column for column in full if not any(names[column.name] < other for other in names.values())]
    if whole:
        return whole
    found = best(columns, said)
    return [found] if found else []


def rivals(columns: Sequence[Column], said: Sequence[str]) -> list[Column]:
    """Return the columns that fit best; several where the words fit all of them equally and name none in full."""
    words = list(said)
    top = max((fit(column, words) for column in columns), default=0.0)
    if top <= 0:
        return []
    equal = [column for column in columns if fit(column, words) == top]
    return equal if top < FULL else equal[:1]


def chosen(columns: Sequence[Column], words: str) -> list[Column]:
    """Return the column that somebody's answer means before the others: by its name, else by the words that fit."""
    meant_one = next((column for column in columns if column.name == words), None) or best(columns, stems(words))
    return [*([meant_one] if meant_one else []), *(column for column in columns if column != meant_one)]


def several(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return columns among which somebody has to choose: none where there is only one."""
    return tuple(columns) if len(columns) > 1 else ()


def targets(columns: Iterable[Column]) -> list[Column]:
    """Return the number columns that say what was to be reached."""
    return [column for column in columns if column.numeric and any(map(is_target_word, stems(column.name)))]


def measured(columns: Iterable[Column]) -> list[Column]:
    """Return the number columns that say what was reached, those that are named so first."""
    rest = [column for column in columns if column.numeric and not any(map(is_target_word, stems(column.name)))]
    rest = [column for column in rest if not NUMBERING & set(stems(column.name))] or rest
    return sorted(rest, key=lambda column: not any(map(is_actual_word, stems(column.name))))
