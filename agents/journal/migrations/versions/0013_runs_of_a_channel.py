"""The newest Runs of a channel are found without reading those of others: whoever reads along looks how they went."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: an older process finds its rows as before."""


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_run_of_channel", "run", ["workspace_id", "channel", "number"])
