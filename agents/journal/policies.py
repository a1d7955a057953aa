"""Policies: every version of every workspace's document and of the organisation's, the newest of which is in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic
from typing import Any, cast

from sqlalchemy import bindparam, func, select
from sqlmodel import Field, SQLModel

from agents.errors import NotFound, Stale
from agents.journal.database import now
from agents.journal.schema import columns_of, moment, prose, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore
from agents.policy.document import Document

ORGANISATION = "organisation"
"""The owner of the document that holds for every workspace of this journal; every other owner is a workspace's id."""


class PolicyRow(SQLModel, table=True):
    """One version of one document. Rows are only ever added."""

    __tablename__ = "policy"
    owner: str = Field(primary_key=True, max_length=64)
    version: int = Field(primary_key=True)
    body: str = prose()
    digest: str = word()
    written_at: int = moment()
    actor: str = word(length=200)
    reason: str = prose()


POLICIES = table_of(PolicyRow)

LATELY = 1.0
"""Seconds for which what was read once is taken as in force where a second is soon enough."""


_Documents = tuple[Document | None, Document | None]
"""The organisation's and a workspace's."""


@dataclass(frozen=True, slots=True)
class _Lately:
    """What was in force at a moment of the monotonic clock."""

    at: float
    documents: _Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a document: who wrote it, when (journal time), why; `digest` is the sha256 of its JSON."""

    owner: str
    version: int
    digest: str
    written_at: int
    actor: str
    reason: str


_FIELDS = columns_of(POLICIES, list(Version.__dataclass_fields__))
_LATER = POLICIES.alias("later")
_STANDING = select(POLICIES.c.owner, POLICIES.c.version, POLICIES.c.digest).where(
    POLICIES.c.owner.in_((bindparam("owner"), bindparam("above"))),
    POLICIES.c.version
    == select(func.max(_LATER.c.version)).where(_LATER.c.owner == POLICIES.c.owner).scalar_subquery(),
)
_BODY = select(POLICIES.c.body).where(
    POLICIES.c.owner == bindparam("owner"), POLICIES.c.version == bindparam("version")
)
_HISTORY = (
    select(*_FIELDS)
    .where(POLICIES.c.owner == bindparam("owner"))
    .order_by(POLICIES.c.version.desc())
    .limit(bindparam("most"))
)


def in_force(tx: Transaction, workspace_id: str) -> _Documents:
    """Return the organisation's document and a workspace's, each None where it never wrote one.

    A transaction reads them once: all that it decides, it decides by the same versions.
    """
    kept = tx.seen.get((PolicyRow, workspace_id))
    if kept is None:
        found = {row["owner"]: row for row in tx.rows(_STANDING, {"owner": workspace_id, "above": ORGANISATION})}
        kept = tx.seen[(PolicyRow, workspace_id)] = (
            _read(tx, found.get(ORGANISATION)),
            _read(tx, found.get(workspace_id)),
        )
    return cast(_Documents, kept)


def in_force_lately(tx: Transaction, workspace_id: str) -> _Documents:
    """Return as `in_force`, as it was at most LATELY ago in this process: without a statement most times.

    For what costs every Turn a statement otherwise, and where a change may bite a second later. What this process
    writes holds at once.
    """
    kept = tx.lasting.get((_Lately, workspace_id))
    if isinstance(kept, _Lately) and monotonic() - kept.at < LATELY:
        return kept.documents
    found = in_force(tx, workspace_id)
    tx.lasting[(_Lately, workspace_id)] = _Lately(monotonic(), found)
    return found


def newest(tx: Transaction, owner: str) -> Document | None:
    """Return the document in force, or None where its owner never wrote one. Its `version` is the journal's."""
    return _read(tx, tx.row(_STANDING, {"owner": owner, "above": owner}))


def _read(tx: Transaction, row: Mapping[str, Any] | None) -> Document | None:
    if row is None:
        return None
    # by its digest: a version that was read in a transaction that was rolled back may be another one later
    key = (PolicyRow, row["owner"], row["digest"])
    kept = tx.lasting.get(key)
    if not isinstance(kept, Document):
        kept = at_version(tx, row["owner"], row["version"])
        _keep_alone(tx.lasting, key, kept)
    return kept


def at_version(tx: Transaction, owner: str, version: int) -> Document:
    """Return a document as it was in that version. Raises NotFound."""
    body = tx.value(_BODY, {"owner": owner, "version": version})
    if body is None:
        raise NotFound(f"There is no version {version} of this policy.")
    return Document.model_validate_json(str(body)).model_copy(update={"version": version})


def add(tx: Transaction, owner: str, document: Document, *, seen: int, actor: str, reason: str) -> int:
    """Store a document as the version after `seen`, the one it was made from (0: there was none), and return it.

    Raises:
        Stale: someone wrote another version meanwhile. Nothing was stored.
    """
    newest_row = tx.row(_STANDING, {"owner": owner, "above": owner})
    standing = newest_row["version"] if newest_row else 0
    if standing != seen:
        raise Stale(f"It was changed meanwhile: version {standing} is in force, and this was made from {seen}.")
    version = seen + 1
    body = document.model_copy(update={"version": version}).model_dump_json(exclude_unset=True)
    row: Mapping[str, Any] = {
        "owner": owner,
        "version": version,
        "body": body,
        "digest": sha256(body.encode()).hexdigest(),
        "written_at": now(),
        "actor": actor,
        "reason": reason,
    }
    if not insert_or_ignore(tx, POLICIES, row):
        raise Stale("It was changed at the same moment.")
    for key in [one for one in tx.seen if isinstance(one, tuple) and one[0] is PolicyRow]:
        del tx.seen[key]
    tx.after_commit(lambda: _forget_lately(tx.lasting), key=_Lately)
    return version


def history(tx: Transaction, owner: str, most: int = 50) -> Sequence[Version]:
    """Return the newest versions, the newest first."""
    return [Version(**row) for row in tx.rows(_HISTORY, {"owner": owner, "most": most})]


def _forget_lately(lasting: dict[object, Any]) -> None:
    for key in list(lasting):
        if isinstance(key, tuple) and key[0] is _Lately:
            lasting.pop(key, None)


def _keep_alone(lasting: dict[object, Any], key: tuple[object, str, str], document: Document) -> None:
    """A process keeps only what it read last of an owner: a workspace may write thousands of versions."""
    for older in list(lasting):
        if isinstance(older, tuple) and older[:2] == key[:2]:
            lasting.pop(older, None)
    lasting[key] = document
