"""Install a distribution that brings tools of its own, as an admin would, without any index."""

import subprocess
import sys
from pathlib import Path

DISTRIBUTIONS = Path(__file__).parents[1] / "distributions"


def install_counting_tools(into: Path) -> Path:
    """Install tests/distributions/counting_tools into the folder `into`, and return it: put it on PYTHONPATH.

    Raises:
        subprocess.CalledProcessError: pip failed; its output tells why.
    """
    quiet = ["--quiet", "--no-cache-dir", "--disable-pip-version-check", "--root-user-action", "ignore"]
    offline = ["--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *quiet, *offline, "--target", into, DISTRIBUTIONS / "counting_tools"],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=100,
    )
    return into
