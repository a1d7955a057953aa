"""The whole path: plans that are edited in place, questions, files, streams, feedback"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("edits", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("adopts", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("file_id", sa.String(length=64), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_delivery_edits_delivery"), "delivery", ["edits"], ["id"])
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waited_us", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("plan_title", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("progress", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("tool_call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("step_number", sa.Integer(), nullable=True))
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("delivery_id", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_question_tool_call_id"), ["tool_call_id"])
    op.create_index(
        "uq_question_open",
        "question",
        ["run_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_feedback_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("run_id", "user_id", name=op.f("uq_feedback_run_id_user_id")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_run_id"), ["run_id"], unique=False)
