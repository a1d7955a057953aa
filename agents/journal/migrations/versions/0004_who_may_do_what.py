"""Policies with their versions, freezes, who belongs where; what a call was judged by stands beside its Decision."""

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
    _belonging()
    op.add_column("tool_call", sa.Column("judged", sa.Text(), nullable=True))
    _retention()
    op.create_index("ix_tool_call_used", "tool_call", ["workspace_id", "tool", "first_started_at"])
    op.add_column("run", sa.Column("effort", sa.String(length=64), nullable=False, server_default=""))
    # old code does not say how a Run came about: a rule that asks for it takes such a Run for one that nobody named
    for table in ("run", "input"):
        op.add_column(table, sa.Column("trigger", sa.String(length=64), nullable=False, server_default=""))


def _belonging() -> None:
    """Who was in a channel or a user group, and what a channel was."""
    op.create_table(
        "belonging",
        _word("workspace_id", 64),
        _word("to", 64),
        _word("user_id", 64),
        _flag("belongs"),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_belonging_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("workspace_id", "to", "user_id", name=op.f("pk_belonging")),
    )
    op.create_table(
        "conversation",
        _word("workspace_id", 64),
        _word("channel", 64),
        _flag("external"),
        _flag("private"),
        _word("name", 255),
        _flag("archived"),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_conversation_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "channel", name=op.f("pk_conversation")),
    )


def _retention() -> None:
    """Whose a Content is that no row refers to, when a Run was erased, and where a trail begins."""
    op.add_column("content", sa.Column("run_id", sa.String(length=64), nullable=True))
    op.add_column("run", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    kept = sa.text("erased_at IS NULL")
    op.create_index("ix_content_run_id", "content", ["run_id"])
    for name, table, column in (("ix_content_old", "content", "created_at"), ("ix_run_to_erase", "run", "ended_at")):
        op.create_index(name, table, ["workspace_id", column], sqlite_where=kept, postgresql_where=kept)
    op.create_table(
        "audit_floor",
        _word("workspace_id", 64),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        _word("hash", 64),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_audit_floor_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_audit_floor")),
    )


def _flag(name: str) -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean(), nullable=False)


def _word(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), nullable=False)
