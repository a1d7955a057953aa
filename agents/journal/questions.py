"""Questions: what a Run asks a person, and the Input that answers it."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from agents.journal.schema import ident, moment, table_of, word


class QuestionRow(SQLModel, table=True):
    """One question. A Run has at most one that is open."""

    __tablename__ = "question"
    id: str = ident(primary=True)
    run_id: str = ident(to="run.id", index=True)
    tool_call_id: str = ident(to="tool_call.id")
    status: str = word()
    content_id: str = ident(to="content.id")
    choices: list[Any] = Field(default_factory=list, sa_type=JSON, nullable=False)
    answered_by: str | None = ident(null=True, to="input.id")
    asked_at: int = moment()


QUESTIONS = table_of(QuestionRow)
