"""Conditions in a clause: "where status is open", "above 100", "in North"."""

import re
from collections.abc import Sequence

from app.rehearsal.claude.offline_model.columns import best, measured
from app.rehearsal.claude.offline_model.file_results import Column, Table
from app.rehearsal.claude.offline_model.question_words import QUESTION_STEMS
from app.rehearsal.claude.offline_model.questions import Filter, Relation
from app.rehearsal.claude.offline_model.words import stems, telling_stems

NUMBER = r"[-−]?\d[\d,]*(?:\.\d+)?"
OVER_NUMBER = re.compile(
    rf"(?P<before>[^,;]*?)"
    rf"(?P<word>at least|at most|no more than|no less than|(?:more|greater|higher|less|lower|fewer) than|"
    rf"above|over|below|under|exceeding|>=|<=|>|<)\s*[$€£]?\s*(?P<number>{NUMBER})(?!\s*(?:days?|weeks?|months?|years?|hours?)\b)",
    re.I,
)
RELATIONS: dict[str, Relation] = {
    **dict.fromkeys(("at least", "no less than", ">="), ">="),
    **dict.fromkeys(("at most", "no more than", "<="), "<="),
    **dict.fromkeys(("more than", "greater than", "higher than", "above", "over", "exceeding", ">"), ">"),
    **dict.fromkeys(("less than", "lower than", "fewer than", "below", "under", "<"), "<"),
}
IS_VALUE = re.compile(
    r"\b(?:where|whose|with|having|if|and|when|wo)\s+(?:the\s+|an?\s+)?(?P<column>[\w \"'“”-]{1,40}?)\s*"
    r"(?:\bis\b|\bare\b|\bwas\b|\bequals?\b|\bist\b|==?|!=|<>)\s*(?P<no>not\s+)?(?:equal to\s+)?"
    r"(?P<value>\"[^\"]+\"|“[^”]+”|'[^']+'|[^\s,?.!]+(?:\s+(?!and\b|or\b|per\b|by\b|in\b|where\b|for\b)[^\s,?.!]+){0,3})",
    re.I,
)
EXCEPT = re.compile(
    r"\b(?:without|excluding|except(?:\s+for)?|leaving out|ignoring)\s+(?:the\s+)?(?P<values>[^.;?!\n]+)", re.I
)
IN_VALUE = re.compile(
    r"\b(?:in|for|from|of|at|with|by)\s+(?P<value>[\"“'][^\"”']+[\"”']|[A-ZÀ-Ý][\w-]+(?:\s+[A-ZÀ-Ý][\w-]+)*)"
)


def filters_of(clause: str, table: Table) -> tuple[str, tuple[Filter, ...]]:
    """Return the clause without its conditions, and the conditions."""
    found: list[Filter] = []
    rest = clause
    for match in IS_VALUE.finditer(clause):
        column = best(table.columns, stems(match["column"]))
        value = match["value"].strip("\"'“” ")
        if column is not None and not re.match(r"(?:above|below|over|under|more|less|at)\b", value, re.I):
            found.append(Filter(column, "<>" if match["no"] or "!=" in match[0] else "=", (value,)))
            rest = rest.replace(match[0], " ")
    for match in OVER_NUMBER.finditer(rest):
        numbers = [column for column in table.columns if column.numeric]
        column = best(numbers, stems(match["before"])) or next(iter(measured(table.columns)), None)
        if column is not None:
            found.append(Filter(column, RELATIONS[match["word"].lower()], (match["number"].replace(",", ""),)))
            rest = rest.replace(match[0][len(match["before"]) :], " ")
    for match in EXCEPT.finditer(rest):
        without = [(column, _values_said(match["values"], column, table)) for column in table.columns]
        named = [Filter(column, "<>", values) for column, values in without if values and not column.numeric]
        found += named
        rest = rest.replace(match[0], " ") if named else rest
    taken = {one.column for one in found}
    for column in table.columns:
        values = () if column in taken or column.numeric else _values_said(rest, column, table)
        if values:
            found.append(Filter(column, "=", values))
            rest = _without(rest, values)
    for match in IN_VALUE.finditer(rest):
        value = match["value"].strip("\"'“”")
        is_column = value.casefold() in (column.name.casefold() for column in table.columns)
        if not is_column and best(table.columns, stems(value)) is None and value.lower() != table.name.lower():
            found.append(Filter(None, "=", (value,)))
            rest = rest.replace(match[0], " ")
    return rest, tuple(found)


def _values_said(clause: str, column: Column, table: Table) -> tuple[str, ...]:
    place = table.columns.index(column)
    names = {word for one in table.columns for word in stems(one.name)}
    seen = dict.fromkeys(row[place] for row in table.rows)
    return tuple(
        value
        for value in seen
        if len(value) > 1
        and not set(telling_stems(value)) <= QUESTION_STEMS
        and not set(stems(value)) <= names
        and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", clause, re.I)
    )


def _without(text: str, values: Sequence[str]) -> str:
    for value in values:
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", text, flags=re.I)
    return text
