"""The figures of a storm, with its day and machine, as docs/operators/reliability.md shows them."""

import time
from collections.abc import Sequence
from pathlib import Path

from bench.machine import description

PAGE = Path(__file__).parents[2] / "docs" / "operators" / "reliability.md"
START, END = "<!-- printed by make storm: start -->", "<!-- printed by make storm: end -->"
TOLD = ("cores", "memory", "Python")


def where_and_when() -> str:
    """Return one line that names day and machine."""
    machine = dict(description([]))
    return f"{time.strftime('%Y-%m-%d', time.gmtime())}; " + "; ".join(f"{what}: {machine[what]}" for what in TOLD)


def write(lines: Sequence[str]) -> None:
    """Put what was printed into the page. Raises ValueError where a marker is missing."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"The page needs the markers {START} and {END}.")
    shown = "\n".join(f"    {line}".rstrip() for line in lines)
    PAGE.write_text(f"{before}{START}\n\n{shown}\n\n{END}{after}", encoding="utf-8")
