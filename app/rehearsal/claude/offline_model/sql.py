"""A Question as DuckDB SQL. Every name is quoted as an identifier, every value as a literal."""

import re
from collections.abc import Mapping

from app.rehearsal.claude.offline_model.file_results import Column
from app.rehearsal.claude.offline_model.questions import Filter, Question

MOST_ROWS = 50
"""Rows that a listing asks for."""
FEWEST_DECIMALS = 2
"""Decimals of an average over whole numbers."""


def identifier(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Return a value as an SQL string."""
    return "'" + value.replace("'", "''") + "'"


def sql_of(question: Question) -> str:
    """Return the one statement that answers the question."""
    source = f"FROM {identifier(question.table.name)}{_where(question)}"
    group = identifier(question.group.name) if question.group else ""
    if question.kind == "count":
        counted = f"COUNT(DISTINCT {identifier(question.measures[0].name)})" if question.measures else "COUNT(*)"
        if group:
            return f"SELECT {group}, {counted} AS {identifier('count')} {source} GROUP BY {group} ORDER BY {group}"
        return f"SELECT {counted} AS {identifier('count')} {source}"
    if question.kind == "list":
        wanted = ", ".join(identifier(column.name) for column in question.measures) or "*"
        return f"SELECT {wanted} {source} LIMIT {MOST_ROWS}"
    if question.kind == "rank" and not group:
        return _rank_rows(question, source)
    parts = [_measure(question, column) for column in question.measures]
    named = [
        f"{part} AS {identifier(alias(question, column))}"
        for part, column in zip(parts, question.measures, strict=True)
    ]
    statement = f"SELECT {', '.join([*([group] if group else []), *named])} {source}"
    if group:
        statement += f" GROUP BY {group}"
    if question.kind == "compare":
        statement += f" HAVING {parts[0]} {question.relation} {parts[1]}"
    if question.kind == "rank":
        order = f"{parts[0]} {'DESC' if question.descending else 'ASC'} NULLS LAST, {group}"
        return f"{statement} ORDER BY {order} LIMIT {question.limit}"
    if group and question.kind in ("total", "average") and not _has_an_order(question.group):
        return f"{statement} ORDER BY {parts[0]} DESC NULLS LAST, {group}"
    return f"{statement} ORDER BY {group}" if group else statement


def gap_sql(question: Question, aim: str, figures: Mapping[str, str]) -> str:
    """Return the statement that sets a sum beside a figure for each group, and calculates the difference.

    `figures`: numbers as SQL writes them, by the group's name. Groups without one keep an empty cell.
    """
    (measure,), group = question.measures, question.group or question.measures[0]
    label = f"t.{identifier(group.name)}"
    places = max([decimals(question, measure), *(len(one.partition(".")[2]) for one in figures.values())])
    reached = f"ROUND(SUM(t.{identifier(measure.name)}), {places})"
    name, figure = identifier("name on the page"), identifier("figure of the page")
    values = ", ".join(f"({literal(one.strip().lower())}, {number})" for one, number in figures.items())
    source = f"FROM {identifier(question.table.name)} AS t LEFT JOIN (VALUES {values}) AS p({name}, {figure})"
    return (
        f"SELECT {label} AS {identifier(group.name)}, {reached} AS {identifier(measure.name)}, "
        f"p.{figure} AS {identifier(aim)}, ROUND({reached} - p.{figure}, {places}) AS {identifier('gap')} {source} "
        f"ON LOWER(TRIM(CAST({label} AS VARCHAR))) = p.{name}{_where(question)} "
        f"GROUP BY {label}, p.{figure} ORDER BY {label}"
    )


def decimals(question: Question, column: Column) -> int:
    """Return to how many decimals an average is rounded: as many as the column's own rows have, two at least."""
    place = question.table.columns.index(column)
    written = [re.split(r"[.,]", row[place])[1:] for row in question.table.rows]
    return max([FEWEST_DECIMALS, *(len(parts[-1]) for parts in written if parts)])


def _measure(question: Question, column: Column) -> str:
    name = identifier(column.name)
    if question.kind == "average":
        return f"ROUND(AVG({name}), {decimals(question, column)})"
    return f"SUM({name})"


def _has_an_order(group: Column | None) -> bool:
    """Whether a group's values are read in their own order, as dates are, and not by what is biggest."""
    return group is not None and not group.kind.lower().startswith("text")


def alias(question: Question, column: Column) -> str:
    """Return what a measure is called in the result."""
    return f"{'average' if question.kind == 'average' else 'total'} {column.name}"


def _rank_rows(question: Question, source: str) -> str:
    measure = identifier(question.measures[0].name)
    label = next((column for column in question.table.columns if not column.numeric), None)
    shown = ", ".join([*([identifier(label.name)] if label else []), measure])
    way = "DESC" if question.descending else "ASC"
    return f"SELECT {shown} {source} ORDER BY {measure} {way} NULLS LAST LIMIT {question.limit}"


def _where(question: Question) -> str:
    conditions = [_condition(one, question) for one in question.filters]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _condition(wanted: Filter, question: Question) -> str:
    if wanted.column is None:
        texts = [column for column in question.table.columns if not column.numeric]
        return "(" + (" OR ".join(_equals(column, wanted) for column in texts) or "FALSE") + ")"
    if wanted.column.numeric and _is_number(wanted.values[0]):
        return f"{identifier(wanted.column.name)} {wanted.relation} {wanted.values[0]}"
    return _equals(wanted.column, wanted)


def _equals(column: Column, wanted: Filter) -> str:
    text = f"LOWER(TRIM(CAST({identifier(column.name)} AS VARCHAR)))"
    values = [literal(value.strip().lower()) for value in wanted.values]
    if len(values) == 1:
        return f"{text} {wanted.relation} {values[0]}"
    return f"{text} {'NOT IN' if wanted.relation == '<>' else 'IN'} ({', '.join(values)})"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value[0] not in "nNiI+"
