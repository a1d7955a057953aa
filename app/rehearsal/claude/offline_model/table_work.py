"""Answer a clause from tables: read the files, ask the one table that fits, say what it answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.rehearsal.claude.offline_model.arguments import fill
from app.rehearsal.claude.offline_model.asking import ask
from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.charting import Series, charted, wants_chart
from app.rehearsal.claude.offline_model.columns import chosen
from app.rehearsal.claude.offline_model.conversation import Conversation, OfferedTool
from app.rehearsal.claude.offline_model.file_results import FileRead, Table
from app.rehearsal.claude.offline_model.lines import CHART, of_clause
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said, quoted
from app.rehearsal.claude.offline_model.query_results import Rows, read_query_result
from app.rehearsal.claude.offline_model.question_words import QUESTION_STEMS
from app.rehearsal.claude.offline_model.questions import Question
from app.rehearsal.claude.offline_model.reading import Reading, read_files
from app.rehearsal.claude.offline_model.row_answers import answer_rows
from app.rehearsal.claude.offline_model.schemas import fits, kind_of, opened
from app.rehearsal.claude.offline_model.sentences import speaking_of
from app.rehearsal.claude.offline_model.sql import sql_of
from app.rehearsal.claude.offline_model.text_work import say_texts
from app.rehearsal.claude.offline_model.tool_roles import table_querier
from app.rehearsal.claude.offline_model.understanding import understand
from app.rehearsal.claude.offline_model.words import stems, telling_stems


def pursue_table(clause: str, talk: Conversation) -> Outcome:
    """Return the next calls for a clause that asks for data, or its answer."""
    line, after = of_clause(clause), (CHART,) if wants_chart(clause, talk) else ()
    reading = read_files(clause, talk, ahead=(line, *after))
    if isinstance(reading, Wanted):
        return reading
    tables = [table for file in reading.files for table in file.tables]
    if not tables:
        return say_texts(clause, reading)
    question = _best_question(clause, tables)
    if question is None:
        return Said(" ".join([_unmatched(clause, tables), *reading.failures]))
    role = table_querier(talk.tools)
    if role is None:
        return Said(
            " ".join([f"I have no tool that calculates over tables. {_columns_said(tables)}", *reading.failures])
        )
    if len(question.rivals) > 1:
        return _which(clause, question, reading, talk, after)
    return _asked_of(clause, question, reading, talk, after)


def _which(clause: str, question: Question, reading: Reading, talk: Conversation, after: tuple[str, ...]) -> Outcome:
    """Ask people which of several columns is meant; where no tool asks them, take the first."""
    stands = ask(
        f"{question.table.file_name} has several columns that fit. Which one do you mean?",
        [column.name for column in question.rivals],
        talk,
        line=of_clause(clause),
        ahead=after,
    )
    if isinstance(stands, Wanted):
        return stands
    if isinstance(stands, Failed):
        return Said("\n".join([stands.said, *reading.failures]))
    if stands is not None:
        meant = chosen(question.rivals, stands.text)[0]
        kept = [column for column in question.measures if column not in question.rivals]
        question = replace(question, measures=(meant, *kept), rivals=())
    return _asked_of(clause, question, reading, talk, after)


def _asked_of(clause: str, question: Question, reading: Reading, talk: Conversation, after: tuple[str, ...]) -> Outcome:
    """Ask the table, draw what is to be drawn, and say both."""
    role = table_querier(talk.tools)
    if role is None:
        return Said("")
    arguments = query_arguments(role[0], role[1], question, sql_of(question), clause)
    stands = attempt(talk, role[0], arguments, of_clause(clause), after)
    if isinstance(stands, Wanted):
        return stands
    if isinstance(stands, Failed):
        return Said(" ".join([stands.said, *reading.failures]))
    rows = read_query_result(stands.result)
    drawn = _drawn(clause, question, rows, talk)
    if isinstance(drawn, Wanted):
        return drawn
    remarks = _remarks(reading.files, rows.rows)
    answer = answer_rows(question, rows) + _also_read(question, reading.files, remarks)
    return Said("\n".join(part for part in (answer, drawn, *remarks, *reading.failures) if part))


def _drawn(clause: str, question: Question, rows: Rows, talk: Conversation) -> Wanted | str:
    """The chart of the rows that a clause wants: the measures by the first column."""
    measures = [column.name for column in question.measures] or ["count"]
    labels = [row[0] for row in rows.rows] if len(rows.header) > len(measures) else []
    first = len(rows.header) - len(measures)
    series = [Series(name, [row[first + at] for row in rows.rows]) for at, name in enumerate(measures)]
    by = f" by {question.group.name}" if question.group else ""
    return charted(
        clause,
        talk,
        f"{' and '.join(measures)}{by}"[:120],
        question.group.name if question.group else "",
        labels,
        series,
    )


def _best_question(clause: str, tables: Sequence[Table]) -> Question | None:
    understood = [understand(clause, table) for table in tables]
    questions = [one for one in understood if isinstance(one, Question)]
    return max(questions, key=lambda question: question.fit, default=None)


def query_arguments(
    tool: OfferedTool, sql_property: str, question: Question, statement: str, clause: str
) -> dict[str, Any]:
    """Return the arguments that run a statement over the question's table."""
    arguments: dict[str, Any] = {}
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        if name == sql_property:
            arguments[name] = statement
        elif "file" in stems(name):
            arguments[name] = [question.table.file_id] if kind_of(schema) == "array" else question.table.file_id
        elif name in tool.required:
            arguments |= {key: value for key, value in fill(tool, clause)[0].items() if key == name}
    if not fits(arguments, tool.schema, tool.schema):
        arguments = {name: value for name, value in arguments.items() if name in tool.required}
    return arguments


def _unmatched(clause: str, tables: Sequence[Table]) -> str:
    asked = f" for {quoted(clause)}" if quoted(clause) else ""
    return f"I found no columns that fit{asked}. {_columns_said(tables)}"


def _columns_said(tables: Sequence[Table]) -> str:
    return " ".join(
        f"{table.file_name}, table {table.name}, has the columns "
        f"{', '.join(f'{column.name} ({column.kind})' for column in table.columns)}."
        for table in tables
    )


def _also_read(question: Question, files: Sequence[FileRead], remarks: Sequence[str]) -> str:
    """The files that were read and had nothing to add, by name."""
    others = [
        file.name
        for file in files
        if file.id != question.table.file_id and not any(remark.startswith(f"{file.name} says") for remark in remarks)
    ]
    return f" Also read: {', '.join(others)}." if others else ""


def _remarks(files: Sequence[FileRead], rows: Sequence[Sequence[str]]) -> list[str]:
    """What text files say about the rows found, quoted."""
    found = {
        word
        for row in rows[:5]
        for cell in row
        for word in telling_stems(cell)
        if not word.isdigit() and len(word) > 2 and word not in QUESTION_STEMS
    }
    remarks = []
    for file in files:
        sentences = speaking_of(file.text, found)[:2] if file.text else []
        if sentences:
            remarks.append(f"{file.name} says: “{' '.join(sentences)}”")
    return remarks
