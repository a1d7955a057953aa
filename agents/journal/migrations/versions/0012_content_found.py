"""Content is found without reading all that there is: by its name, by its Run, and by what refers to it.

For the newest of a name SQLite took the index by age, which has that order, and read all that a workspace has: twice
for each Run. What was kept under a Run's id now says of which Run it is, as all else. To find what no row refers to, it
read whole tables for each item: a minute for two thousand Runs, in which nobody else could write.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

oldest = "0002"
"""See 0003: this one changes by what rows are found. What an older process keeps meanwhile goes by its age."""

REFERRING = {
    "input": ("content_id",),
    "message": ("content_id",),
    "tool_call": ("arguments_content_id", "result_content_id"),
    "delivery": ("content_id",),
    "question": ("content_id",),
}


def upgrade() -> None:
    """Make the indexes, and say of which Run the addresses are that it noted."""
    content = sa.table("content", sa.column("kind"), sa.column("name"), sa.column("run_id"))
    noted = content.c.kind == "addresses"
    op.execute(sa.update(content).where(noted, content.c.run_id.is_(None)).values(run_id=content.c.name))
    op.drop_index("ix_content_named", table_name="content")
    op.create_index("ix_content_named", "content", ["workspace_id", "kind", "name", "created_at"])
    for table, columns in REFERRING.items():
        for column in columns:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
