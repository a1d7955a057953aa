"""`python -m bench`: take the rows on each database, print them with their goals, and write bench.json.

python -m bench [--only LETTERS_OR_NAMES] [--database sqlite|postgresql] [--rounds 5] [--json bench.json] [--write-docs]
"""

import argparse
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from bench.bench import Bench, Size
from bench.machine import description
from bench.printing import for_docs, for_terminal, with_printed_part
from bench.row import Row
from bench.rows import all_rows

DATABASES = ("sqlite", "postgresql")
IDLE = 0.5
"""Load of the last minute above which figures are not to be trusted: we are more processes than the rival, and each
waits for its turn."""
PAGE = Path(__file__).parents[1] / "docs" / "operators" / "performance.md"


def main() -> int:
    """Return 0 where every goal was met, 1 where not, 2 where `--only` names nothing."""
    asked = argparse.ArgumentParser(prog="python -m bench", description="What Tagwork costs, beside two rivals.")
    asked.add_argument("--only", default="", help="letters, such as ad, or names of files in bench/rows, by commas")
    asked.add_argument("--database", default="", choices=["", *DATABASES], help="one database only")
    asked.add_argument("--rounds", type=int, default=Size().rounds, help="how often each figure is taken")
    asked.add_argument("--json", type=Path, default=Path("bench.json"), help="where the rows are written to")
    asked.add_argument("--write-docs", action="store_true", help=f"print {PAGE.name} again")
    wanted = asked.parse_args()
    databases = [one for one in DATABASES if wanted.database in ("", one)]
    described = description(databases)
    if os.getloadavg()[0] > IDLE:
        print("bench: this machine is busy with something else; ratios will be worse than they are", file=sys.stderr)
    size = replace(Size(), rounds=wanted.rounds)
    tables = [(database, take(database, size, wanted.only)) for database in databases]
    rows = [row for _, table in tables for row in table]
    if not rows:
        print(f"bench: --only {wanted.only} names nothing. There is: {', '.join(name for _, name, _ in all_rows())}")
        return 2
    told = [{"database": database, **row.as_json()} for database, table in tables for row in table]
    wanted.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    if wanted.write_docs:
        PAGE.write_text(with_printed_part(PAGE.read_text(encoding="utf-8"), for_docs(described, tables)), "utf-8")
    return 0 if all(row.met is not False for row in rows) else 1


def take(database: str, size: Size, only: str) -> list[Row]:
    """Take the rows that `only` names, or all, on one database, and print them."""
    rows: list[Row] = []
    with Bench(database, size) as bench:
        for letters, name, measure in all_rows():
            if _is_wanted(letters, name, only):
                print(f"{database}: {name} …", file=sys.stderr, flush=True)
                rows += measure(bench)
    rows.sort(key=lambda row: row.name[:3])
    if rows:
        print(for_terminal(database, rows), flush=True)
    return rows


def _is_wanted(letters: str, name: str, only: str) -> bool:
    return not only or name in only.split(",") or (set(only) <= set("abcdefghij") and bool(set(only) & set(letters)))


if __name__ == "__main__":
    sys.exit(main())
