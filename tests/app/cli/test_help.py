"""`tagwork --help` is quick: heavy imports stand inside the commands."""

import subprocess
import sys
from importlib.metadata import version

from tests.given.rehearsal import REPOSITORY

HEAVY = ("anthropic", "sqlalchemy", "sqlmodel", "celery", "slack_bolt", "slack_sdk", "starlette", "duckdb")


def test_help_imports_nothing_heavy() -> None:
    # given / when the help of the whole command is printed
    code = (
        "import sys\nsys.argv = ['tagwork', '--help']\nfrom app.cli import build\n"
        "try:\n    build()()\nexcept SystemExit:\n    pass\n"
        "print('LOADED', ' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True
    )

    # then it lists the commands, and nothing heavy was imported
    loaded = told.stdout.rpartition("LOADED")[2].split()
    assert "serve" in told.stdout
    assert set(HEAVY) & set(loaded) == set()


def test_the_version_is_printed_without_a_command() -> None:
    # given the command, when it is asked for its version
    told = subprocess.run(
        [sys.executable, "-m", "app.cli", "--version"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    # then it says so, and that is all
    assert told.returncode == 0
    assert told.stdout.strip() == version("tagwork")
