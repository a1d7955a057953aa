"""Slow proof: the laws of judging hold for very many policies and calls.

    python -m tests.proofs.policy_laws [--cases 100000] [--only WORDS]

Each law of tests/agents/policy is a property that the suite tries on some dozens of drawn policies; here it is tried on
`--cases` of them. What breaks one is printed as the smallest policy and call that does.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
LAWS = tuple(f"tests/agents/policy/test_{name}.py" for name in ("cedar", "laws", "sifting"))
CASES = 100_000


def main() -> int:
    """Return 0 where every law held."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=CASES, help="of each law")
    asked.add_argument("--only", default="", help="laws whose names have these words, as pytest's -k")
    wanted = asked.parse_args()
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-v",
        "-p",
        "no:randomly",
        "--timeout",
        "0",
        "--durations",
        "0",
        "-n",
        "2",
    ]
    command += ["-k", wanted.only] if wanted.only else []
    environ = {**os.environ, "POLICY_EXAMPLES": str(wanted.cases)}
    held = subprocess.run([*command, *LAWS], cwd=REPOSITORY, env=environ, check=False).returncode == 0
    print(f"laws of judging: {wanted.cases} cases each, {'all held' if held else 'BROKEN'}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
