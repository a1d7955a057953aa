"""Steps: the lines of a Run's plan."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from agents.journal.schema import count, ident, table_of, word


class StepRow(SQLModel, table=True):
    """One line of a plan: its title in plain words, its status, and the Steps it waits for."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("run_id", "number"),)
    id: str = ident(primary=True)
    run_id: str = ident(to="run.id")
    number: int = count()
    title: str = word(length=255)
    status: str = word()
    waits_for: list[Any] = Field(default_factory=list, sa_type=JSON, nullable=False)


STEPS = table_of(StepRow)
