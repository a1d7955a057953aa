"""Workspaces, their Installations, and the numbers that people see on Runs."""

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import SQLModel, UniqueConstraint

from agents.audit.events import Event
from agents.ids import new_id
from agents.journal.audit import begin_trail
from agents.journal.database import now
from agents.journal.schema import count, ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore


class WorkspaceRow(SQLModel, table=True):
    """One Slack team of one app."""

    __tablename__ = "workspace"
    __table_args__ = (UniqueConstraint("app_id", "team_id"),)
    id: str = ident(primary=True)
    app_id: str = word()
    team_id: str = word()
    name: str = word(length=255)
    created_at: int = moment()


class InstallationRow(SQLModel, table=True):
    """One bot in one team. Its token comes from the settings."""

    __tablename__ = "installation"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    bot_user_id: str = word()
    bot_id: str = word()
    created_at: int = moment()
    __table_args__ = (UniqueConstraint("workspace_id", "bot_user_id"),)


class RunNumberRow(SQLModel, table=True):
    """The next number of a workspace's Runs; locked after Runs and before the audit head (E2)."""

    __tablename__ = "run_number"
    workspace_id: str = ident(primary=True, to="workspace.id")
    next: int = count()


WORKSPACES = table_of(WorkspaceRow)
INSTALLATIONS = table_of(InstallationRow)
NUMBERS = table_of(RunNumberRow)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Workspace with the Installation that serves it."""

    id: str
    app_id: str
    team_id: str
    name: str
    installation_id: str
    bot_user_id: str
    bot_id: str


_JOINED = select(
    WORKSPACES.c.id,
    WORKSPACES.c.app_id,
    WORKSPACES.c.team_id,
    WORKSPACES.c.name,
    INSTALLATIONS.c.id.label("installation_id"),
    INSTALLATIONS.c.bot_user_id,
    INSTALLATIONS.c.bot_id,
).join(INSTALLATIONS, INSTALLATIONS.c.workspace_id == WORKSPACES.c.id)
_OF_TEAM = _JOINED.where(WORKSPACES.c.app_id == bindparam("app_id"), WORKSPACES.c.team_id == bindparam("team_id"))
_BY_ID = _JOINED.where(WORKSPACES.c.id == bindparam("id"))
_ALL = _JOINED.order_by(WORKSPACES.c.created_at)
_TAKE_NUMBER = (
    update(NUMBERS)
    .where(NUMBERS.c.workspace_id == bindparam("of"))
    .values(next=NUMBERS.c.next + 1)
    .returning(NUMBERS.c.next)
)


def register(tx: Transaction, *, app_id: str, team_id: str, name: str, bot_user_id: str, bot_id: str) -> Workspace:
    """Return the Workspace of a team, made if it is new. Two processes that start at once make one."""
    workspace_id = new_id()
    if insert_or_ignore(
        tx,
        WORKSPACES,
        {"id": workspace_id, "app_id": app_id, "team_id": team_id, "name": name, "created_at": now()},
    ):
        tx.run(insert(NUMBERS).values(workspace_id=workspace_id, next=0))
        begin_trail(tx.connection, workspace_id)
        tx.record(workspace_id, Event.WORKSPACE_ADDED, actor="app", app_id=app_id, team_id=team_id)
    standing = tx.value(select(WORKSPACES.c.id).where(WORKSPACES.c.app_id == app_id, WORKSPACES.c.team_id == team_id))
    insert_or_ignore(
        tx,
        INSTALLATIONS,
        {
            "id": new_id(),
            "workspace_id": standing,
            "bot_user_id": bot_user_id,
            "bot_id": bot_id,
            "created_at": now(),
        },
    )
    found = of_team(tx, app_id, team_id)
    assert found is not None  # noqa: S101
    return found


def of_team(tx: Transaction, app_id: str, team_id: str) -> Workspace | None:
    """Return the Workspace of `(api_app_id, team_id)`, or None where it is not installed."""
    row = tx.row(_OF_TEAM, {"app_id": app_id, "team_id": team_id})
    return None if row is None else Workspace(**row)


def by_id(tx: Transaction, workspace_id: str) -> Workspace | None:
    """Return the Workspace with that id, or None."""
    row = tx.row(_BY_ID, {"id": workspace_id})
    return None if row is None else Workspace(**row)


def every(tx: Transaction) -> list[Workspace]:
    """Return all Workspaces, oldest first."""
    return [Workspace(**row) for row in tx.rows(_ALL)]


def take_number(tx: Transaction, workspace_id: str) -> int:
    """Return the next number for a Run of the Workspace, and keep others from it until the commit."""
    return int(tx.value(_TAKE_NUMBER, {"of": workspace_id}))
