"""`python -m tests.parity`: print the ledger; with `--write` also docs/reference/parity.md. 2 where a mark is wrong."""

import argparse
import sys

from tests.parity.ledger import PAGE, BadMark, Verdict, counts, marks, page, rows, verdicts


def main() -> int:
    """Print every row with its verdict and its tests, then the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description="The parity ledger.")
    parser.add_argument("--write", action="store_true", help="also write docs/reference/parity.md")
    asked = parser.parse_args()
    try:
        known, found = rows(), marks()
    except BadMark as wrong:
        print(f"parity: {wrong}", file=sys.stderr)
        return 2
    best = verdicts(known, found)
    part = ""
    for row in known:
        if row.part != part:
            part = row.part
            print(f"\n{row.part}. {row.title}")
        shown = "" if best[row.name] is Verdict.NONE else best[row.name].value
        print(f"  {shown:<6}{row.name}")
        for mark in found:
            if mark.row == row.name:
                print(f"          {mark.verdict:<6}{mark.test}")
    print(f"\n{counts(best)}")
    if asked.write:
        PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
