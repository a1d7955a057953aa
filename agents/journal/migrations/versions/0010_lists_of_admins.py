"""Lists of admins: how far the surface has been asked who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "admin_list",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspace.id"], name=op.f("fk_admin_list_workspace_id_workspace")),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_admin_list")),
    )
