"""What people see at a glance of their workspace: one statement each, however long its history is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, select

from agents.approvals.life import State as ApprovalState
from agents.journal.approvals import APPROVALS
from agents.journal.belonging import CONVERSATIONS
from agents.journal.database import now
from agents.journal.deliveries import DELIVERIES
from agents.journal.people import PEOPLE
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.journal.votes import VOTES
from agents.policy.conditions import Trigger

Row = dict[str, Any]

_ASKED_BY = and_(PEOPLE.c.workspace_id == RUNS.c.workspace_id, PEOPLE.c.user_id == RUNS.c.requester)
_STANDS_IN = and_(CONVERSATIONS.c.workspace_id == RUNS.c.workspace_id, CONVERSATIONS.c.channel == RUNS.c.channel)
_OF_RUNS = (
    select(
        RUNS.c.number,
        RUNS.c.channel,
        CONVERSATIONS.c.name.label("channel_name"),
        RUNS.c.requester,
        PEOPLE.c.name.label("person"),
        RUNS.c.status,
        RUNS.c.progress,
        (now() - RUNS.c.created_at).label("age"),
    )
    .select_from(RUNS.outerjoin(PEOPLE, _ASKED_BY).outerjoin(CONVERSATIONS, _STANDS_IN))
    .where(RUNS.c.workspace_id == bindparam("workspace_id"), RUNS.c.ended_at.is_(None), RUNS.c.parent_id.is_(None))
    .order_by(RUNS.c.created_at)
    .limit(bindparam("most"))
)
_MINE = _OF_RUNS.where(RUNS.c.requester == bindparam("requester"), RUNS.c.trigger != Trigger.AMBIENT.value)
_PENDING = (
    select(
        RUNS.c.number,
        RUNS.c.channel,
        CONVERSATIONS.c.name.label("channel_name"),
        RUNS.c.requester,
        PEOPLE.c.name.label("person"),
        APPROVALS.c.tool,
        (now() - APPROVALS.c.asked_at).label("age"),
        DELIVERIES.c.posted_at,
    )
    .select_from(
        APPROVALS.join(RUNS, RUNS.c.id == APPROVALS.c.run_id)
        .outerjoin(DELIVERIES, DELIVERIES.c.id == APPROVALS.c.delivery_id)
        .outerjoin(PEOPLE, _ASKED_BY)
        .outerjoin(CONVERSATIONS, _STANDS_IN)
    )
    .where(APPROVALS.c.workspace_id == bindparam("workspace_id"), APPROVALS.c.status == ApprovalState.PENDING.value)
    .order_by(APPROVALS.c.asked_at)
    .limit(bindparam("most"))
)
_VOTED = (
    select(VOTES.c.choice, VOTES.c.outcome, APPROVALS.c.tool, RUNS.c.number, (now() - VOTES.c.cast_at).label("age"))
    .select_from(
        VOTES.join(APPROVALS, APPROVALS.c.id == VOTES.c.approval_id).join(RUNS, RUNS.c.id == APPROVALS.c.run_id)
    )
    .where(VOTES.c.workspace_id == bindparam("workspace_id"), VOTES.c.person == bindparam("person"))
    .order_by(VOTES.c.cast_at.desc())
    .limit(bindparam("most"))
)


def mine(tx: Transaction, workspace_id: str, user_id: str, most: int) -> Sequence[Row]:
    """Return what someone asked for that has not ended, oldest first."""
    return tx.rows(_MINE, {"workspace_id": workspace_id, "requester": user_id, "most": most})


def under_way(tx: Transaction, workspace_id: str, most: int) -> Sequence[Row]:
    """Return what has not ended in a workspace, oldest first."""
    return tx.rows(_OF_RUNS, {"workspace_id": workspace_id, "most": most})


def pending(tx: Transaction, workspace_id: str, most: int) -> Sequence[Row]:
    """Return the calls that wait for someone's yes, with where their card stands, oldest first."""
    return tx.rows(_PENDING, {"workspace_id": workspace_id, "most": most})


def voted(tx: Transaction, workspace_id: str, user_id: str, most: int) -> Sequence[Row]:
    """Return what someone said yes or no to, the newest first."""
    return tx.rows(_VOTED, {"workspace_id": workspace_id, "person": user_id, "most": most})
