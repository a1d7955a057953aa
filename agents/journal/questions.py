"""Questions: what a Run asks a person, and the Input that answers it."""

from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from agents.journal.schema import ident, moment, table_of, word


class QuestionRow(SQLModel, table=True):
    """One question. A Run has at most one that is open."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("tool_call_id"),)
    id: str = ident(primary=True)
    run_id: str = ident(to="run.id", index=True)
    tool_call_id: str = ident(to="tool_call.id")
    status: str = word()
    content_id: str = ident(to="content.id")
    choices: list[Any] = Field(default_factory=list, sa_type=JSON, nullable=False)
    delivery_id: str | None = ident(null=True)
    answered_by: str | None = ident(null=True, to="input.id")
    asked_at: int = moment()


QUESTIONS = table_of(QuestionRow)
Index(
    "uq_question_open",
    QUESTIONS.c.run_id,
    unique=True,
    sqlite_where=QUESTIONS.c.status == "open",
    postgresql_where=QUESTIONS.c.status == "open",
)
