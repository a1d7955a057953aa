"""Budgets: what was spent and is reserved, by scope and day; which Runs one holds back; which alerts were given."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the tables and columns. What code that does not know them spends is not counted towards any budget."""
    op.create_table(
        "spending",
        *(_word(name) for name in ("workspace_id", "whose", "of_id")),
        sa.Column("day", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("spent_micro_usd", "reserved_micro_usd")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_spending_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("workspace_id", "whose", "of_id", "day", name=op.f("pk_spending")),
    )
    op.create_table(
        "budget_alert",
        _word("workspace_id"),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_budget_alert_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_budget_alert")),
    )
    op.add_column("turn", sa.Column("day", sa.Integer(), nullable=True))
    op.add_column("turn", sa.Column("reserved_micro_usd", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("turn", sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("run", sa.Column("held_since", sa.BigInteger(), nullable=True))
    op.add_column("run", sa.Column("held_for_micro_usd", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("held_under", sa.String(length=200), nullable=True))
    held = sa.text("held_since IS NOT NULL")
    op.create_index("ix_run_held_back", "run", ["held_since"], sqlite_where=held, postgresql_where=held)
    op.create_index("ix_run_begun", "run", ["workspace_id", "begun_at"])


def _word(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=64), nullable=False)
