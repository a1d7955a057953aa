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
    # old code reacts without saying so
    op.add_column("run", sa.Column("reacted", sa.Boolean(), nullable=False, server_default=sa.true()))
    _scopes()
    op.create_table(
        "oldest_code",
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_oldest_code")),
    )


CLAIMABLE = {
    "run": "ended_at IS NULL",
    "tool_call": "status IN ('allowed', 'running')",
    "delivery": "status IN ('planned', 'sending')",
}


def _scopes() -> None:
    """Whose work each row is, found by a seek; and the rows under whose lock caps count."""
    for table in CLAIMABLE:
        op.add_column(table, sa.Column("channel", sa.String(length=64), nullable=False, server_default=""))
        if table != "run":
            op.add_column(table, sa.Column("requester", sa.String(length=64), nullable=False, server_default=""))
    op.execute("UPDATE run SET channel = (SELECT channel FROM thread WHERE thread.id = run.thread_id)")
    op.execute("UPDATE delivery SET channel = (SELECT channel FROM thread WHERE thread.id = delivery.thread_id)")
    op.execute("UPDATE tool_call SET channel = (SELECT channel FROM run WHERE run.id = tool_call.run_id)")
    for table in ("tool_call", "delivery"):
        of_run = f"(SELECT requester FROM run WHERE run.id = {table}.run_id)"  # noqa: S608
        op.execute(f"UPDATE {table} SET requester = {of_run} WHERE run_id IS NOT NULL")  # noqa: S608
    for table, claimable in CLAIMABLE.items():
        scope = ["workspace_id", "channel", "requester"]
        for name, columns, where in (
            ("fair", [*scope, "due_at"], sa.text(claimable)),
            ("held", scope, sa.text("lease_owner IS NOT NULL")),
        ):
            op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "scope",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "person", name=op.f("pk_scope")),
    )
