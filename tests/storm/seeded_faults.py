"""Slow proof: faults seeded in a copy of the engine, one at a time, make the storm fail. A line each, then the count.

    python -m tests.storm.seeded_faults [--only WORDS] [--database sqlite]

For each the part of the storm that comes by it runs twice: on the code as it is, where it must end well, and with the
fault (tests/data/seeded_faults.json), where it must not.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
FAULTS = REPOSITORY / "tests" / "data" / "seeded_faults.json"
COPIED = ("app", "agents", "tools", "tests", "bench", "pyproject.toml", "manifest.yml")

TRIES = 3
"""How often the storm runs until it sees a fault."""


@dataclass(frozen=True)
class Fault:
    """One of them: `old` stands once in `file` and becomes `new`; `storm` are arguments of the storm that sees it."""

    fault: str
    file: str
    old: str
    new: str
    storm: Sequence[str]


def faults() -> list[Fault]:
    """Return all of them."""
    return [Fault(**one) for one in json.loads(FAULTS.read_text(encoding="utf-8"))]


def main() -> int:
    """Seed, storm, and return 0 where every fault was seen."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="faults whose name contains these words")
    asked.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    wanted = asked.parse_args()
    chosen = [one for one in faults() if wanted.only in one.fault]
    seen = sum(_is_seen(one, wanted.database) for one in chosen)
    print(f"{seen} of {len(chosen)} made the storm fail")
    return 0 if seen == len(chosen) else 1


def _is_seen(fault: Fault, database: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="seeded-") as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in COPIED:
            there = REPOSITORY / name
            if there.is_dir():
                shutil.copytree(there, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(there, copy / name)
        sound = _storm(copy, fault, database)
        file = copy / fault.file
        text = file.read_text(encoding="utf-8")
        if text.count(fault.old) != 1:
            print(f"  the fault no longer fits {fault.file}: {fault.fault}", flush=True)
            return False
        file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
        broken = _storm(copy, fault, database)
        for _ in range(TRIES - 1):
            # two processes that race do not meet each time
            broken = broken if broken.returncode else _storm(copy, fault, database)
        seen = sound.returncode == 0 and broken.returncode == 1
        told = broken if sound.returncode == 0 else sound
        lines = [
            line for line in told.stdout.splitlines() if line.startswith(("lost:", "doubled:", "repeated:", "broken:"))
        ]
        why = lines[0] if lines else (told.stdout.splitlines() or told.stderr.splitlines() or [""])[-1]
        print(f"  {'failed' if seen else 'NOT SEEN'}  {fault.fault}\n       {why[:200]}", flush=True)
        return seen


def _storm(copy: Path, fault: Fault, database: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.storm", "--database", database, *fault.storm],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )


if __name__ == "__main__":
    sys.exit(main())
