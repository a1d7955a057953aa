"""Questions: what a Run asks a person, and the Input that answers it. Each stands under its Run's lock."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.journal.database import now
from agents.journal.schema import columns_of, ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.lives import check_move
from agents.questions.life import FOLLOWS, Question, State
from agents.runs.life import Run


class QuestionRow(SQLModel, table=True):
    """One question. A Run has at most one that is open."""

    __tablename__ = "question"
    __table_args__ = (UniqueConstraint("tool_call_id"),)
    id: str = ident(primary=True)
    run_id: str = ident(to="run.id", index=True)
    tool_call_id: str = ident(to="tool_call.id")
    status: str = word()
    content_id: str = ident(to="content.id", index=True)
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

_FIELDS = columns_of(QUESTIONS, list(Question.__dataclass_fields__))
_BY_ID = select(*_FIELDS).where(QUESTIONS.c.id == bindparam("id"))
_OPEN_OF = select(*_FIELDS).where(QUESTIONS.c.run_id == bindparam("run_id"), QUESTIONS.c.status == State.OPEN.value)


def of(row: Mapping[str, Any]) -> Question:
    """Return the value of a row."""
    return Question(**{**row, "status": State(row["status"])})


def by_id(tx: Transaction, question_id: str) -> Question | None:
    """Return a Question, or None."""
    row = tx.row(_BY_ID, {"id": question_id})
    return None if row is None else of(row)


def open_of(tx: Transaction, run_id: str) -> Question | None:
    """Return the Question that a Run waits for, or None."""
    row = tx.row(_OPEN_OF, {"run_id": run_id})
    return None if row is None else of(row)


def answered_by(tx: Transaction, question_id: str) -> str | None:
    """Return the id of the Input that answered a Question, or None."""
    found = tx.value(select(QUESTIONS.c.answered_by).where(QUESTIONS.c.id == question_id))
    return None if found is None else str(found)


def ask(tx: Transaction, run: Run, question: Question, *, actor: str) -> None:
    """Insert an open Question of a locked Run that has no other."""
    values = {name: getattr(question, name) for name in Question.__dataclass_fields__}
    tx.run(insert(QUESTIONS).values(**{**values, "status": question.status.value, "asked_at": now()}))
    tx.record(
        run.workspace_id,
        Event.QUESTION_OPEN,
        run_id=run.id,
        actor=actor,
        question=question.id,
        call=question.tool_call_id,
    )


def close(
    tx: Transaction, run: Run, question: Question, to: State, *, actor: str, answered_by: str | None = None
) -> bool:
    """Write a status, leaving the one in `question`; False is a lost race (E3)."""
    check_move(FOLLOWS, question.status, to, f"Question {question.id}")
    statement = update(QUESTIONS).where(QUESTIONS.c.id == question.id, QUESTIONS.c.status == question.status.value)
    if tx.run(statement.values(status=to.value, answered_by=answered_by)) != 1:
        return False
    said = {"input": answered_by} if answered_by else {}
    tx.record(run.workspace_id, Event(f"question:{to.value}"), run_id=run.id, actor=actor, question=question.id, **said)
    return True
