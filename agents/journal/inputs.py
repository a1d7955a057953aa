"""Inputs: what people said to a Run, in the order in which it came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Index, bindparam, func, select, update
from sqlmodel import Field, SQLModel

from agents.journal.database import now
from agents.journal.schema import columns_of, count, ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_row, update_row


class InputRow(SQLModel, table=True):
    """One thing a person said. `run_id` is set by admission, `read_in_turn` by the Turn whose commit consumed it."""

    __tablename__ = "input"
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    thread_id: str = ident(to="thread.id", index=True)
    run_id: str | None = ident(null=True, to="run.id", index=True)
    kind: str = word()
    standing: str = word()
    author: str = word()
    addressed: bool = Field(default=False, nullable=False)
    trigger: str = word()
    ts: str = word()
    content_id: str = ident(to="content.id", index=True)
    read_in_turn: str | None = ident(null=True)
    labels: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    due_at: int | None = moment(null=True)
    attempts: int = count()
    created_at: int = moment()


INPUTS = table_of(InputRow)
Index(
    "ix_input_unjudged",
    INPUTS.c.due_at,
    sqlite_where=INPUTS.c.standing == "unjudged",
    postgresql_where=INPUTS.c.standing == "unjudged",
)

WRITTEN = frozenset({"request", "follow_up"})
"""Kinds of Input that are messages, each with a ts of its own."""

ADMITTED, UNJUDGED, REFUSED, ACTED = "admitted", "unjudged", "refused", "acted"
"""An Input's standing: instruction, not known yet, context only, or a command or click that acted at once: such a one
is a row only while its author must be asked for, and no Turn ever reads it."""

REQUEST, FOLLOW_UP, NOTE, OUTCOME, ANSWER = "request", "follow_up", "note", "outcome", "answer"
EDIT, COMMAND, PRESS = "edit", "command", "press"
"""An Input's kind. A `request` may start a Run, the others only join one. `note`: files that came later, a deletion;
`outcome`: what became of a call; `edit`: someone changed what they had written; `command` and `press` wait to act."""

KINDS = (REQUEST, FOLLOW_UP, NOTE, OUTCOME, ANSWER, EDIT, COMMAND, PRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One Input as stored. Its content is text and files as JSON; `trigger`: how a Run that it starts comes about."""

    id: str
    workspace_id: str
    thread_id: str
    run_id: str | None
    kind: str
    standing: str
    author: str
    addressed: bool
    trigger: str
    ts: str
    content_id: str
    read_in_turn: str | None
    labels: Mapping[str, Any]
    attempts: int


_NAMES = list(Input.__dataclass_fields__)
_FIELDS = columns_of(INPUTS, _NAMES)
_UNSET: dict[str, Any] = {
    "run_id": None,
    "addressed": False,
    "trigger": "",
    "read_in_turn": None,
    "labels": {},
    "attempts": 0,
}
_BY_ID = select(*_FIELDS).where(INPUTS.c.id == bindparam("id"))
_UNREAD = (
    select(*_FIELDS)
    .where(INPUTS.c.run_id == bindparam("run_id"), INPUTS.c.read_in_turn.is_(None), INPUTS.c.standing == ADMITTED)
    .order_by(INPUTS.c.created_at, INPUTS.c.ts)
)
_OF_RUN = select(*_FIELDS).where(INPUTS.c.run_id == bindparam("run_id")).order_by(INPUTS.c.created_at, INPUTS.c.ts)
_OF_THREAD = (
    select(*_FIELDS)
    .where(INPUTS.c.thread_id == bindparam("thread_id"), INPUTS.c.standing == ADMITTED)
    .order_by(INPUTS.c.created_at, INPUTS.c.ts)
)
_ANY_UNREAD = select(func.count()).where(
    INPUTS.c.run_id == bindparam("run_id"), INPUTS.c.read_in_turn.is_(None), INPUTS.c.standing == ADMITTED
)
_CONSUME = (
    update(INPUTS)
    .where(INPUTS.c.id == bindparam("of"), INPUTS.c.read_in_turn.is_(None))
    .values(read_in_turn=bindparam("turn"))
)
_UNJUDGED = (
    select(INPUTS.c.id)
    .where(INPUTS.c.standing == UNJUDGED, INPUTS.c.kind.in_(KINDS), INPUTS.c.due_at <= now() - bindparam("late"))
    .order_by(INPUTS.c.due_at)
    .limit(bindparam("most"))
)
_JUDGE = (
    update(INPUTS)
    .where(INPUTS.c.id == bindparam("of"), INPUTS.c.standing == UNJUDGED)
    .values(standing=bindparam("to"), run_id=bindparam("run"), kind=bindparam("as_kind"), due_at=None)
)
_LATER = (
    update(INPUTS)
    .where(INPUTS.c.id == bindparam("of"), INPUTS.c.standing == UNJUDGED)
    .values(due_at=now() + bindparam("wait"), attempts=INPUTS.c.attempts + 1)
)
_TAKE_BACK = (
    update(INPUTS)
    .where(INPUTS.c.id == bindparam("of"), INPUTS.c.read_in_turn.is_(None))
    .values(standing=REFUSED, due_at=None)
)
_REPLACE = update(INPUTS).where(INPUTS.c.id == bindparam("of")).values(content_id=bindparam("content"))

_NEWEST_AGO = select(now() - func.max(INPUTS.c.created_at))


def add(tx: Transaction, **values: Any) -> Input:
    """Insert an Input and return it."""
    insert_row(tx, INPUTS, {"created_at": now(), "trigger": ""} | values)
    return Input(**_UNSET | {name: values[name] for name in _NAMES if name in values})


def by_id(tx: Transaction, input_id: str) -> Input | None:
    """Return an Input, or None."""
    row = tx.row(_BY_ID, {"id": input_id})
    return None if row is None else Input(**row)


def newest_ago(tx: Transaction) -> int | None:
    """Return how long ago the newest Input came, in microseconds; None where there is none."""
    found = tx.value(_NEWEST_AGO)
    return None if found is None else int(found)


def unread(tx: Transaction, run_id: str) -> Sequence[Input]:
    """Return the admitted Inputs that no Turn has consumed, oldest first; what people wrote, in their order."""
    found = [Input(**row) for row in tx.rows(_UNREAD, {"run_id": run_id})]
    # events of one thread are taken in side by side, so the later message may have been stored first
    written = iter(sorted((one for one in found if one.kind in WRITTEN), key=lambda one: one.ts))
    return [next(written) if one.kind in WRITTEN else one for one in found]


def any_unread(tx: Transaction, run_id: str) -> bool:
    """Whether such Inputs exist."""
    return bool(tx.value(_ANY_UNREAD, {"run_id": run_id}))


def of_run(tx: Transaction, run_id: str) -> Sequence[Input]:
    """Return every Input of a Run, oldest first."""
    return [Input(**row) for row in tx.rows(_OF_RUN, {"run_id": run_id})]


def of_thread(tx: Transaction, thread_id: str) -> Sequence[Input]:
    """Return every admitted Input of a Thread, oldest first."""
    return [Input(**row) for row in tx.rows(_OF_THREAD, {"thread_id": thread_id})]


def consume(tx: Transaction, input_ids: Sequence[str], turn_id: str) -> None:
    """Mark what a Turn was sent as read. Only the Turn's commit does this (E12)."""
    for input_id in input_ids:
        tx.run(_CONSUME, {"of": input_id, "turn": turn_id})


def unjudged(tx: Transaction, most: int, late_us: int) -> Sequence[str]:
    """Return ids of Inputs whose author must still be asked for, and whose time came `late_us` ago."""
    return [str(row["id"]) for row in tx.rows(_UNJUDGED, {"most": most, "late": late_us})]


def judge(tx: Transaction, input_id: str, *, to: str, run_id: str | None, kind: str) -> bool:
    """Say what became of an unjudged Input. False where someone else has said so already."""
    return tx.run(_JUDGE, {"of": input_id, "to": to, "run": run_id, "as_kind": kind}) == 1


def judge_later(tx: Transaction, input_id: str, wait_us: int) -> None:
    """Have an Input judged again after a while."""
    tx.run(_LATER, {"of": input_id, "wait": wait_us})


def take_back(tx: Transaction, input_id: str) -> bool:
    """Have an Input that no Turn consumed read by none, and start nothing. False: it was read before."""
    return tx.run(_TAKE_BACK, {"of": input_id}) == 1


def set_kind(tx: Transaction, input_id: str, kind: str) -> None:
    """Say what an admitted Input turned out to be."""
    update_row(tx, INPUTS, {"id": input_id}, {"kind": kind})


def replace_content(tx: Transaction, input_id: str, content_id: str) -> None:
    """Point an Input at its completed text and files."""
    tx.run(_REPLACE, {"of": input_id, "content": content_id})
