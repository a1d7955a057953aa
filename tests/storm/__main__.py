"""The storm: `python -m tests.storm [--database …] [--only WORDS] [--boundary TEXT] [--seeds RUNS] [--seed N]`.

Every boundary of every reference Run is deadly once: on PostgreSQL and SQLite in turn, or on both each. Then storms by
seed (storms.py), until there were as many Runs in them as are asked for; `--seed N` plays one. Exit 0 where nothing
was lost, doubled or repeated, and every invariant of the journal held; else 1, with a command for each failure.
"""

import argparse
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path

from app import logs
from tests.given.distributions import install_counting_tools
from tests.storm.boundaries import POSTGRESQL, SQLITE, boundaries
from tests.storm.judging import Found
from tests.storm.last_run import where_and_when, write
from tests.storm.processes import nursery
from tests.storm.storms import DATABASES, Result, storm, storms_of

LANES = 2
"""Lanes of boundaries on each database: most of the time they wait for a second look, or a lease."""

RUNS = 1000
"""Runs in storms by seed, unless only some boundaries are asked for."""


def main() -> int:
    """Storm, print what was found, and return the exit code."""
    wanted = _wanted()
    began = time.monotonic()
    # a death is what this is about, and no news
    logs.configure("text", level=logging.ERROR)
    folder = Path(tempfile.mkdtemp(prefix="storm-", dir="/tmp"))
    print(f"logs and journals: {folder}", flush=True)
    tools = folder / "tools"
    install_counting_tools(tools)
    found, points, kills, result = Found(), 0, 0, Result()
    if wanted.seed is None and not wanted.no_boundaries:
        found, points, kills = boundaries(wanted, folder)
    seeds = storms_of(wanted.seeds, wanted.first) if wanted.seed is None else [wanted.seed]
    if seeds:
        databases = [wanted.database] if wanted.database in DATABASES else DATABASES
        result = storm(seeds, folder, tools, nursery(), databases)
        found.add(result.found)
    for title in ("lost", "doubled", "repeated", "broken"):
        for line in getattr(found, title):
            print(f"{title}: {line}")
    for line in result.bad:
        print(f"again: {line}")
    counts = f"lost {len(found.lost)}, doubled {len(found.doubled)}, repeated {len(found.repeated)}"
    figures = [
        f"{where_and_when()}; {time.monotonic() - began:.0f} s",
        *(result.toll.lines(found.shown) if seeds else ()),
        f"storm: {points} boundaries, {kills + result.toll.kills} kills, {found.runs} runs: {counts}",
    ]
    print("\n".join(figures), flush=True)
    if wanted.write_docs:
        write(figures)
    if found.good and not wanted.keep:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if found.good else 1


def _wanted() -> argparse.Namespace:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", choices=("alternate", POSTGRESQL, SQLITE, "both"), default="alternate")
    asked.add_argument("--only", default="", help="reference Runs whose name contains these words; no seeds then")
    asked.add_argument("--boundary", default="", help="only this one, as a failure prints it; no seeds then")
    asked.add_argument("--freeze", action="store_true", help="stop processes past their lease instead of killing them")
    asked.add_argument("--slow", type=float, default=0.0, help="seconds that each tool takes at a boundary")
    asked.add_argument("--lanes", type=int, default=LANES, help="lanes of boundaries on each database")
    asked.add_argument("--seeds", type=int, metavar="RUNS", help=f"Runs in storms by seed: {RUNS}")
    asked.add_argument("--first", type=int, default=1, help="the first seed")
    asked.add_argument("--seed", type=int, help="only the storm of this seed, as a failure prints it")
    asked.add_argument("--no-boundaries", action="store_true", help="storms by seed alone")
    asked.add_argument("--keep", action="store_true", help="keep the folder with logs, even of what was good")
    asked.add_argument("--write-docs", action="store_true", help="put the figures into docs/operators/reliability.md")
    wanted = asked.parse_args()
    if wanted.seeds is None:
        wanted.seeds = 0 if wanted.only or wanted.boundary or wanted.freeze else RUNS
    return wanted


if __name__ == "__main__":
    sys.exit(main())
