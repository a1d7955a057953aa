"""Belonging: who was in a channel or a user group, and with whom a channel was shared, when the surface was last asked.

Kept so that what a decision rests on was read before its transaction began, and by whichever process it was.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Field, SQLModel

from agents.journal.database import now
from agents.journal.schema import ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore, update_row
from agents.surface import Conversation


class BelongingRow(SQLModel, table=True):
    """Whether one person was in one channel or user group."""

    __tablename__ = "belonging"
    workspace_id: str = ident(primary=True, to="workspace.id")
    to: str = ident(primary=True)
    user_id: str = ident(primary=True)
    belongs: bool = Field(nullable=False)
    read_at: int = moment()


class ConversationRow(SQLModel, table=True):
    """What one channel was."""

    __tablename__ = "conversation"
    workspace_id: str = ident(primary=True, to="workspace.id")
    channel: str = ident(primary=True)
    external: bool = Field(nullable=False)
    private: bool = Field(nullable=False)
    name: str = word(length=255)
    archived: bool = Field(nullable=False)
    read_at: int = moment()


BELONGING = table_of(BelongingRow)
CONVERSATIONS = table_of(ConversationRow)

_AGE = now() - BELONGING.c.read_at
_KNOWN = select(BELONGING.c.belongs, _AGE.label("age")).where(
    BELONGING.c.workspace_id == bindparam("workspace_id"),
    BELONGING.c.to == bindparam("to"),
    BELONGING.c.user_id == bindparam("user_id"),
)
_GROUPS_OF = select(BELONGING.c.to, BELONGING.c.belongs, _AGE.label("age")).where(
    BELONGING.c.workspace_id == bindparam("workspace_id"),
    BELONGING.c.user_id == bindparam("user_id"),
    BELONGING.c.to.like("S%"),
)
_IN = (
    select(BELONGING.c.user_id)
    .where(
        BELONGING.c.workspace_id == bindparam("workspace_id"),
        BELONGING.c.to == bindparam("to"),
        BELONGING.c.belongs.is_(True),
        bindparam("fresh") >= _AGE,
    )
    .order_by(BELONGING.c.user_id)
)
_CONVERSATION = select(
    CONVERSATIONS.c.external,
    CONVERSATIONS.c.private,
    CONVERSATIONS.c.name,
    CONVERSATIONS.c.archived,
    (now() - CONVERSATIONS.c.read_at).label("age"),
).where(CONVERSATIONS.c.workspace_id == bindparam("workspace_id"), CONVERSATIONS.c.channel == bindparam("channel"))
_ANEW = (
    update(BELONGING)
    .where(
        BELONGING.c.workspace_id == bindparam("of_workspace"),
        BELONGING.c.to == bindparam("of_place"),
        BELONGING.c.user_id == bindparam("of_user"),
    )
    .values(belongs=bindparam("now_belongs"), read_at=now())
)


@dataclass(frozen=True, slots=True)
class Told:
    """A channel, and how many microseconds ago the surface said so."""

    conversation: Conversation
    age: int


def belongs(tx: Transaction, workspace_id: str, to: str, user_id: str, *, fresh_us: int) -> bool | None:
    """Whether someone is in a channel or a user group; None where nobody asked within the last `fresh_us`."""
    row = tx.row(_KNOWN, {"workspace_id": workspace_id, "to": to, "user_id": user_id})
    return None if row is None or row["age"] > fresh_us else bool(row["belongs"])


def groups_of(tx: Transaction, workspace_id: str, user_id: str, *, fresh_us: int) -> Mapping[str, bool]:
    """Return, of each user group that was asked for within the last `fresh_us`, whether someone is in it."""
    rows = tx.rows(_GROUPS_OF, {"workspace_id": workspace_id, "user_id": user_id})
    return {str(row["to"]): bool(row["belongs"]) for row in rows if row["age"] <= fresh_us}


def known_in(tx: Transaction, workspace_id: str, to: str, *, fresh_us: int) -> Sequence[str]:
    """Return those of whom the surface said within the last `fresh_us` that they are in a channel or a user group."""
    return [str(row["user_id"]) for row in tx.rows(_IN, {"workspace_id": workspace_id, "to": to, "fresh": fresh_us})]


def conversation(tx: Transaction, workspace_id: str, channel: str) -> Told | None:
    """Return what a channel was when the surface was last asked, or None where it never was."""
    row = tx.row(_CONVERSATION, {"workspace_id": workspace_id, "channel": channel})
    if row is None:
        return None
    age = int(row.pop("age"))
    return Told(Conversation(**row), age)


def keep(tx: Transaction, workspace_id: str, to: str, found: Collection[str], among: Collection[str]) -> None:
    """Store who of `among` is in a channel or a user group: `found`, as the surface has just said."""
    for user_id in sorted(among):
        is_in = user_id in found
        row: dict[str, Any] = {"workspace_id": workspace_id, "to": to, "user_id": user_id, "belongs": is_in}
        if not insert_or_ignore(tx, BELONGING, {**row, "read_at": now()}):
            given = {"of_workspace": workspace_id, "of_place": to, "of_user": user_id, "now_belongs": is_in}
            tx.run(_ANEW, given)


def keep_conversation(tx: Transaction, workspace_id: str, channel: str, told: Conversation) -> None:
    """Store what the surface has just said of a channel."""
    key = {"workspace_id": workspace_id, "channel": channel}
    values = {
        "external": told.external,
        "private": told.private,
        "name": told.name[:255],
        "archived": told.archived,
        "read_at": now(),
    }
    if not insert_or_ignore(tx, CONVERSATIONS, key | values):
        update_row(tx, CONVERSATIONS, key, values)
