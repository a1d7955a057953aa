"""AuditEvents: the chained lines of a workspace's trail, and the head row that makes a missing last line visible."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, literal, select, update
from sqlmodel import SQLModel

from agents.audit.chain import GENESIS, AuditEvent, canonical, link
from agents.audit.events import Event
from agents.errors import NotFound
from agents.journal.database import now
from agents.journal.schema import ident, moment, prose, table_of, word
from agents.journal.statements import Statements


class AuditEventRow(SQLModel, table=True):
    """One line. Never updated; deleted only from the oldest on, when its days are over (`drop_before`)."""

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


class AuditFloorRow(SQLModel, table=True):
    """The number and hash of the last line that went because its days were over: the trail begins behind it."""

    __tablename__ = "audit_floor"
    workspace_id: str = ident(primary=True, to="workspace.id")
    seq: int = moment()
    hash: str = word()


PAST_ALL = 2**63 - 1
"""No line has this number."""

EVENTS = table_of(AuditEventRow)
FLOORS = table_of(AuditFloorRow)
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


_FLOOR = select(FLOORS.c.seq, FLOORS.c.hash).where(FLOORS.c.workspace_id == bindparam("workspace_id"))
_KEPT = EVENTS.alias("kept")
_FIRST_KEPT = (
    select(_KEPT.c.seq)
    .where(_KEPT.c.workspace_id == bindparam("workspace_id"), _KEPT.c.at >= now() - bindparam("kept"))
    .order_by(_KEPT.c.seq)
    .limit(1)
    .scalar_subquery()
)
_OLDER = (
    select(EVENTS.c.seq, EVENTS.c.hash)
    .where(
        EVENTS.c.workspace_id == bindparam("workspace_id"),
        # from the oldest on: where nothing is to go, the first line that is looked at says so
        EVENTS.c.seq < func.coalesce(_FIRST_KEPT, literal(PAST_ALL, BigInteger)),
    )
    .order_by(EVENTS.c.seq.desc())
    .limit(1)
)


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


def lock_head(connection: Connection, workspace_id: str) -> None:
    """Keep others from a trail until the commit; no lock is taken after this one (E2)."""
    connection.execute(_LOCK_HEAD, {"workspace_id": workspace_id})


def floor_of(connection: Connection, workspace_id: str) -> tuple[int, str]:
    """Return the number and hash of the last line that went; 0 and GENESIS where the trail is whole."""
    row = connection.execute(_FLOOR, {"workspace_id": workspace_id}).first()
    return (0, GENESIS) if row is None else (row.seq, row.hash)


def oldest_to_keep(connection: Connection, workspace_id: str, kept_us: int) -> tuple[int, str] | None:
    """Return number and hash of the last line that is older than `kept_us`; None: there is none.

    Lines follow each other in time, so all before it are older too.
    """
    row = connection.execute(_OLDER, {"workspace_id": workspace_id, "kept": kept_us}).first()
    return None if row is None else (row.seq, row.hash)


def drop_up_to(tx_run: Callable[..., int], workspace_id: str, seq: int, last_hash: str) -> int:
    """Delete a trail's lines up to `seq`, and keep that line's hash, to which the next one is bound. Returns how many.

    In: the transaction's `run`. The head must be locked: whoever appends reads it.
    """
    gone = tx_run(delete(EVENTS).where(EVENTS.c.workspace_id == workspace_id, EVENTS.c.seq <= seq))
    values = {"seq": seq, "hash": last_hash}
    if not tx_run(update(FLOORS).where(FLOORS.c.workspace_id == workspace_id).values(**values)):
        tx_run(insert(FLOORS).values(workspace_id=workspace_id, **values))
    return gone
