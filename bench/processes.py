"""What processes cost, as Linux counts it: /proc/PID/stat and /proc/PID/smaps_rollup (proc(5))."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> list[int]:
    """Return a process and everything below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += [int(child) for child in _read(children).split()]
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU time that these processes have used so far, their ended children's included."""
    ticks = 0
    for pid in pids:
        stat = _read(Path(f"/proc/{pid}/stat"))
        ticks += sum(int(value) for value in stat[stat.rfind(")") + 2 :].split()[11:15])
    return ticks / TICKS


def pss_bytes(pids: Iterable[int]) -> int:
    """Return their proportional share of memory: a page that several processes map is divided among them."""
    total = 0
    for pid in pids:
        lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
