"""Slow proof: ten defences of laws, or against field failures, are taken out one at a time; their tests must turn red.

    python -m tests.proofs.broken_on_purpose [--all] [--numbers 14,37,E20]

Which ten is drawn by the last commit's hash, so nobody chooses them. Each is one entry of
tests/data/broken_on_purpose.json: the failure's number or the law's, the test that shows it, and the text that is
replaced in a copy of the repository. A break that no longer fits the code, and a test that stays green, count as
failed.
"""

import argparse
import json
import random
import re
import subprocess
import sys
from dataclasses import dataclass

from tests.proofs.copying import REPOSITORY, copied, replaced, run_in

DATA = REPOSITORY / "tests" / "data"
DRAWN = 10


@dataclass(frozen=True)
class Break:
    """One defence: `number` of a failure (14) or a law ("E20"); `test`, a pytest node; `old`, once in `file`; `new`."""

    number: int | str
    test: str
    file: str
    old: str
    new: str


def main() -> int:
    """Break, test, and return 0 where every one turned red."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", action="store_true", help="every entry, not ten")
    asked.add_argument("--numbers", default="", help="these failures and laws only")
    wanted = asked.parse_args()
    titles = {**json.loads((DATA / "field_failures.json").read_text(encoding="utf-8")), **_laws()}
    entries = [Break(**one) for one in json.loads((DATA / "broken_on_purpose.json").read_text(encoding="utf-8"))]
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.strip()
    if wanted.numbers:
        drawn = [one for one in entries if str(one.number) in wanted.numbers.split(",")]
    elif wanted.all:
        drawn = entries
    else:
        drawn = sorted(random.Random(commit).sample(entries, DRAWN), key=lambda one: str(one.number))
    print(f"commit {commit[:12]}: {len(drawn)} of {len(entries)}")
    red = sum(_shown_red(one, titles[str(one.number)]) for one in drawn)
    print(f"{red} of {len(drawn)} turned red")
    return 0 if red == len(drawn) else 1


def _laws() -> dict[str, str]:
    """Return what each law says, by its number, as the page has it."""
    page = (REPOSITORY / "docs" / "contributors" / "laws.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (E\d+) \| (.+) \|$", page, re.MULTILINE))


def _shown_red(one: Break, title: str) -> bool:
    with copied() as copy:
        if not replaced(copy, one.file, one.old, one.new):
            print(f"  {one.number:>3} the break no longer fits {one.file}: {title}")
            return False
        ran = run_in(copy, ["pytest", "-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider", one.test])
        # what fails before the test itself (an import, a fixture) proves nothing
        failed = [line for line in ran.stdout.splitlines() if line.startswith("FAILED ")]
        last = next((line for line in reversed(ran.stdout.splitlines()) if line.strip()), ran.stderr[-200:])
        said = failed[0].partition(" - ")[2] if failed else last
        print(
            f"  {one.number:>3} {'red' if failed else 'NOT RED'}  {title}\n       {one.test}\n       {said}", flush=True
        )
        return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
