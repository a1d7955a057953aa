"""Fair order and caps over scopes; the least version that can work a row."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand the tables: old code runs beside new code."""
