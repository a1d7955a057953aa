"""Slow proof: ten defences against field failures are taken out, one at a time, and their tests must turn red.

    python -m tests.proofs.broken_on_purpose [--all] [--numbers 14,37]

Which ten is drawn by the last commit's hash, so nobody chooses them. Each is one entry of
tests/data/broken_on_purpose.json: the failure's number, the test that shows it, and the text that is replaced in a copy
of the repository. A break that no longer fits the code, and a test that stays green, count as failed.
"""

import argparse
import json
import random
import subprocess
import sys
from dataclasses import dataclass

from tests.proofs.copying import REPOSITORY, copied, replaced, run_in

DATA = REPOSITORY / "tests" / "data"
DRAWN = 10


@dataclass(frozen=True)
class Break:
    """One defence: `test` is a pytest node, `old` stands once in `file` and becomes `new`."""

    number: int
    test: str
    file: str
    old: str
    new: str


def main() -> int:
    """Break, test, and return 0 where every one turned red."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", action="store_true", help="every entry, not ten")
    asked.add_argument("--numbers", default="", help="these failures only")
    wanted = asked.parse_args()
    titles = json.loads((DATA / "field_failures.json").read_text(encoding="utf-8"))
    entries = [Break(**one) for one in json.loads((DATA / "broken_on_purpose.json").read_text(encoding="utf-8"))]
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.strip()
    if wanted.numbers:
        drawn = [one for one in entries if one.number in {int(number) for number in wanted.numbers.split(",")}]
    elif wanted.all:
        drawn = entries
    else:
        drawn = sorted(random.Random(commit).sample(entries, DRAWN), key=lambda one: one.number)
    print(f"commit {commit[:12]}: {len(drawn)} of {len(entries)}")
    red = sum(_shown_red(one, titles[str(one.number)]) for one in drawn)
    print(f"{red} of {len(drawn)} turned red")
    return 0 if red == len(drawn) else 1


def _shown_red(one: Break, title: str) -> bool:
    with copied() as copy:
        if not replaced(copy, one.file, one.old, one.new):
            print(f"  {one.number:2} the break no longer fits {one.file}: {title}")
            return False
        ran = run_in(copy, ["pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", one.test])
        # what fails before the test itself (an import, a fixture) proves nothing
        failed = [line for line in ran.stdout.splitlines() if line.startswith("FAILED ")]
        last = next((line for line in reversed(ran.stdout.splitlines()) if line.strip()), ran.stderr[-200:])
        said = failed[0].partition(" - ")[2] if failed else last
        print(
            f"  {one.number:2} {'red' if failed else 'NOT RED'}  {title}\n       {one.test}\n       {said}", flush=True
        )
        return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
