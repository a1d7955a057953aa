"""Fair order and caps over scopes; the least version that can work a row."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

oldest = "0002"
"""The oldest code that may work on these tables; raised only by what takes something away (docs/decisions/0015)."""


def upgrade() -> None:
    """Expand the tables: old code runs beside new code."""
    for table in ("run", "tool_call", "delivery"):
        op.add_column(table, sa.Column("needs", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "oldest_code",
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_oldest_code")),
    )
