"""Changes of a policy that someone was shown and has not confirmed; when each call was judged."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the table and the column. Code that does not know them confirms nothing, and leaves the column empty."""
    op.create_table(
        "pending_change",
        *(_word(name) for name in ("id", "workspace_id", "user_id", "channel", "owner")),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_pending_change_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_change")),
    )
    op.create_index(op.f("ix_pending_change_made_at"), "pending_change", ["made_at"])
    op.add_column("tool_call", sa.Column("judged_at", sa.BigInteger(), nullable=True))
    judged = sa.text("judged_at IS NOT NULL")
    op.create_index(
        "ix_tool_call_judged",
        "tool_call",
        ["workspace_id", "judged_at"],
        sqlite_where=judged,
        postgresql_where=judged,
    )


def _word(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=64), nullable=False)
