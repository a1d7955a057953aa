"""People: who someone was when the surface was last asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlmodel import SQLModel

from agents.journal.database import now
from agents.journal.schema import ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore
from agents.surface import Person, PersonKind


class PersonRow(SQLModel, table=True):
    """One person of a Workspace."""

    __tablename__ = "person"
    workspace_id: str = ident(primary=True, to="workspace.id")
    user_id: str = ident(primary=True)
    name: str = word(length=255)
    kind: str = word()
    checked_at: int = moment()


PEOPLE = table_of(PersonRow)
_KNOWN = select(PEOPLE.c.user_id, PEOPLE.c.name, PEOPLE.c.kind, (now() - PEOPLE.c.checked_at).label("age")).where(
    PEOPLE.c.workspace_id == bindparam("workspace_id"), PEOPLE.c.user_id == bindparam("user_id")
)

_ADMINS = (
    select(PEOPLE.c.user_id)
    .where(PEOPLE.c.workspace_id == bindparam("workspace_id"), PEOPLE.c.kind == PersonKind.ADMIN.value)
    .order_by(PEOPLE.c.checked_at.desc())
    .limit(50)
)


@dataclass(frozen=True, slots=True)
class Known:
    """A person, and how many microseconds ago the surface said so."""

    person: Person
    age: int


def known(tx: Transaction, workspace_id: str, user_id: str) -> Known | None:
    """Return what is known of someone, or None."""
    row = tx.row(_KNOWN, {"workspace_id": workspace_id, "user_id": user_id})
    if row is None:
        return None
    return Known(Person(row["user_id"], row["name"], PersonKind(row["kind"])), row["age"])


def known_within(tx: Transaction, workspace_id: str, user_id: str, *, fresh_us: int) -> Person | None:
    """Return who someone is, where the surface said so within the last `fresh_us`; else None."""
    found = known(tx, workspace_id, user_id)
    return found.person if found is not None and found.age <= fresh_us else None


def name_of(tx: Transaction, workspace_id: str, user_id: str) -> str:
    """Return the name of someone as last heard, else their id."""
    found = known(tx, workspace_id, user_id)
    return found.person.name if found else user_id


def keep(tx: Transaction, workspace_id: str, person: Person) -> None:
    """Store what the surface just said of someone."""
    values = {"name": person.name[:255], "kind": person.kind.value, "checked_at": now()}
    if not insert_or_ignore(tx, PEOPLE, {"workspace_id": workspace_id, "user_id": person.user_id, **values}):
        tx.run(
            update(PEOPLE)
            .where(PEOPLE.c.workspace_id == workspace_id, PEOPLE.c.user_id == person.user_id)
            .values(**values)
        )


def doubt(tx: Transaction, workspace_id: str, user_id: str) -> None:
    """Take what is known of someone for old, so that the surface is asked again before anything rests on it."""
    tx.run(
        update(PEOPLE).where(PEOPLE.c.workspace_id == workspace_id, PEOPLE.c.user_id == user_id).values(checked_at=0)
    )


def no_more_admins(tx: Transaction, workspace_id: str, before: int) -> None:
    """Take those for members, until they are asked about anew, who were not among the admins read since `before`."""
    tx.run(
        update(PEOPLE)
        .where(
            PEOPLE.c.workspace_id == workspace_id,
            PEOPLE.c.kind == PersonKind.ADMIN.value,
            PEOPLE.c.checked_at < before,
        )
        .values(kind=PersonKind.MEMBER.value, checked_at=0)
    )


def admins(tx: Transaction, workspace_id: str) -> Sequence[str]:
    """Return ids of those who were owners or admins when the surface was last asked about them, at most 50."""
    return [str(row["user_id"]) for row in tx.rows(_ADMINS, {"workspace_id": workspace_id})]
