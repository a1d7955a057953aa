"""A copy of the repository in which one thing is taken out: what proofs of the proofs run on."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("app", "agents", "tools", "tests", "bench", "docs")
FILES = ("pyproject.toml", "manifest.yml", "README.md", "CHANGELOG.md")


@contextmanager
def copied() -> Iterator[Path]:
    """Give a copy of all that code and tests need; it goes with the block."""
    with tempfile.TemporaryDirectory(prefix="copied-") as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in FOLDERS:
            shutil.copytree(REPOSITORY / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(REPOSITORY / name, copy / name)
        yield copy


def replaced(copy: Path, file: str, old: str, new: str) -> bool:
    """Write `new` where `old` stands once in a file of the copy. False: it does not, and nothing is written."""
    path = copy / file
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        return False
    path.write_text(text.replace(old, new), encoding="utf-8")
    return True


def run_in(copy: Path, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run `python -m` and these words with the copy's own code."""
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
