"""Feedback: what people thought of an answer. The last word of each person counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import UniqueConstraint, bindparam, select, update
from sqlmodel import SQLModel

from agents.ids import new_id
from agents.journal.database import now
from agents.journal.schema import ident, moment, prose, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore


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
_OF_RUN = (
    select(FEEDBACK.c.user_id, FEEDBACK.c.verdict, FEEDBACK.c.note)
    .where(FEEDBACK.c.run_id == bindparam("run_id"))
    .order_by(FEEDBACK.c.given_at)
)
_ANEW = (
    update(FEEDBACK)
    .where(FEEDBACK.c.run_id == bindparam("of_run"), FEEDBACK.c.user_id == bindparam("of_user"))
    .values(verdict=bindparam("says"), given_at=now())
)
_NOTE = (
    update(FEEDBACK)
    .where(FEEDBACK.c.run_id == bindparam("of_run"), FEEDBACK.c.user_id == bindparam("of_user"))
    .values(note=bindparam("words"), given_at=now())
)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's last word on a Run. `verdict` is `good` or `bad`; `note` is what they added, if anything."""

    user_id: str
    verdict: str
    note: str | None


def give(tx: Transaction, run_id: str, user_id: str, verdict: str) -> None:
    """Store someone's verdict, `good` or `bad`, in place of an earlier one. A note that they gave stays."""
    row: dict[str, object] = {
        "id": new_id(),
        "run_id": run_id,
        "user_id": user_id,
        "verdict": verdict,
        "note": None,
        "given_at": now(),
    }
    if not insert_or_ignore(tx, FEEDBACK, row):
        tx.run(_ANEW, {"of_run": run_id, "of_user": user_id, "says": verdict})


def explain(tx: Transaction, run_id: str, user_id: str, note: str) -> bool:
    """Store why someone gave their verdict. False where they gave none."""
    return tx.run(_NOTE, {"of_run": run_id, "of_user": user_id, "words": note}) == 1


def of_run(tx: Transaction, run_id: str) -> Sequence[Feedback]:
    """Return what people thought of a Run's answer, oldest first."""
    return [Feedback(**row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]
