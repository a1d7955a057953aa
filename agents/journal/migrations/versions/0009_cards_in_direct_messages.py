"""Cards in direct messages: of which card a message is a copy, and where it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the columns. Copies carry a format that code which does not know them leaves alone."""
    op.add_column("delivery", sa.Column("beside", sa.String(length=64), nullable=True))
    op.add_column("delivery", sa.Column("stands_in", sa.String(length=64), nullable=True))
    stands = sa.text("beside IS NOT NULL")
    op.create_index("ix_delivery_beside", "delivery", ["beside"], sqlite_where=stands, postgresql_where=stands)
