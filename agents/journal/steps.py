"""Steps: the lines of a Run's plan. Each stands under its Run's lock."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, bindparam, insert, select, update
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.ids import new_id
from agents.journal.schema import columns_of, count, ident, table_of, word
from agents.journal.transaction import Transaction
from agents.lives import check_move
from agents.plan.life import FOLLOWS, State, Step
from agents.plan.merging import Line
from agents.runs.life import Run


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

_FIELDS = columns_of(STEPS, list(Step.__dataclass_fields__))
_OF_RUN = select(*_FIELDS).where(STEPS.c.run_id == bindparam("run_id")).order_by(STEPS.c.number)
_OUT_OF_THE_WAY = update(STEPS).where(STEPS.c.run_id == bindparam("of")).values(number=-STEPS.c.number)


def of(row: Mapping[str, Any]) -> Step:
    """Return the value of a row."""
    return Step(**{**row, "status": State(row["status"]), "waits_for": tuple(row["waits_for"])})


def of_run(tx: Transaction, run_id: str) -> Sequence[Step]:
    """Return the Steps of a Run, in the order of their numbers."""
    return [of(row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]


def lay_out(tx: Transaction, run: Run, lines: Sequence[Line], *, actor: str) -> None:
    """Make the Run's Steps these lines: numbers, titles, what they wait for; statuses by their arrows."""
    standing = {step.id: step for step in of_run(tx, run.id)}
    # numbers are unique, and lines change places
    tx.run(_OUT_OF_THE_WAY, {"of": run.id})
    for line in lines:
        values = {"number": line.number, "title": line.title[:255], "waits_for": list(line.waits_for)}
        step = standing.get(line.step_id)
        if step is not None:
            tx.run(update(STEPS).where(STEPS.c.id == step.id).values(**values))
            if line.status is not step.status:
                move(tx, run, step, line.status, actor=actor)
            continue
        made = Step(id=new_id(), run_id=run.id, number=line.number, title=line.title, status=State.PLANNED)
        tx.run(insert(STEPS).values(id=made.id, run_id=run.id, status=made.status.value, **values))
        tx.record(run.workspace_id, Event.STEP_PLANNED, run_id=run.id, actor=actor, step=made.id, number=line.number)
        if line.status is not State.PLANNED:
            move(tx, run, made, line.status, actor=actor)


def move(tx: Transaction, run: Run, step: Step, to: State, *, actor: str) -> bool:
    """Write a status, leaving the one in `step`; False is a lost race (E3)."""
    check_move(FOLLOWS, step.status, to, f"Step {step.id}")
    statement = update(STEPS).where(STEPS.c.id == step.id, STEPS.c.status == step.status.value)
    if tx.run(statement.values(status=to.value)) != 1:
        return False
    tx.record(run.workspace_id, Event(f"step:{to.value}"), run_id=run.id, actor=actor, step=step.id, number=step.number)
    return True
