"""Content: text and bytes kept apart from the rows that refer to it, so that it can be erased."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Index, bindparam, delete, insert, select, update
from sqlmodel import Field, SQLModel

from agents.audit.chain import keyed_digest
from agents.audit.events import Event
from agents.errors import NotFound
from agents.ids import new_id
from agents.journal.database import now
from agents.journal.schema import blob, count, ident, moment, table_of, word
from agents.journal.transaction import Transaction

MAX_BYTES = 20_000_000
"""The largest item that is kept (design.md 2)."""

CHUNK_BYTES = 500_000
"""Bytes a row: small enough that reading one never stalls a worker, large enough that most items are one row."""

REMEMBERED = 65_536
"""Bytes of an item that the transaction which stored it reads again from memory."""


class ContentRow(SQLModel, table=True):
    """One item. `key` and the chunks go when it is erased; the row and its digest stay."""

    __tablename__ = "content"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id", index=True)
    kind: str = word()
    name: str = word(length=255)
    media_type: str = word(length=127)
    size: int = count(big=True)
    digest: str = word()
    key: bytes | None = blob(null=True)
    labels: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    run_id: str | None = ident(null=True, index=True)
    created_at: int = moment()
    erased_at: int | None = moment(null=True)


class ContentChunkRow(SQLModel, table=True):
    """A piece of an item's bytes."""

    __tablename__ = "content_chunk"
    content_id: str = ident(primary=True, to="content.id")
    number: int = Field(primary_key=True, nullable=False)
    body: bytes = blob()


CONTENT = table_of(ContentRow)
Index("ix_content_named", CONTENT.c.workspace_id, CONTENT.c.kind, CONTENT.c.name, CONTENT.c.created_at)
Index(
    "ix_content_old",
    CONTENT.c.workspace_id,
    CONTENT.c.created_at,
    sqlite_where=CONTENT.c.erased_at.is_(None),
    postgresql_where=CONTENT.c.erased_at.is_(None),
)
CHUNKS = table_of(ContentChunkRow)

_STORE = insert(CONTENT).values(
    {
        name: bindparam(name)
        for name in ("id", "workspace_id", "run_id", "kind", "name", "media_type", "size", "digest", "key", "labels")
    }
    | {"created_at": now()}
)
_STORE_CHUNK = insert(CHUNKS).values({name: bindparam(name) for name in ("content_id", "number", "body")})
_BODY = select(CHUNKS.c.body).where(CHUNKS.c.content_id == bindparam("id")).order_by(CHUNKS.c.number)
_FORM_AND_BODY = (
    select(CONTENT.c.media_type, CHUNKS.c.body)
    .join(CHUNKS, CHUNKS.c.content_id == CONTENT.c.id)
    .where(CONTENT.c.id == bindparam("id"))
    .order_by(CHUNKS.c.number)
)
_ITEM = select(CONTENT).where(CONTENT.c.id == bindparam("id"))
_DIGEST = select(CONTENT.c.digest).where(CONTENT.c.id == bindparam("id"))
_NAMED = (
    select(CONTENT.c.id)
    .where(
        CONTENT.c.workspace_id == bindparam("workspace_id"),
        CONTENT.c.kind == bindparam("kind"),
        CONTENT.c.name == bindparam("name"),
        CONTENT.c.erased_at.is_(None),
    )
    .order_by(CONTENT.c.created_at.desc())
)
_ERASE = (
    update(CONTENT)
    .where(CONTENT.c.id == bindparam("of"), CONTENT.c.erased_at.is_(None))
    .values(key=None, erased_at=now())
)
_ERASE_BODY = delete(CHUNKS).where(CHUNKS.c.content_id == bindparam("of"))

_LABELS = select(CONTENT.c.labels).where(CONTENT.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Stored:
    """What a row or an audit line keeps of an item: its id and its keyed digest."""

    id: str
    digest: str

    def as_data(self) -> dict[str, str]:
        """The form in which an audit line names it, which `audit verify` looks for."""
        return {"content": self.id, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it stands. `body` is None once it is erased."""

    id: str
    workspace_id: str
    kind: str
    name: str
    media_type: str
    digest: str
    key: bytes | None
    erased_at: int | None
    labels: Mapping[str, Any]
    body: bytes | None


def store(
    tx: Transaction,
    workspace_id: str,
    kind: str,
    body: bytes,
    *,
    name: str = "",
    media_type: str = "text/plain",
    labels: Mapping[str, Any] | None = None,
    run_id: str | None = None,
) -> Stored:
    """Keep `body` under a new id. `run_id`: of the Run that made it, where no row of it refers to it alone.

    Raises ValueError past MAX_BYTES.
    """
    return store_all(tx, workspace_id, kind, [body], name=name, media_type=media_type, labels=labels, run_id=run_id)[0]


def store_all(
    tx: Transaction,
    workspace_id: str,
    kind: str,
    bodies: Sequence[bytes],
    *,
    name: str = "",
    media_type: str = "text/plain",
    labels: Mapping[str, Any] | None = None,
    run_id: str | None = None,
) -> list[Stored]:
    """Keep several items, each under an id of its own. Raises ValueError past MAX_BYTES."""
    kept = [(_new(body), body) for body in bodies]
    tx.run(
        _STORE,
        [
            {
                "id": one.id,
                "workspace_id": workspace_id,
                "run_id": run_id,
                "kind": kind,
                "name": name[:255],
                "media_type": media_type[:127],
                "size": len(body),
                "digest": one.digest,
                "key": key,
                "labels": dict(labels or {}),
            }
            for (one, key), body in kept
        ],
    )
    tx.run(
        _STORE_CHUNK,
        [
            {"content_id": one.id, "number": number, "body": body[start : start + CHUNK_BYTES]}
            for (one, _), body in kept
            for number, start in enumerate(range(0, max(len(body), 1), CHUNK_BYTES))
        ],
    )
    tx.stored |= {one.id: (media_type, body) for (one, _), body in kept if len(body) <= REMEMBERED}
    return [one for (one, _), _ in kept]


def _new(body: bytes) -> tuple[Stored, bytes]:
    """Return the id and keyed digest of an item, and the digest's key."""
    if len(body) > MAX_BYTES:
        raise ValueError(f"{len(body)} bytes are more than the {MAX_BYTES} that one item may have")
    key = os.urandom(32)
    return Stored(new_id(), keyed_digest(key, body)), key


def named(tx: Transaction, content_id: str) -> Stored:
    """Return what an audit line keeps of an item that stands already."""
    return Stored(content_id, str(tx.value(_DIGEST, {"id": content_id})))


def body_of(tx: Transaction, content_id: str) -> bytes:
    """Return an item's bytes. Raises NotFound where it is erased or never was."""
    if content_id in tx.stored:
        return tx.stored[content_id][1]
    pieces = tx.rows(_BODY, {"id": content_id})
    if not pieces:
        raise NotFound(f"content {content_id} is gone")
    return b"".join(piece["body"] for piece in pieces)


def item(tx: Transaction, content_id: str) -> Item | None:
    """Return an item with its bytes, erased or not, or None where there is no such row."""
    row = tx.row(_ITEM, {"id": content_id})
    if row is None:
        return None
    pieces = tx.rows(_BODY, {"id": content_id})
    return Item(
        **{
            name: row[name]
            for name in ("id", "workspace_id", "kind", "name", "media_type", "digest", "key", "erased_at")
        },
        labels=row["labels"],
        body=b"".join(piece["body"] for piece in pieces) if pieces else None,
    )


def labels_of(tx: Transaction, content_id: str) -> dict[str, Any]:
    """Return the labels that a Content was stored with; empty where it is gone."""
    return dict(tx.value(_LABELS, {"id": content_id}) or {})


def form_and_body(tx: Transaction, content_id: str) -> tuple[str, bytes]:
    """Return an item's media type and bytes. Raises NotFound where it is erased or never was."""
    if content_id in tx.stored:
        return tx.stored[content_id]
    pieces = tx.rows(_FORM_AND_BODY, {"id": content_id})
    if not pieces:
        raise NotFound(f"content {content_id} is gone")
    return str(pieces[0]["media_type"]), b"".join(piece["body"] for piece in pieces)


def newest_named(tx: Transaction, workspace_id: str, kind: str, name: str) -> str | None:
    """Return the id of the newest unerased item of that kind and name."""
    found = tx.value(_NAMED, {"workspace_id": workspace_id, "kind": kind, "name": name})
    return None if found is None else str(found)


def erase_all(tx: Transaction, content_ids: Sequence[str]) -> None:
    """Remove the bytes of items and the keys of their digests; whoever calls says so on the trail."""
    for content_id in content_ids:
        tx.run(_ERASE, {"of": content_id})
        tx.run(_ERASE_BODY, {"of": content_id})
        tx.stored.pop(content_id, None)


def drop(tx: Transaction, content_id: str) -> None:
    """Take back an item of this very transaction that nothing came to refer to."""
    tx.stored.pop(content_id, None)
    tx.run(_ERASE_BODY, {"of": content_id})
    tx.run(delete(CONTENT).where(CONTENT.c.id == content_id))


def erase(tx: Transaction, workspace_id: str, content_id: str, *, actor: str) -> bool:
    """Remove an item's bytes and the key of its digest, and say so on the trail. False where it was erased before."""
    if not tx.run(_ERASE, {"of": content_id}):
        return False
    tx.run(_ERASE_BODY, {"of": content_id})
    tx.stored.pop(content_id, None)
    tx.record(workspace_id, Event.CONTENT_ERASED, actor=actor, erased=content_id)
    return True
