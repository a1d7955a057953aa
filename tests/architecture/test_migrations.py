"""Migrations only add, so that old code runs beside new code; what takes something away says whom it leaves out."""

import ast
from pathlib import Path

import pytest

from agents.journal import migrate

TAKES_AWAY = frozenset(
    {"drop_table", "drop_column", "alter_column", "rename_table", "drop_table_comment", "create_check_constraint"}
)
"""Calls of Alembic after which a statement of older code may fail."""

IN_SQL = ("DROP ", "RENAME ", "ALTER ", "SET NOT NULL")

FILES = sorted(path for path in migrate.VERSIONS.glob("[0-9]*.py") if path.name >= "0002")


@pytest.mark.law("E24")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:4])
def test_a_migration_takes_nothing_away_that_older_code_uses(path: Path) -> None:
    # given a migration, and the oldest code that may work after it and after the one before it
    text = path.read_text()
    before = max((oldest_in(one.read_text()) for one in FILES if one.name < path.name), default="0001")

    # when its calls are read / then they only add; or it says that older code is left out
    found = taken_away(text)
    assert not found or oldest_in(text) > before, f"{path.name}: {found}; raise `oldest` there if it is meant"
    # whoever raises it without need shuts out code that could go on; the first to say anything has none before it
    assert found or before == "0001" or oldest_in(text) == before


@pytest.mark.law("E24")
@pytest.mark.parametrize(
    "line",
    [
        'batch_op.drop_column("cause")',
        'op.drop_table("feedback")',
        'op.alter_column("run", "cause", new_column_name="reason")',
        'op.rename_table("run", "request")',
        'op.add_column("run", sa.Column("cap", sa.Integer(), nullable=False))',
        'op.add_column("run", sa.Column("cap", sa.Integer(), sa.ForeignKey("x.y"), nullable=False))',
        'op.execute("ALTER TABLE run DROP COLUMN cause")',
    ],
)
def test_what_older_code_would_stumble_over_is_found(line: str) -> None:
    # given a migration with one line that takes something away, when it is read, then that is found
    assert taken_away(f"def upgrade() -> None:\n    {line}\n")


def test_what_only_adds_is_let_through() -> None:
    # given a column with a default for what is there, and one that may be empty, when they are read, then all is well
    added = 'op.add_column("run", sa.Column("cap", sa.Integer(), nullable=False, server_default="0"))'
    empty = 'op.add_column("run", sa.Column("cap", sa.Integer(), nullable=True))'
    assert taken_away(f"def upgrade() -> None:\n    {added}\n    {empty}\n") == []


def taken_away(text: str) -> list[str]:
    """Return what a migration does that older code may stumble over."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in TAKES_AWAY or (node.func.attr == "add_column" and _demands(node)):
            found.append(node.func.attr)
        if node.func.attr == "execute" and any(word in ast.unparse(node).upper() for word in IN_SQL):
            found.append(ast.unparse(node))
    return found


def _demands(node: ast.Call) -> bool:
    """Whether a column is added that may not be empty and has no default: older code's INSERT would fail."""
    column = next(one for one in node.args if isinstance(one, ast.Call))
    given = {one.arg: one.value for one in column.keywords}
    nullable = given.get("nullable")
    return isinstance(nullable, ast.Constant) and nullable.value is False and "server_default" not in given


def oldest_in(text: str) -> str:
    """Return what a migration says of the oldest code that may work after it; those before 0003 say nothing."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "oldest":
            return str(ast.literal_eval(node.value))
    return "0001"
