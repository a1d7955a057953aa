"""`python -m tests.requirements`: print each requirement with its tests; `--write` also docs/reference/security.md."""

import argparse
import sys

from tests.requirements.ledger import PAGE, page, requirements, shown


def main() -> int:
    """Print the ledger, then the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.requirements", description="The ledger of requirements.")
    parser.add_argument("--write", action="store_true", help="also write docs/reference/security.md")
    asked = parser.parse_args()
    known, tests = requirements(), shown()
    for one in known:
        print(f"{one.id}  {one.says}")
        for where in tests.get(one.id, ()):
            print(f"          {where}")
        if one.open:
            print(f"          not shown: {one.open}")
    whole = sum(1 for one in known if one.id in tests and not one.open)
    part = sum(1 for one in known if one.id in tests and one.open)
    print(f"\n{len(known)} requirements: {whole} shown, {part} shown in part, {len(known) - whole - part} not shown")
    if asked.write:
        PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
