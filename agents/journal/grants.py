"""Grants: credentials that admins lend to a workspace, sealed. The key that opens them is not in the journal."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Index, bindparam, select, update
from sqlmodel import SQLModel

from agents.audit.events import Event
from agents.errors import NotFound, Stale
from agents.grants.grant import Grant
from agents.journal.database import now
from agents.journal.schema import blob, columns_of, ident, moment, prose, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore


class GrantRow(SQLModel, table=True):
    """One Grant; it stays as a record after it was revoked, without its credential."""

    # `grant` alone is a word of SQL
    __tablename__ = "access_grant"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    name: str = word()
    kind: str = word()
    origin: str = word(length=300)
    paths: str = prose()
    methods: str = prose()
    header: str = word(length=80)
    template: str = prose()
    key_header: str = word(length=80)
    sealed: bytes = blob()
    created_by: str = word(length=200)
    created_at: int = moment()
    last_used_at: int | None = moment(null=True)
    rotated_at: int | None = moment(null=True)
    revoked_at: int | None = moment(null=True)


GRANTS = table_of(GrantRow)
Index(
    "uq_access_grant_standing",
    GRANTS.c.workspace_id,
    GRANTS.c.name,
    unique=True,
    sqlite_where=GRANTS.c.revoked_at.is_(None),
    postgresql_where=GRANTS.c.revoked_at.is_(None),
)

_FIELDS = columns_of(GRANTS, list(Grant.__dataclass_fields__))
_OF = select(*_FIELDS).where(GRANTS.c.workspace_id == bindparam("workspace_id")).order_by(GRANTS.c.created_at)
_STANDING = _OF.where(GRANTS.c.revoked_at.is_(None))
_USE = update(GRANTS).where(GRANTS.c.id == bindparam("of"), GRANTS.c.revoked_at.is_(None)).values(last_used_at=now())
_ROTATE = (
    update(GRANTS)
    .where(GRANTS.c.id == bindparam("of"), GRANTS.c.revoked_at.is_(None))
    .values(rotated_at=now(), sealed=bindparam("to"))
)
_REVOKE = (
    update(GRANTS)
    .where(GRANTS.c.id == bindparam("of"), GRANTS.c.revoked_at.is_(None))
    .values(revoked_at=now(), sealed=b"")
)


def every(tx: Transaction, workspace_id: str) -> Sequence[Grant]:
    """Return all Grants of a workspace, oldest first, revoked ones too."""
    return [_of(row) for row in tx.rows(_OF, {"workspace_id": workspace_id})]


def standing(tx: Transaction, workspace_id: str) -> Sequence[Grant]:
    """Return the Grants of a workspace that are not revoked, oldest first."""
    return [_of(row) for row in tx.rows(_STANDING, {"workspace_id": workspace_id})]


def named(tx: Transaction, workspace_id: str, name: str) -> Grant:
    """Return the Grant of that name that is not revoked. Raises NotFound."""
    found = next((one for one in standing(tx, workspace_id) if one.name == name), None)
    if found is None:
        raise NotFound(f"There is no Grant {name!r} in this workspace.")
    return found


def add(tx: Transaction, grant: Grant, *, reason: str) -> None:
    """Store a Grant; its `created_at` is the journal's. Raises Stale where one of its name stands."""
    row: dict[str, Any] = {name: getattr(grant, name) for name in Grant.__dataclass_fields__}
    row |= {"paths": json.dumps(grant.paths), "methods": json.dumps(grant.methods), "created_at": now()}
    if not insert_or_ignore(tx, GRANTS, row):
        raise Stale(f"There is a Grant {grant.name!r} already: rotate it, or revoke it first.")
    said: dict[str, Any] = {"origin": grant.origin, "paths": list(grant.paths), "methods": list(grant.methods)}
    _record(tx, grant, Event.GRANT_ADDED, actor=grant.created_by, **said, reason=reason)


def rotate(tx: Transaction, grant: Grant, sealed: bytes, *, actor: str, reason: str) -> None:
    """Put another credential in the place of a Grant's. Raises Stale where it was revoked meanwhile."""
    if tx.run(_ROTATE, {"of": grant.id, "to": sealed}) != 1:
        raise Stale("It was revoked meanwhile.")
    _record(tx, grant, Event.GRANT_ROTATED, actor=actor, reason=reason)


def revoke(tx: Transaction, grant: Grant, *, actor: str, reason: str) -> None:
    """End a Grant and erase its credential. Raises Stale where it was revoked meanwhile."""
    if tx.run(_REVOKE, {"of": grant.id}) != 1:
        raise Stale("It was revoked meanwhile.")
    _record(tx, grant, Event.GRANT_REVOKED, actor=actor, reason=reason)


def use(tx: Transaction, grant: Grant, *, method: str, actor: str, run_id: str | None = None, call: str = "") -> bool:
    """Note that a Grant is about to be used. False: it was revoked meanwhile, and may not be."""
    if tx.run(_USE, {"of": grant.id}) != 1:
        return False
    said = {"call": call} if call else {}
    _record(tx, grant, Event.GRANT_USED, actor=actor, run_id=run_id, method=method, origin=grant.origin, **said)
    return True


def _record(tx: Transaction, grant: Grant, event: Event, *, actor: str, run_id: str | None = None, **said: Any) -> None:
    tx.record(grant.workspace_id, event, run_id=run_id, actor=actor, grant=grant.id, name=grant.name, **said)


def _of(row: Mapping[str, Any]) -> Grant:
    lists = {name: tuple(json.loads(row[name])) for name in ("paths", "methods")}
    return Grant(**{**row, **lists, "sealed": bytes(row["sealed"])})
