"""Slow proof: the laws of judging hold for very many policies and calls.

    python -m tests.proofs.policy_laws [--cases 100000] [--only WORDS]

Each law of tests/agents/policy is a property that the suite tries on some dozens of drawn policies; here it is tried on
`--cases` of them, in rounds of a seed each. What breaks one is printed as the smallest policy and call that does.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
LAWS = tuple(f"tests/agents/policy/test_{name}.py" for name in ("cedar", "laws", "sifting"))
CASES = 100_000
ROUND = 2_000
"""Cases of each law in one process: Hypothesis keeps what it has drawn; of 60,000 cases of one law that was 19 GB."""


def main() -> int:
    """Return 0 where every law held."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--cases", type=int, default=CASES, help="of each law")
    asked.add_argument("--only", default="", help="laws whose names have these words, as pytest's -k")
    wanted = asked.parse_args()
    words = ["-q", "-p", "no:randomly", "--timeout", "0", "-n", "2", *(["-k", wanted.only] if wanted.only else [])]
    tried = 0
    while tried < wanted.cases:
        many = min(ROUND, wanted.cases - tried)
        environ = {**os.environ, "POLICY_EXAMPLES": str(many)}
        command = [sys.executable, "-m", "pytest", *words, f"--hypothesis-seed={tried // ROUND}", *LAWS]
        if subprocess.run(command, cwd=REPOSITORY, env=environ, check=False).returncode:
            print(f"laws of judging: BROKEN within {tried + many} cases, by seed {tried // ROUND}")
            return 1
        tried += many
    print(f"laws of judging: {tried} cases each, all held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
