"""The rows of a query as sentences: values as the tool gave them, columns and source by name, no number of its own."""

from collections.abc import Sequence

from app.rehearsal.claude.offline_model.lexicon import is_target_word
from app.rehearsal.claude.offline_model.query_results import Rows
from app.rehearsal.claude.offline_model.questions import Question
from app.rehearsal.claude.offline_model.sql import decimals
from app.rehearsal.claude.offline_model.words import stems

MOST_LINES = 20
"""Rows that one answer lists."""
VERBS = {"<": "missed", ">": "exceeded", ">=": "reached", "<=": "stayed within", "=": "equalled", "<>": "differed from"}
"""What a group did to its target."""
STANDS = {"<": "below", ">": "above", ">=": "not below", "<=": "not above", "=": "equal to", "<>": "other than"}
"""How a figure stands to one that is no target."""
NO_VALUE = ("", "NULL", "None", "null")


def answer_rows(question: Question, rows: Rows) -> str:
    """Return the answer to a question with the rows that its query returned."""
    said = {
        "compare": _compared,
        "rank": _ranked,
        "count": _counted,
        "list": _listed,
        "total": _measured,
        "average": _measured,
        "beside": _measured,
    }[question.kind](question, rows)
    return f"{said}{_left_out(rows)}\nSource: {question.table.file_name}, table {question.table.name}."


def _compared(question: Question, rows: Rows) -> str:
    left, right = (column.name for column in question.measures)
    group = question.group.name if question.group else "total"
    did = _did(question, "its")
    if not rows.rows:
        return f"No {group} {did} (compared with {left})."
    figures = [(_label(row, question), f"{left} {row[-2]}, {right} {row[-1]}") for row in rows.rows]
    if len(figures) == 1:
        label, told = figures[0]
        said = f"{label or 'The total'} {did}: {told}."
    else:
        lines = [f"{label}: {told}" for label, told in figures]
        said = _lines(f"By {group}, these {_did(question, 'their')}:", lines)
    counted = f"Number of {group} values that {did}: {rows.count}.\n" if question.how_many and rows.count else ""
    return counted + said


def _did(question: Question, whose: str) -> str:
    """What the groups found did: missed its target; for a column that is no target, how their figures stand to it."""
    left, right = (column.name for column in question.measures)
    relation, plural = question.relation or "=", whose == "their"
    if any(map(is_target_word, stems(right))):
        return f"{VERBS[relation]} {whose} {right}"
    return f"{'have' if plural else 'has'} {left} {STANDS[relation]} {right}"


def _ranked(question: Question, rows: Rows) -> str:
    measure = question.measures[0].name
    way = "highest" if question.descending else "lowest"
    if not rows.rows:
        return f"There are no rows to rank by {measure}."
    if len(rows.rows) == 1:
        label = _label(rows.rows[0], question)
        return (
            f"{label} has the {way} {measure}: {rows.rows[0][-1]}."
            if label
            else f"The {way} {measure} is {rows.rows[0][-1]}."
        )
    lines = [f"{_label(row, question)}: {row[-1]}" for row in rows.rows]
    return _lines(f"By {'total ' if question.group else ''}{measure}, {way} first:", lines)


def _counted(question: Question, rows: Rows) -> str:
    what = f"different values of {question.measures[0].name}" if question.measures else "rows"
    where = _conditions(question)
    if question.group:
        lines = [f"{_cell(row[0])}: {row[-1]}" for row in rows.rows]
        return _lines(f"Number of {what}{where} by {question.group.name}:", lines)
    if not rows.rows:
        return f"The query returned no count of {what}{where}."
    return f"Number of {what}{where}: {rows.rows[0][-1]}."


def _measured(question: Question, rows: Rows) -> str:
    how = "Average" if question.kind == "average" else "Total"
    rounded = ", rounded" if question.kind == "average" and _is_rounded(rows, question) else ""
    names = ", ".join(column.name for column in question.measures)
    values = [row[-len(question.measures) :] for row in rows.rows]
    if not rows.rows or all(cell in NO_VALUE for row in values for cell in row):
        return f"There are no rows{_conditions(question)} to answer from."
    if not question.group:
        told = ", ".join(
            f"{column.name} {value}" if len(question.measures) > 1 else value
            for column, value in zip(question.measures, values[0], strict=True)
        )
        return f"{how} {names if len(question.measures) == 1 else 'by column'}{_conditions(question)}{rounded}: {told}."
    lines = [
        f"{_label(row, question)}: "
        + ", ".join(
            f"{column.name} {value}" if len(question.measures) > 1 else value
            for column, value in zip(question.measures, row[1:], strict=True)
        )
        for row in rows.rows
    ]
    return _lines(f"{how} {names} by {question.group.name}{_conditions(question)}{rounded}:", lines)


def _is_rounded(rows: Rows, question: Question) -> bool:
    """Whether a figure has as many decimals as the query left it."""
    places = [decimals(question, column) for column in question.measures]
    return any(
        len(cell.partition(".")[2]) >= most
        for row in rows.rows
        for cell, most in zip(row[-len(places) :], places, strict=True)
    )


def _listed(question: Question, rows: Rows) -> str:
    if not rows.rows:
        return f"There are no rows{_conditions(question)}."
    lines = [", ".join(f"{name} {cell}" for name, cell in zip(rows.header, row, strict=True)) for row in rows.rows]
    return _lines(f"Rows{_conditions(question)}:", lines)


def _label(row: Sequence[str], question: Question) -> str:
    measures = len(question.measures)
    return " ".join(map(_cell, row[:-measures]))


def _cell(cell: str) -> str:
    return cell if cell not in NO_VALUE else "(no value)"


def _left_out(rows: Rows) -> str:
    """What to say about rows that the answer does not list, with the number that the tool counted."""
    if not rows.cut and len(rows.rows) <= MOST_LINES:
        return ""
    return f"\nThere are more: {rows.count} in all." if rows.count else "\nThere are more than these."


def _lines(lead: str, lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return lines[0] if lines[0].endswith(".") else f"{lead} {lines[0]}."
    return "\n".join([lead, *(f"• {line}" for line in lines[:MOST_LINES])])


def _conditions(question: Question) -> str:
    """The conditions in words. One that holds a number is left out: no tool result has confirmed it."""
    told = [
        " ".join(
            [
                one.column.name if one.column else "any column",
                "is not" if one.relation == "<>" else "is",
                " or ".join(one.values),
            ]
        )
        for one in question.filters
        if one.relation in ("=", "<>") and not any(letter.isdigit() for value in one.values for letter in value)
    ]
    if len(told) < len(question.filters):
        told.append("the other conditions of the request hold" if told else "the conditions of the request hold")
    return f" where {' and '.join(told)}" if told else ""
