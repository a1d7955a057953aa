"""Slow proof: faults seeded in a copy of the engine, one at a time, make the storm fail. A line each, then the count.

    python -m tests.storm.seeded_faults [--only WORDS] [--database sqlite]

For each the part of the storm that comes by it runs twice: on the code as it is, where it must end well, and with the
fault (tests/data/seeded_faults.json), where it must not.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.copying import REPOSITORY, copied, replaced, run_in

FAULTS = REPOSITORY / "tests" / "data" / "seeded_faults.json"

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
    with copied() as copy:
        sound = _storm(copy, fault, database)
        if not replaced(copy, fault.file, fault.old, fault.new):
            print(f"  the fault no longer fits {fault.file}: {fault.fault}", flush=True)
            return False
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
    return run_in(copy, ["tests.storm", "--database", database, *fault.storm])


if __name__ == "__main__":
    sys.exit(main())
