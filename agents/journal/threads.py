"""Threads, and the posts that were seen in them."""

from dataclasses import dataclass

from sqlalchemy import PrimaryKeyConstraint, bindparam, delete, select
from sqlmodel import SQLModel, UniqueConstraint

from agents.clock import us
from agents.ids import new_id
from agents.journal.database import now
from agents.journal.schema import ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.workspaces import WORKSPACES, Workspace
from agents.journal.writing import insert_or_ignore
from agents.surface import Place

POST_KEPT = us(25 * 3600)
"""How long a post's key is at least kept: past Slack's last retry (failure mode 6; others measured 24 h and use 25)."""

MOST_PLACES = 10_000
"""Places of Threads that a process keeps: about a megabyte."""


class ThreadRow(SQLModel, table=True):
    """Where a conversation lives."""

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("workspace_id", "channel", "root"),)
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    channel: str = word()
    channel_kind: str = word()
    root: str = word()
    created_at: int = moment()


class PostRow(SQLModel, table=True):
    """A post that was seen, and what it became. The key has no team: one post can arrive for two (E16)."""

    __tablename__ = "post"
    __table_args__ = (PrimaryKeyConstraint("installation_id", "channel", "ts"),)
    installation_id: str = ident(to="installation.id")
    channel: str = word()
    ts: str = word()
    became: str = word()
    input_id: str | None = ident(null=True)
    seen_at: int = moment()


THREADS = table_of(ThreadRow)
POSTS = table_of(PostRow)

_THREAD = select(THREADS).where(
    THREADS.c.workspace_id == bindparam("workspace_id"),
    THREADS.c.channel == bindparam("channel"),
    THREADS.c.root == bindparam("root"),
)
_LOCK_THREAD = _THREAD.with_for_update(key_share=True)
_PLACE = (
    select(WORKSPACES.c.team_id, THREADS.c.channel, THREADS.c.root)
    .join(WORKSPACES, WORKSPACES.c.id == THREADS.c.workspace_id)
    .where(THREADS.c.id == bindparam("id"))
)
_KIND = select(THREADS.c.channel_kind).where(THREADS.c.id == bindparam("id"))
_POST = select(POSTS).where(
    POSTS.c.installation_id == bindparam("installation_id"),
    POSTS.c.channel == bindparam("channel"),
    POSTS.c.ts == bindparam("ts"),
)
_FORGET = delete(POSTS).where(POSTS.c.input_id.is_(None), POSTS.c.seen_at < now() - POST_KEPT)
_LOCK_BY_ID = select(THREADS.c.id).where(THREADS.c.id == bindparam("id")).with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class SeenPost:
    """What a post became before. `input_id` is None where it became no Input."""

    became: str
    input_id: str | None


def first_seen(tx: Transaction, workspace: Workspace, channel: str, ts: str, became: str, input_id: str | None) -> bool:
    """Write a post's key with what it became. False where it was seen before: then nothing new may start (E16)."""
    return insert_or_ignore(
        tx,
        POSTS,
        {
            "installation_id": workspace.installation_id,
            "channel": channel,
            "ts": ts,
            "became": became,
            "input_id": input_id,
            "seen_at": now(),
        },
    )


def seen(tx: Transaction, workspace: Workspace, channel: str, ts: str) -> SeenPost | None:
    """Return what a post became, or None where it was never seen."""
    row = tx.row(_POST, {"installation_id": workspace.installation_id, "channel": channel, "ts": ts})
    return None if row is None else SeenPost(row["became"], row["input_id"])


def forget_old_posts(tx: Transaction) -> int:
    """Drop the keys of posts that became no Input and were seen longer ago than POST_KEPT; return how many."""
    return tx.run(_FORGET)


def find(tx: Transaction, workspace_id: str, channel: str, root: str) -> str | None:
    """Return the id of a Thread, unlocked, or None where nobody spoke to us there yet."""
    row = tx.row(_THREAD, {"workspace_id": workspace_id, "channel": channel, "root": root})
    return None if row is None else str(row["id"])


def lock(
    tx: Transaction, workspace_id: str, channel: str, channel_kind: str, root: str, *, seems_new: bool = False
) -> str:
    """Return the id of a Thread, made if it is new, locked until the commit. `seems_new`: it was not there just now."""
    key = {"workspace_id": workspace_id, "channel": channel, "root": root}
    row = None if seems_new else tx.row(_LOCK_THREAD, key)
    if row is None:
        thread_id = new_id()
        if insert_or_ignore(tx, THREADS, {"id": thread_id, **key, "channel_kind": channel_kind, "created_at": now()}):
            return thread_id
        row = tx.row(_LOCK_THREAD, key)
    assert row is not None  # noqa: S101
    return str(row["id"])


def lock_by_id(tx: Transaction, thread_id: str) -> None:
    """Lock a Thread until the commit."""
    tx.row(_LOCK_BY_ID, {"id": thread_id})


def place_of(tx: Transaction, thread_id: str) -> Place:
    """Return where a Thread lives, which never changes."""
    known = tx.lasting.get((Place, thread_id))
    if isinstance(known, Place):
        return known
    row = tx.row(_PLACE, {"id": thread_id})
    assert row is not None  # noqa: S101
    place = Place(row["team_id"], row["channel"], row["root"])
    if len(tx.lasting) >= MOST_PLACES:
        tx.lasting.clear()
    tx.lasting[(Place, thread_id)] = place
    return place


def kind_of(tx: Transaction, thread_id: str) -> str:
    """Return the kind of channel in which a Thread stands: one of agents.posts.Channel."""
    return str(tx.value(_KIND, {"id": thread_id}))
