"""Changes of a policy that someone was shown, until they confirm them or too much time has passed."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Field, SQLModel

from agents.clock import us
from agents.ids import new_id
from agents.journal.database import now
from agents.journal.schema import columns_of, ident, moment, prose, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_row

STANDS = us(15 * 60)
"""How long it can be confirmed: after a quarter of an hour nobody remembers what they were shown."""


class PendingChangeRow(SQLModel, table=True):
    """One change that was shown. The button that confirms it has its id, and nothing else."""

    __tablename__ = "pending_change"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    user_id: str = word()
    channel: str = word()
    owner: str = word()
    seen: int = Field(nullable=False)
    changes: str = prose()
    reason: str = prose()
    made_at: int = moment(index=True)
    ended_at: int | None = moment(null=True)


PENDING = table_of(PendingChangeRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingChange:
    """A change that waits for the word of the one person who was shown it.

    Attributes:
        channel: where it was shown. owner: of the document; seen: the version it was shown on.
        changes: as agents.policy.changing keeps them. reason: for the version's history.
    """

    id: str
    workspace_id: str
    user_id: str
    channel: str
    owner: str
    seen: int
    changes: str
    reason: str


_STANDING = select(*columns_of(PENDING, list(PendingChange.__dataclass_fields__))).where(
    PENDING.c.id == bindparam("id"), PENDING.c.ended_at.is_(None), PENDING.c.made_at > now() - STANDS
)
_END = update(PENDING).where(PENDING.c.id == bindparam("of"), PENDING.c.ended_at.is_(None)).values(ended_at=now())
_OLD = delete(PENDING).where(PENDING.c.made_at <= now() - bindparam("age"))


def keep(
    tx: Transaction, workspace_id: str, *, user_id: str, channel: str, owner: str, seen: int, changes: str, reason: str
) -> PendingChange:
    """Store a change that is shown now; those that nobody can confirm any more go."""
    tx.run(_OLD, {"age": 4 * STANDS})
    made = PendingChange(
        id=new_id(),
        workspace_id=workspace_id,
        user_id=user_id,
        channel=channel,
        owner=owner,
        seen=seen,
        changes=changes,
        reason=reason,
    )
    values = {name: getattr(made, name) for name in PendingChange.__dataclass_fields__}
    insert_row(tx, PENDING, {**values, "made_at": now(), "ended_at": None})
    return made


def standing(tx: Transaction, change_id: str) -> PendingChange | None:
    """Return a change that can still be confirmed, or None."""
    row = tx.row(_STANDING, {"id": change_id})
    return None if row is None else PendingChange(**row)


def end(tx: Transaction, change_id: str) -> bool:
    """Take a change away, whatever becomes of it. False: someone else did."""
    return tx.run(_END, {"of": change_id}) == 1
