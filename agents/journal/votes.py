"""Votes: what people pressed on an Approval's card. Stored before the click is acknowledged, judged by a worker (E27).

A vote is taken by pushing its due time ahead, without an owner or a fence: judging one twice gives the same, since only
the first judgement of it is written, under the Run's lock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam, select, update
from sqlmodel import Field, SQLModel

from agents.approvals.voting import Cast, Choice, Outcome
from agents.clock import us
from agents.ids import new_id
from agents.journal import scopes
from agents.journal.database import now
from agents.journal.schema import columns_of, count, ident, moment, table_of, word
from agents.journal.transaction import Transaction
from agents.journal.writing import insert_or_ignore


class VoteRow(SQLModel, table=True):
    """One press on one Approval. `approval_id` is what the button said, and may name none of ours."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("approval_id", "person", "message_ts", "action_ts"),)
    id: str = ident(primary=True)
    workspace_id: str = ident(to="workspace.id")
    thread_id: str = ident(to="thread.id")
    approval_id: str = word()
    person: str = word()
    external: bool = Field(default=False, nullable=False)
    choice: str = word()
    channel: str = word()
    message_ts: str = word()
    action_ts: str = word()
    cast_at: int = moment()
    due_at: int | None = moment(null=True)
    attempts: int = count()
    outcome: str | None = word(null=True)


VOTES = table_of(VoteRow)
Index(
    "ix_vote_due",
    VOTES.c.due_at,
    sqlite_where=VOTES.c.due_at.is_not(None),
    postgresql_where=VOTES.c.due_at.is_not(None),
)
Index("ix_vote_person", VOTES.c.workspace_id, VOTES.c.person, VOTES.c.cast_at)

TAKEN = us(30)
"""How long a vote is left to whoever took it: three times the longest call of Slack that judging it makes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One vote. `outcome` is None until it was judged; `external`: its presser is of another organisation.

    `cast_at`: journal time of the press.
    """

    id: str
    workspace_id: str
    thread_id: str
    approval_id: str
    person: str
    external: bool
    choice: str
    channel: str
    message_ts: str
    action_ts: str
    cast_at: int
    attempts: int
    outcome: str | None


_FIELDS = columns_of(VOTES, list(Vote.__dataclass_fields__))
_BY_ID = select(*_FIELDS).where(VOTES.c.id == bindparam("id"))
_DUE = (
    select(VOTES.c.id)
    .where(VOTES.c.due_at <= now() - bindparam("late"))
    .order_by(VOTES.c.due_at)
    .limit(bindparam("most"))
)
_TAKE = (
    update(VOTES)
    .where(VOTES.c.id == bindparam("of"), VOTES.c.due_at <= now(), VOTES.c.outcome.is_(None))
    .values(due_at=now() + TAKEN, attempts=VOTES.c.attempts + 1)
    .returning(*_FIELDS)
)
_LATER = (
    update(VOTES)
    .where(VOTES.c.id == bindparam("of"), VOTES.c.outcome.is_(None))
    .values(due_at=now() + bindparam("wait"))
)
_SETTLE = (
    update(VOTES)
    .where(VOTES.c.id == bindparam("of"), VOTES.c.outcome.is_(None))
    .values(outcome=bindparam("came_to"), due_at=None)
)
_COUNTED = (
    select(VOTES.c.person, VOTES.c.choice)
    .where(VOTES.c.approval_id == bindparam("approval_id"), VOTES.c.outcome == Outcome.COUNTED.value)
    .order_by(VOTES.c.cast_at, VOTES.c.id)
)
_SAID_YES = (
    select(VOTES.c.cast_at)
    .where(
        VOTES.c.workspace_id == bindparam("workspace_id"),
        VOTES.c.person == bindparam("person"),
        VOTES.c.cast_at > bindparam("since"),
        VOTES.c.outcome == Outcome.COUNTED.value,
        VOTES.c.choice != Choice.NO.value,
    )
    .order_by(VOTES.c.cast_at.desc())
    .limit(bindparam("most"))
)


def of(row: Mapping[str, Any]) -> Vote:
    """Return the value of a row."""
    return Vote(**row)


def cast(
    tx: Transaction,
    *,
    workspace_id: str,
    thread_id: str,
    approval_id: str,
    person: str,
    external: bool,
    choice: Choice,
    channel: str,
    message_ts: str,
    action_ts: str,
) -> str | None:
    """Store a vote that is due now, and return its id; None: this very press was stored before."""
    vote_id = new_id()
    first = insert_or_ignore(
        tx,
        VOTES,
        {
            "id": vote_id,
            "workspace_id": workspace_id,
            "thread_id": thread_id,
            "approval_id": approval_id[:64],
            "person": person,
            "external": external,
            "choice": choice.value,
            "channel": channel,
            "message_ts": message_ts,
            "action_ts": action_ts,
            "cast_at": now(),
            "due_at": now(),
            "attempts": 0,
        },
    )
    return vote_id if first else None


def by_id(tx: Transaction, vote_id: str) -> Vote | None:
    """Return a vote, or None."""
    row = tx.row(_BY_ID, {"id": vote_id})
    return None if row is None else of(row)


def due(tx: Transaction, most: int, late_us: int = 0) -> Sequence[str]:
    """Return ids of votes that are to be judged and whose time came `late_us` ago, longest due first."""
    return [str(row["id"]) for row in tx.rows(_DUE, {"most": most, "late": late_us})]


def longest_due(tx: Transaction) -> str | None:
    """Return the id of the vote that has been due longest; None: none is due."""
    return next(iter(due(tx, 1)), None)


def take(tx: Transaction, vote_id: str) -> Vote | None:
    """Take a due vote for TAKEN. None: somebody else has it, or it was judged."""
    row = tx.row(_TAKE, {"of": vote_id})
    return None if row is None else of(row)


def later(tx: Transaction, vote_id: str, wait_us: int) -> None:
    """Have a vote that is not judged yet judged after a while."""
    tx.run(_LATER, {"of": vote_id, "wait": wait_us})


def settle(tx: Transaction, vote_id: str, outcome: Outcome) -> bool:
    """Write what became of a vote. False: somebody else has judged it."""
    return tx.run(_SETTLE, {"of": vote_id, "came_to": outcome.value}) == 1


def counted(tx: Transaction, approval_id: str) -> Sequence[Cast]:
    """Return the votes that count, in the order in which they were cast."""
    return [Cast(row["person"], Choice(row["choice"])) for row in tx.rows(_COUNTED, {"approval_id": approval_id})]


def lock_and_look(tx: Transaction, workspace_id: str, person: str, *, since: int, most: int) -> Sequence[int]:
    """Return when someone said yes after `since`, by votes that count: the newest of those times, the newest first.

    They are locked first, until the commit: no other transaction counts them before it sees what this one adds (E1).
    """
    scopes.lock_person(tx, workspace_id, person)
    given = {"workspace_id": workspace_id, "person": person, "since": since, "most": most}
    return [int(row["cast_at"]) for row in tx.rows(_SAID_YES, given)]
