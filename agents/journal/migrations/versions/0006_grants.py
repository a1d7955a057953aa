"""Grants: credentials that admins lend, sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the table. Code that does not know it lends nothing of it."""
    op.create_table(
        "access_grant",
        *(_word(name, length) for name, length in (("id", 64), ("workspace_id", 64), ("name", 64), ("kind", 64))),
        _word("origin", 300),
        sa.Column("paths", sa.Text(), nullable=False),
        sa.Column("methods", sa.Text(), nullable=False),
        _word("header", 80),
        sa.Column("template", sa.Text(), nullable=False),
        _word("key_header", 80),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _word("created_by", 200),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in ("last_used_at", "rotated_at", "revoked_at")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_access_grant_workspace_id_workspace")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
    )
    standing = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_access_grant_standing",
        "access_grant",
        ["workspace_id", "name"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _word(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length=length), nullable=False)
