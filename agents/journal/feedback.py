"""Feedback: what people thought of an answer. The last word of each person counts."""

from sqlalchemy import UniqueConstraint
from sqlmodel import SQLModel

from agents.journal.schema import ident, moment, prose, table_of, word


class FeedbackRow(SQLModel, table=True):
    """One person's verdict on a Run: `good` or `bad`, with a note where they gave one."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("run_id", "user_id"),)
    id: str = ident(primary=True)
    run_id: str = ident(to="run.id", index=True)
    user_id: str = word()
    verdict: str = word()
    note: str | None = prose(null=True)
    given_at: int = moment()


FEEDBACK = table_of(FeedbackRow)
