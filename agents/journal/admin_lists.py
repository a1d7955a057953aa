"""Admin lists: how far the surface has been asked, page by page, who a workspace's owners and admins are."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlmodel import SQLModel

from agents.journal.database import now
from agents.journal.schema import ident, moment, prose, table_of
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore, update_row


class AdminListRow(SQLModel, table=True):
    """One workspace's. `begun_at` and `after`: of the pages that are being read; `read_at`: when the last was."""

    __tablename__ = "admin_list"
    workspace_id: str = ident(primary=True, to="workspace.id")
    begun_at: int | None = moment(null=True)
    after: str = prose()
    read_at: int | None = moment(null=True)


ADMIN_LISTS = table_of(AdminListRow)
_OF = select(
    ADMIN_LISTS.c.begun_at,
    ADMIN_LISTS.c.after,
    (now() - ADMIN_LISTS.c.read_at).label("age"),
).where(ADMIN_LISTS.c.workspace_id == bindparam("workspace_id"))


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the reading stands. `after`: the surface's word for the next page, "" for the first one."""

    begun_at: int | None
    after: str


def is_fresh(tx: Transaction, workspace_id: str, *, fresh_us: int) -> bool:
    """Whether all pages were read within the last `fresh_us`."""
    row = tx.row(_OF, {"workspace_id": workspace_id})
    return row is not None and row["age"] is not None and row["age"] <= fresh_us


def reading(tx: Transaction, workspace_id: str) -> Reading:
    """Return where the reading stands; begins one where none does."""
    insert_or_ignore(tx, ADMIN_LISTS, {"workspace_id": workspace_id, "after": ""})
    row = tx.row(_OF, {"workspace_id": workspace_id})
    if row is None or row["begun_at"] is None:
        begin(tx, workspace_id)
        row = tx.row(_OF, {"workspace_id": workspace_id})
    return Reading(row["begun_at"], row["after"]) if row is not None else Reading(None, "")


def begin(tx: Transaction, workspace_id: str) -> None:
    """Begin with the first page."""
    update_row(tx, ADMIN_LISTS, {"workspace_id": workspace_id}, {"begun_at": now(), "after": ""})


def go_on(tx: Transaction, workspace_id: str, was: Reading, after: str) -> bool:
    """Keep that the page `was` is read, and what follows; "": nothing does. False: somebody else has read it."""
    left = {"workspace_id": workspace_id, "begun_at": was.begun_at, "after": was.after}
    values = {"after": after} if after else {"after": "", "begun_at": None, "read_at": now()}
    return update_row(tx, ADMIN_LISTS, left, values) == 1
