"""Turns: one model call each, and the Transcript's messages, exactly as they were sent and received."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, UniqueConstraint, bindparam, func, insert, select
from sqlmodel import Field, SQLModel

from agents.audit.events import Event
from agents.errors import NotFound
from agents.journal.content import CHUNKS, Stored, body_of
from agents.journal.database import now
from agents.journal.schema import columns_of, count, ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_row, update_row
from agents.lives import check_move
from agents.planner.life import FOLLOWS, State
from agents.runs.life import Run


class TurnRow(SQLModel, table=True):
    """What was sent (by digest), what came back, what it cost."""

    __tablename__ = "turn"
    __table_args__ = (UniqueConstraint("run_id", "number"),)
    id: str = ident(primary=True)
    run_id: str = ident(to="run.id")
    number: int = count()
    status: str = word()
    fence: int = count()
    input_ids: list[str] = Field(default_factory=list, sa_type=JSON, nullable=False)
    model: str = word(length=127)
    request_digest: str = word()
    provider_id: str | None = word(null=True)
    stop_reason: str | None = word(null=True)
    usage: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    cost_micro_usd: int = count(big=True)
    cause: str | None = word(null=True, length=255)
    started_at: int = moment()
    ended_at: int | None = moment(null=True)
    day: int | None = Field(default=None)
    reserved_micro_usd: int = count(big=True)
    settled: bool = Field(default=False, nullable=False)


class MessageRow(SQLModel, table=True):
    """One message between Run and model. Append-only."""

    __tablename__ = "message"
    run_id: str = ident(primary=True, to="run.id")
    seq: int = Field(primary_key=True, nullable=False)
    role: str = word()
    turn_id: str = ident(to="turn.id")
    content_id: str = ident(to="content.id", index=True)


TURNS = table_of(TurnRow)
MESSAGES = table_of(MessageRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One model call of a Run. `input_ids` are the Inputs it was sent; only its commit consumes them.

    Attributes:
        day: on which it began, in days since 1970 (UTC): what it costs counts there. None: older code began it.
        reserved_micro_usd: what was reserved for it; 0 where nothing limits.
    """

    id: str
    run_id: str
    number: int
    status: State
    fence: int
    input_ids: list[str]
    model: str
    day: int | None = None
    reserved_micro_usd: int = 0


_FIELDS = columns_of(TURNS, list(Turn.__dataclass_fields__))
_STARTED = select(*_FIELDS).where(TURNS.c.run_id == bindparam("run_id"), TURNS.c.status == State.STARTED.value)
_UNSETTLED = select(TURNS.c.cost_micro_usd).where(
    TURNS.c.id == bindparam("id"), TURNS.c.status == State.BROKEN.value, TURNS.c.settled.is_(False)
)
_SAID_IN = select(MESSAGES.c.content_id).where(
    MESSAGES.c.run_id == bindparam("run_id"),
    MESSAGES.c.turn_id == bindparam("turn_id"),
    MESSAGES.c.role == "assistant",
)
_TRANSCRIPT = (
    select(MESSAGES.c.seq, MESSAGES.c.role, CHUNKS.c.number, CHUNKS.c.body)
    .join(CHUNKS, CHUNKS.c.content_id == MESSAGES.c.content_id)
    .where(MESSAGES.c.run_id == bindparam("run_id"))
    .order_by(MESSAGES.c.seq, CHUNKS.c.number)
)
_TRAILING = (
    select(TURNS.c.status, TURNS.c.stop_reason, TURNS.c.provider_id, TURNS.c.cause)
    .where(TURNS.c.run_id == bindparam("run_id"))
    .order_by(TURNS.c.number.desc())
    .limit(20)
)
_BEFORE = select(TURNS.c.status).where(TURNS.c.run_id == bindparam("run_id"), TURNS.c.number == bindparam("number"))
_LAST = select(func.coalesce(func.max(MESSAGES.c.seq), 0)).where(MESSAGES.c.run_id == bindparam("run_id"))
_ADD = insert(MESSAGES).values({name: bindparam(name) for name in ("run_id", "seq", "role", "turn_id", "content_id")})


def start(
    tx: Transaction,
    run: Run,
    turn_id: str,
    *,
    input_ids: Sequence[str],
    request_digest: str,
    day: int | None = None,
    reserved_micro_usd: int = 0,
    actor: str,
) -> Turn:
    """Insert the next Turn of a locked Run."""
    number = run.turns + 1
    insert_row(
        tx,
        TURNS,
        {
            "id": turn_id,
            "run_id": run.id,
            "number": number,
            "status": State.STARTED.value,
            "fence": run.fence,
            "input_ids": list(input_ids),
            "model": run.model,
            "request_digest": request_digest,
            "started_at": now(),
            "usage": {},
            "day": day,
            "reserved_micro_usd": reserved_micro_usd,
        },
    )
    tx.record(
        run.workspace_id,
        Event.TURN_STARTED,
        run_id=run.id,
        actor=actor,
        turn=turn_id,
        number=number,
        model=run.model,
        inputs=list(input_ids),
        request=request_digest,
    )
    return Turn(
        id=turn_id,
        run_id=run.id,
        number=number,
        status=State.STARTED,
        fence=run.fence,
        input_ids=list(input_ids),
        model=run.model,
        day=day,
        reserved_micro_usd=reserved_micro_usd,
    )


def started(tx: Transaction, run_id: str) -> Turn | None:
    """Return the Turn of a Run that has no end yet: under way, or left by a lost worker."""
    row = tx.row(_STARTED, {"run_id": run_id})
    return None if row is None else Turn(**{**row, "status": State(row["status"])})


def move(tx: Transaction, run: Run, turn: Turn, to: State, *, actor: str, said: dict[str, Any], **values: Any) -> bool:
    """End a Turn; False is a lost race. `said` goes on the trail, `values` into the row."""
    check_move(FOLLOWS, turn.status, to, f"Turn {turn.id}")
    left = {"id": turn.id, "status": turn.status.value, "fence": turn.fence}
    wrote = update_row(tx, TURNS, left, {"status": to.value, "ended_at": now()} | values)
    if wrote != 1:
        return False
    tx.record(run.workspace_id, Event(f"turn:{to.value}"), run_id=run.id, actor=actor, turn=turn.id, **said)
    return True


def break_off(tx: Transaction, run: Run, turn: Turn, cause: str, charged: int, *, actor: str) -> bool:
    """End a Turn of which no reply was heard, `charged` what was reserved for it; False is a lost race."""
    said: dict[str, Any] = {"cause": cause} | ({"reserved_micro_usd": charged} if charged else {})
    return move(tx, run, turn, State.BROKEN, actor=actor, said=said, cause=cause[:255], cost_micro_usd=charged)


def unsettled(tx: Transaction, turn_id: str) -> int | None:
    """Return what a broken Turn was charged whose true usage is not known yet; None: it is, or it did not break."""
    found = tx.value(_UNSETTLED, {"id": turn_id})
    return None if found is None else int(found)


def settle(tx: Transaction, turn_id: str, **values: Any) -> bool:
    """Record the true usage of a broken Turn, once. False: it was recorded before."""
    left = {"id": turn_id, "status": State.BROKEN.value, "settled": False}
    return update_row(tx, TURNS, left, {"settled": True} | values) == 1


def came_after_trouble(tx: Transaction, turn: Turn) -> bool:
    """Whether the Turn before this one gave no usable reply."""
    if turn.number == 1:
        return False
    return bool(tx.value(_BEFORE, {"run_id": turn.run_id, "number": turn.number - 1}) == State.BROKEN.value)


def trailing(tx: Transaction, run_id: str) -> tuple[list[str], str | None, str | None]:
    """Return the stop reasons of the complete Turns, newest first, the newest's id at the provider, and the cause of
    the newest broken one."""
    rows = tx.rows(_TRAILING, {"run_id": run_id})
    complete = [row for row in rows if row["status"] == State.COMPLETE.value]
    causes = [row["cause"] for row in rows if row["cause"]]
    return (
        [str(row["stop_reason"]) for row in complete],
        complete[0]["provider_id"] if complete else None,
        causes[0] if causes else None,
    )


def transcript(tx: Transaction, run_id: str) -> list[tuple[str, bytes]]:
    """Return (role, bytes) of every message, in order."""
    found: dict[int, tuple[str, bytes]] = {}
    for row in tx.rows(_TRANSCRIPT, {"run_id": run_id}):
        role, body = found.get(row["seq"], (row["role"], b""))
        found[row["seq"]] = (role, body + row["body"])
    return list(found.values())


def has_messages(tx: Transaction, run_id: str) -> bool:
    """Whether anything of a Run's Transcript is stored: a first Turn that broke leaves nothing."""
    return bool(tx.value(_LAST, {"run_id": run_id}))


def said_in(tx: Transaction, run_id: str, turn_id: str) -> str:
    """Return the text of what the model said in a Turn, or "" where it said none or it was erased."""
    found = tx.value(_SAID_IN, {"run_id": run_id, "turn_id": turn_id})
    try:
        body = json.loads(body_of(tx, str(found))) if found is not None else []
    except NotFound:
        return ""
    blocks = body if isinstance(body, list) else []
    return " ".join(str(one.get("text", "")) for one in blocks if one.get("type") == "text")


def add_messages(tx: Transaction, run_id: str, turn_id: str, said: Sequence[tuple[str, Stored]]) -> None:
    """Append messages, each its role and its Content, to the Transcript of a locked Run."""
    last = int(tx.value(_LAST, {"run_id": run_id}))
    tx.run(
        _ADD,
        [
            {"run_id": run_id, "seq": seq, "role": role, "turn_id": turn_id, "content_id": kept.id}
            for seq, (role, kept) in enumerate(said, last + 1)
        ],
    )
