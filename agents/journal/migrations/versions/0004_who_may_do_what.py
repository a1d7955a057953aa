"""Policies with their versions, and freezes; what a call was judged by stands beside its Decision."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    op.create_table(
        "policy",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "version", name=op.f("pk_policy")),
    )
    op.create_table(
        "freeze",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=127), nullable=False),
        sa.Column("frozen_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("thawed_at", sa.BigInteger(), nullable=True),
        sa.Column("thawed_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_freeze_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_freeze")),
    )
    standing = sa.text("thawed_at IS NULL")
    op.create_index(
        "uq_freeze_standing",
        "freeze",
        ["workspace_id", "kind", "what"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.add_column("tool_call", sa.Column("judged", sa.Text(), nullable=True))
    op.add_column("run", sa.Column("trigger", sa.String(length=64), nullable=False, server_default="mention"))
