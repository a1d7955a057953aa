"""Freezes: what an admin has stopped at once, until it is thawed again on purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, and_, bindparam, or_, select, update
from sqlmodel import SQLModel

from agents.audit.events import Event
from agents.ids import new_id
from agents.journal.database import now
from agents.journal.due import one_of
from agents.journal.leases import is_workable
from agents.journal.runs import RUNS
from agents.journal.schema import columns_of, ident, moment, prose, table_of, word
from agents.journal.toolcalls import CALLS
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore
from agents.toolcalls.life import State as CallState


class What(StrEnum):
    """What can be frozen."""

    WORKSPACE = "workspace"  #: everything
    CHANNEL = "channel"  #: one channel, by its id
    PERSON = "person"  #: whatever one person asked for, by their id
    TOOL = "tool"  #: one tool, by its name


class FreezeRow(SQLModel, table=True):
    """One freeze; it stays as a record after it was thawed."""

    __tablename__ = "freeze"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    kind: str = word()
    what: str = word(length=127)
    frozen_at: int = moment()
    actor: str = word(length=200)
    reason: str = prose()
    thawed_at: int | None = moment(null=True)
    thawed_by: str | None = word(null=True, length=200)


FREEZES = table_of(FreezeRow)
Index(
    "uq_freeze_standing",
    FREEZES.c.workspace_id,
    FREEZES.c.kind,
    FREEZES.c.what,
    unique=True,
    sqlite_where=FREEZES.c.thawed_at.is_(None),
    postgresql_where=FREEZES.c.thawed_at.is_(None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """One freeze that stands: `what` is an id or a name, empty for the whole workspace."""

    id: str
    kind: What
    what: str
    frozen_at: int
    actor: str
    reason: str


_FIELDS = columns_of(FREEZES, list(Freeze.__dataclass_fields__))
_STANDING = (
    select(*_FIELDS)
    .where(FREEZES.c.workspace_id == bindparam("workspace_id"), FREEZES.c.thawed_at.is_(None))
    .order_by(FREEZES.c.frozen_at)
)
_THAW = (
    update(FREEZES)
    .where(
        FREEZES.c.workspace_id == bindparam("of_workspace"),
        FREEZES.c.kind == bindparam("of_kind"),
        FREEZES.c.what == bindparam("of_what"),
        FREEZES.c.thawed_at.is_(None),
    )
    .values(thawed_at=now(), thawed_by=bindparam("by"))
)


_HOLDS = or_(
    FREEZES.c.kind == What.WORKSPACE.value,
    and_(FREEZES.c.kind == What.CHANNEL.value, FREEZES.c.what == RUNS.c.channel),
    and_(FREEZES.c.kind == What.PERSON.value, FREEZES.c.what == RUNS.c.requester),
    and_(FREEZES.c.kind == What.TOOL.value, FREEZES.c.what == CALLS.c.tool),
)
_RUNNING_UNDER = (
    select(CALLS.c.id.label("call_id"), CALLS.c.run_id, *_FIELDS)
    .select_from(
        FREEZES.join(RUNS, RUNS.c.workspace_id == FREEZES.c.workspace_id).join(CALLS, CALLS.c.run_id == RUNS.c.id)
    )
    .where(
        FREEZES.c.thawed_at.is_(None),
        FREEZES.c.frozen_at <= now() - bindparam("since"),
        one_of(CALLS.c.status, [CallState.RUNNING.value]),
        CALLS.c.lease_owner.is_not(None),
        is_workable(CALLS),
        _HOLDS,
    )
    .order_by(FREEZES.c.frozen_at, CALLS.c.id)
    .limit(bindparam("most"))
)


def standing(tx: Transaction, workspace_id: str) -> Sequence[Freeze]:
    """Return what is frozen in a workspace, oldest first."""
    return [_of(row) for row in tx.rows(_STANDING, {"workspace_id": workspace_id})]


def freeze(tx: Transaction, workspace_id: str, kind: What, what: str, *, actor: str, reason: str) -> bool:
    """Freeze something. False: it is frozen already."""
    row = {
        "id": new_id(),
        "workspace_id": workspace_id,
        "kind": kind.value,
        "what": what,
        "frozen_at": now(),
        "actor": actor,
        "reason": reason,
        "thawed_at": None,
        "thawed_by": None,
    }
    if not insert_or_ignore(tx, FREEZES, row):
        return False
    tx.record(workspace_id, Event.FREEZE_SET, actor=actor, kind=kind.value, what=what, reason=reason)
    return True


def thaw(tx: Transaction, workspace_id: str, kind: What, what: str, *, actor: str) -> bool:
    """Thaw it. False: it is not frozen."""
    given = {"of_workspace": workspace_id, "of_kind": kind.value, "of_what": what, "by": actor}
    if tx.run(_THAW, given) == 0:
        return False
    tx.record(workspace_id, Event.FREEZE_LIFTED, actor=actor, kind=kind.value, what=what)
    return True


def running_under(tx: Transaction, since_us: int, most: int) -> Sequence[tuple[str, str, Freeze]]:
    """Return (call, its Run, freeze) of calls that somebody runs under a freeze that has stood for that long."""
    found = tx.rows(_RUNNING_UNDER, {"since": since_us, "most": most})
    return [(str(row.pop("call_id")), str(row.pop("run_id")), _of(row)) for row in map(dict, found)]


def held_back(tx: Transaction, workspace_id: str, kind: What, what: str) -> Sequence[str]:
    """Return ids of the Runs that have not ended and that such a freeze holds back: of a tool, none."""
    wanted = [RUNS.c.workspace_id == workspace_id, RUNS.c.ended_at.is_(None)]
    match kind:
        case What.TOOL:
            return ()
        case What.CHANNEL:
            wanted.append(RUNS.c.channel == what)
        case What.PERSON:
            wanted.append(RUNS.c.requester == what)
    return [str(row["id"]) for row in tx.rows(select(RUNS.c.id).where(*wanted).order_by(RUNS.c.id))]


def _of(row: Mapping[str, Any]) -> Freeze:
    return Freeze(**{**row, "kind": What(row["kind"])})
