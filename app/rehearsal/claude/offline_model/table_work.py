"""Answer a clause from tables: read the files, ask the one table that fits, say what it answered."""

from collections.abc import Sequence
from typing import Any

from app.rehearsal.claude.offline_model.arguments import fill
from app.rehearsal.claude.offline_model.attempts import Failed, Wanted, attempt
from app.rehearsal.claude.offline_model.conversation import Conversation, OfferedTool
from app.rehearsal.claude.offline_model.file_results import FileRead, Table
from app.rehearsal.claude.offline_model.outcomes import Outcome, Said, quoted
from app.rehearsal.claude.offline_model.query_results import read_query_result
from app.rehearsal.claude.offline_model.question_words import QUESTION_STEMS
from app.rehearsal.claude.offline_model.questions import Question
from app.rehearsal.claude.offline_model.reading import read_files
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
    reading = read_files(clause, talk)
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
    arguments = _arguments(role[0], role[1], question, clause)
    stands = attempt(talk, role[0], arguments)
    if isinstance(stands, Wanted):
        return stands
    if isinstance(stands, Failed):
        return Said(" ".join([stands.said, *reading.failures]))
    rows = read_query_result(stands.result)
    remarks = _remarks(reading.files, rows.rows)
    said = [answer_rows(question, rows) + _also_read(question, reading.files, remarks), *remarks, *reading.failures]
    return Said("\n".join(said))


def _best_question(clause: str, tables: Sequence[Table]) -> Question | None:
    understood = [understand(clause, table) for table in tables]
    questions = [one for one in understood if isinstance(one, Question)]
    return max(questions, key=lambda question: question.fit, default=None)


def _arguments(tool: OfferedTool, sql_property: str, question: Question, clause: str) -> dict[str, Any]:
    arguments: dict[str, Any] = {}
    for name, described in tool.properties.items():
        schema = opened(described, tool.schema)
        if name == sql_property:
            arguments[name] = sql_of(question)
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
