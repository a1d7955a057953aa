"""AuditEvents: the chained lines of a workspace's trail, and the head row that makes a missing last line visible."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlmodel import SQLModel

from agents.audit.chain import GENESIS, AuditEvent, canonical, link
from agents.audit.events import Event
from agents.errors import NotFound
from agents.journal.database import now
from agents.journal.schema import ident, moment, prose, table_of, word
from agents.journal.statements import Statements


class AuditEventRow(SQLModel, table=True):
    """One line. Never updated, never deleted."""

    __tablename__ = "audit_event"
    workspace_id: str = ident(primary=True, to="workspace.id")
    seq: int = moment(primary=True)
    at: int = moment()
    event: str = word()
    run_id: str | None = ident(null=True, index=True)
    actor: str = word(length=200)
    data: str = prose()
    prev_hash: str = word()
    hash: str = word()


class AuditHeadRow(SQLModel, table=True):
    """The last line's number and hash."""

    __tablename__ = "audit_head"
    workspace_id: str = ident(primary=True, to="workspace.id")
    seq: int = moment()
    hash: str = word()


@dataclass(frozen=True, slots=True)
class Happened:
    """An event on its way to the trail."""

    workspace_id: str
    event: Event
    run_id: str | None
    actor: str
    data: Mapping[str, Any]


EVENTS = table_of(AuditEventRow)
HEADS = table_of(AuditHeadRow)

_NEW_HEAD = insert(HEADS).values(workspace_id=bindparam("workspace_id"), seq=0, hash=GENESIS)
_NEW_LINES = insert(EVENTS).values({name: bindparam(name) for name in AuditEvent.__dataclass_fields__})
_LOCK_HEAD = (
    select(HEADS.c.seq, HEADS.c.hash, now().label("at"))
    .where(HEADS.c.workspace_id == bindparam("workspace_id"))
    .with_for_update(key_share=True)
)
_MOVE_HEAD = (
    update(HEADS)
    .where(HEADS.c.workspace_id == bindparam("of"))
    .values(seq=bindparam("new_seq"), hash=bindparam("new_hash"))
)
_LINES = (
    select(EVENTS)
    .where(EVENTS.c.workspace_id == bindparam("workspace_id"), EVENTS.c.seq > bindparam("after"))
    .order_by(EVENTS.c.seq)
    .limit(bindparam("page"))
)
_OF_RUN = (
    select(EVENTS)
    .where(EVENTS.c.workspace_id == bindparam("workspace_id"), EVENTS.c.run_id == bindparam("run_id"))
    .order_by(EVENTS.c.seq)
)
_HEAD = select(HEADS.c.seq, HEADS.c.hash).where(HEADS.c.workspace_id == bindparam("workspace_id"))


def begin_trail(connection: Connection, workspace_id: str) -> None:
    """Give a new workspace its head row."""
    connection.execute(_NEW_HEAD, {"workspace_id": workspace_id})


def append(statements: Statements, events: Sequence[Happened]) -> None:
    """Chain the events of one transaction, all of a workspace in one move of its head. The last thing before commit."""
    ordered = sorted(events, key=lambda one: one.workspace_id)
    for workspace_id, mine in groupby(ordered, key=lambda one: one.workspace_id):
        head = statements.row(_LOCK_HEAD, {"workspace_id": workspace_id})
        if head is None:
            raise NotFound(f"workspace {workspace_id} has no trail")
        seq, prev_hash, lines = head["seq"], head["hash"], []
        for one in mine:
            seq += 1
            line = link(
                workspace_id=workspace_id,
                seq=seq,
                at=head["at"],
                event=one.event.value,
                run_id=one.run_id,
                actor=one.actor,
                data=canonical(one.data),
                prev_hash=prev_hash,
            )
            prev_hash = line.hash
            lines.append({name: getattr(line, name) for name in AuditEvent.__dataclass_fields__})
        statements.run(_NEW_LINES, lines)
        statements.run(_MOVE_HEAD, {"of": workspace_id, "new_seq": seq, "new_hash": prev_hash})


def lines(connection: Connection, workspace_id: str, *, after: int = 0, page: int = 500) -> Iterator[AuditEvent]:
    """Every line of a trail after the number `after`, in order, read by pages."""
    while True:
        found = (
            connection.execute(_LINES, {"workspace_id": workspace_id, "after": after, "page": page}).mappings().all()
        )
        for row in found:
            yield AuditEvent(**row)
        if len(found) < page:
            return
        after = found[-1]["seq"]


def of_run(connection: Connection, workspace_id: str, run_id: str) -> Sequence[AuditEvent]:
    """Return the lines of a trail that are about one Run, in order."""
    found = connection.execute(_OF_RUN, {"workspace_id": workspace_id, "run_id": run_id}).mappings().all()
    return [AuditEvent(**row) for row in found]


def head_of(connection: Connection, workspace_id: str) -> tuple[int, str] | None:
    """The number and hash that the last line must have, or None where the workspace has no head row."""
    row = connection.execute(_HEAD, {"workspace_id": workspace_id}).first()
    return None if row is None else (row.seq, row.hash)
