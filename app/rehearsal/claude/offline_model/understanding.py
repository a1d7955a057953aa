"""From a clause and a table to a Question: which kind, which columns. Says what is missing when they do not fit."""

import re
from dataclasses import replace
from typing import Literal

from app.rehearsal.claude.offline_model.columns import FULL, best, fit, meant, measured, rivals, several, targets
from app.rehearsal.claude.offline_model.exact_names import understand_named
from app.rehearsal.claude.offline_model.file_results import Column, Table
from app.rehearsal.claude.offline_model.filters import OVER_NUMBER, filters_of
from app.rehearsal.claude.offline_model.lexicon import is_target_word
from app.rehearsal.claude.offline_model.question_words import (
    AVERAGE,
    COMPARE,
    COUNT,
    GROUP_BY,
    HIGHEST,
    LIST,
    LOWEST,
    NUMBER_WORDS,
    QUESTION_STEMS,
    RANK_BY,
    TOTAL,
    WHICH,
    limit_of,
    relation_of,
)
from app.rehearsal.claude.offline_model.questions import Question, Relation, Unmatched
from app.rehearsal.claude.offline_model.words import stems, telling_stems


def asks_for_data(clause: str) -> bool:
    """Whether a clause asks something that rows of a table could answer."""
    patterns = (AVERAGE, COMPARE, COUNT, HIGHEST, LOWEST, TOTAL, OVER_NUMBER)
    if any(pattern.search(clause) for pattern in patterns) or (LIST.search(clause) and GROUP_BY.search(clause)):
        return True
    if relation_of(clause) and (WHICH.search(clause) or any(map(is_target_word, stems(clause)))):
        return True
    return bool(LIST.search(clause))


def understand(clause: str, table: Table) -> Question | Unmatched:
    """Return the question that a clause asks of this table, or what the table lacks."""
    rest, conditions = filters_of(clause, table)
    base = Question("list", table, filters=conditions, fit=float(len([one for one in conditions if one.column])))
    named = understand_named(rest, base)
    if named is not None:
        return named
    if HIGHEST.search(rest) or LOWEST.search(rest):
        return _rank(rest, base)
    relation = relation_of(rest)
    if relation and (any(map(is_target_word, stems(rest))) or len(meant(_numbers(table), stems(rest))) > 1):
        return _compare(rest, base, relation)
    if COMPARE.search(rest):
        return _beside(rest, base)
    if AVERAGE.search(rest) or TOTAL.search(rest):
        return _aggregate(rest, base, "average" if AVERAGE.search(rest) else "total")
    if COUNT.search(rest):
        return _count(rest, base)
    return _listing(rest, base)


def _numbers(table: Table) -> list[Column]:
    return [column for column in table.columns if column.numeric]


def _texts(table: Table) -> list[Column]:
    return [column for column in table.columns if not column.numeric]


def _group(clause: str, table: Table, *, by: bool = True) -> Column | Unmatched | None:
    """The column to group by: the one after "per", else the one after "which"; None when none is asked for."""
    match = GROUP_BY.search(clause) if by else None
    if match:
        return (
            best(_texts(table) or table.columns, stems(match["group"]))
            or best(table.columns, stems(match["group"]))
            or Unmatched(match["group"])
        )
    match = WHICH.search(clause)
    return best(_texts(table), stems(match["group"])) if match else None


def _compare(clause: str, base: Question, relation: Relation) -> Question | Unmatched:
    said, table = stems(clause), base.table
    aims = targets(table.columns)
    aim = best(aims, said) or next(iter(aims), None)
    group = _group(clause, table)
    if isinstance(group, Unmatched):
        return group
    if any(map(is_target_word, said)):
        if aim is None:
            return Unmatched(next(word for word in said if is_target_word(word)))
        others = [column for column in measured(table.columns) if column != aim]
        words = [word for word in said if not is_target_word(word)]
        left = best(others, words) or next(iter(others), None)
        if left is None:
            return Unmatched("what was reached")
        pair, equal = (left, aim), rivals(others, words)
    else:
        named = sorted(meant(_numbers(table), said), key=lambda column: _position(clause, column))
        pair, equal = (named[0], named[1]), []
    texts = [column for column in _texts(table) if column.kind.lower().startswith("text")] or _texts(table)
    group = group or best(texts, said) or next(iter(texts), None)
    named_group = 1.0 if group and fit(group, said) else 0.0
    return replace(
        base,
        kind="compare",
        group=group,
        measures=pair,
        relation=relation,
        how_many=bool(COUNT.search(clause)),
        fit=base.fit + 2 + named_group + fit(pair[0], said) + fit(pair[1], said),
        rivals=several(equal),
    )


def _position(clause: str, column: Column) -> int:
    match = re.search(re.escape(stems(column.name)[0]), clause, re.I)
    return match.start() if match else len(clause)


def _beside(clause: str, base: Question) -> Question | Unmatched:
    table, said = base.table, stems(clause)
    group = _group(clause, table)
    if isinstance(group, Unmatched):
        return group
    picked = next((one.column for one in base.filters if len(one.values) > 1), None)
    if picked is not None:
        measures = meant(_numbers(table), said) or _numbers(table)
        return replace(base, kind="beside", group=picked, measures=tuple(measures), fit=base.fit + FULL)
    measures = meant(_numbers(table), said)
    if len(measures) == 1:
        others = [column for column in _numbers(table) if column not in measures]
        measures += meant(others, [word for word in said if fit(measures[0], [word]) == 0])
    if len(measures) < 2:
        return Unmatched(
            " ".join(word for word in _subject(clause, table) if not fit_any(table, word)) or "two columns"
        )
    group = group or next(iter(_texts(table)), None)
    score = base.fit + sum(fit(column, said) for column in measures)
    return replace(base, kind="beside", group=group, measures=tuple(measures), fit=score)


def fit_any(table: Table, word: str) -> bool:
    """Whether any column of the table fits a stem."""
    return any(fit(column, [word]) for column in table.columns)


def _subject(clause: str, table: Table, group: Column | None = None) -> list[str]:
    """The stems that say what is asked about: without question words, the file's full name and the group's words."""
    names = "|".join(re.escape(name) for name in (table.file_name, f"{table.name} table", f"{table.name} file"))
    dropped = QUESTION_STEMS
    match = GROUP_BY.search(clause) or WHICH.search(clause)
    if group is not None and match:
        dropped = dropped | set(stems(match["group"]))
    rest = re.sub(names, " ", clause, flags=re.I)
    return [word for word in telling_stems(rest) if word not in dropped and not word.isdigit()]


def _aggregate(clause: str, base: Question, kind: Literal["average", "total"]) -> Question | Unmatched:
    table = base.table
    group = _group(clause, table)
    if isinstance(group, Unmatched):
        return group
    subject = _subject(clause, table, group)
    columns = _numbers(table)
    measures = meant(columns, subject) or (columns if not subject else [])
    if not measures:
        return Unmatched(" ".join(subject))
    score = base.fit + sum(fit(column, subject) for column in measures) + (1.0 if group else 0.0)
    equal = rivals(columns, subject) if len(measures) == 1 else []
    return replace(base, kind=kind, group=group, measures=tuple(measures), fit=score, rivals=several(equal))


def _rank(clause: str, base: Question) -> Question | Unmatched:
    table, said = base.table, stems(clause)
    descending = bool(HIGHEST.search(clause))
    by = RANK_BY.search(clause)
    group = _group(clause, table, by=by is None)
    if isinstance(group, Unmatched):
        return group
    before = stems(clause[: by.start()]) if by else said
    group = group or best(_texts(table), before)
    subject = stems(by["measure"]) if by else _subject(clause, table, group)
    measure = best(_numbers(table), subject)
    if measure is None and by:
        return Unmatched(by["measure"])
    if measure is None and "cheapest" in said:
        measure = best(_numbers(table), ["price"])
    if measure is None and "expensive" in said:
        measure = best(_numbers(table), ["price"])
    rest = [word for word in subject if not (group and fit(group, [word])) and word not in NUMBER_WORDS]
    if measure is None and rest:
        return Unmatched(" ".join(rest))
    equal = rivals(_numbers(table), subject) if measure is not None else []
    measure = measure or next(iter(measured(table.columns)), None)
    if measure is None:
        return Unmatched("a column of numbers")
    return replace(
        base,
        kind="rank",
        group=group,
        measures=(measure,),
        limit=limit_of(clause),
        descending=descending,
        fit=base.fit + fit(measure, said) + (1.0 if group else 0.0),
        rivals=several(equal),
    )


def _count(clause: str, base: Question) -> Question | Unmatched:
    group = _group(clause, base.table)
    if isinstance(group, Unmatched):
        return group
    match = COUNT.search(clause)
    counted = best(_texts(base.table), stems(match["what"])) if match and match["what"] and not base.filters else None
    if match and re.search(r"\bcolumns?\b", match["what"] or "", re.I):
        return Unmatched("a count of columns")
    score = base.fit + (1.0 if group or counted else 0.0)
    return replace(
        base, kind="count", group=GROUP_BY.search(clause) and group, measures=(counted,) if counted else (), fit=score
    )


def _listing(clause: str, base: Question) -> Question | Unmatched:
    if base.filters:
        return base
    named = [column for column in base.table.columns if fit(column, telling_stems(clause)) >= FULL]
    words = set(stems(clause))
    if named or words & {"row", "table", "entry", "data", "record", "line"}:
        return replace(base, measures=tuple(named), fit=float(len(named)))
    return Unmatched(" ".join(_subject(clause, base.table)) or "what is asked")
