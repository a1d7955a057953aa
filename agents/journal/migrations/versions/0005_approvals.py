"""Approvals of calls by people, and their votes."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add both tables. What older code must leave alone says so in `needs` (agents/formats.py)."""
    op.create_table(
        "approval",
        *(_word(name) for name in ("id", "workspace_id", "run_id", "tool_call_id", "status", "binding")),
        _word("tool", 127),
        sa.Column("destination", sa.Text(), nullable=False),
        _word("extent"),
        _word("rule", 127),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("warns", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", sa.String(length=64), nullable=True),
        _moment("for_run_until", null=True),
        _moment("asked_at"),
        _moment("expires_at"),
        _moment("remind_at", null=True),
        _moment("settled_at", null=True),
        sa.Column("cause", sa.String(length=255), nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_approval_{to}_id_{to}"))
            for to in ("workspace", "run", "tool_call", "delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(op.f("ix_approval_run_id"), "approval", ["run_id"])
    op.create_index(op.f("ix_approval_delivery_id"), "approval", ["delivery_id"])
    for name, column in (
        ("uq_approval_pending", "tool_call_id"),
        ("ix_approval_expires", "expires_at"),
        ("ix_approval_remind", "remind_at"),
    ):
        _partial(name, "approval", column, "status IN ('pending')", unique=name.startswith("uq"))
    _votes()


def _votes() -> None:
    key = ("approval_id", "person", "message_ts", "action_ts")
    op.create_table(
        "vote",
        *(_word(name) for name in ("id", "workspace_id", "thread_id", "approval_id", "person")),
        sa.Column("external", sa.Boolean(), nullable=False),
        *(_word(name) for name in ("choice", "channel", "message_ts", "action_ts")),
        _moment("cast_at"),
        _moment("due_at", null=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        *(
            sa.ForeignKeyConstraint([f"{to}_id"], [f"{to}.id"], name=op.f(f"fk_vote_{to}_id_{to}"))
            for to in ("workspace", "thread")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint(*key, name=op.f(f"uq_vote_{'_'.join(key)}")),
    )
    _partial("ix_vote_due", "vote", "due_at", "due_at IS NOT NULL")


def _partial(name: str, table: str, column: str, rows: str, *, unique: bool = False) -> None:
    where = sa.text(rows)
    op.create_index(name, table, [column], unique=unique, sqlite_where=where, postgresql_where=where)


def _word(name: str, length: int = 64) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), nullable=False)


def _moment(name: str, *, null: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=null)
