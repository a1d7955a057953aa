"""What people were asked within some days is found by an index: the App Home of an admin looks at it."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_approval_asked", "approval", ["workspace_id", "asked_at"])
