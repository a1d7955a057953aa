"""What a person voted, the newest first, is found by an index: how often they said yes is counted before each yes."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one only adds."""


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_vote_person", "vote", ["workspace_id", "person", "cast_at"])
