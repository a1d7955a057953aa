"""Who holds a lease: a process, named so that another of the same namespace can tell whether it still lives (E6)."""

import os
from functools import cache
from pathlib import Path


@cache
def this_host() -> str:
    """Return host, boot and pid namespace: processes that share all three can see each other."""
    boot = _read("/proc/sys/kernel/random/boot_id")[:8] or "boot"
    try:
        namespace = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        namespace = "pid"
    return f"{os.uname().nodename[:80]}|{boot}|{namespace}"


def this_process() -> str:
    """Return `host|boot|pid namespace|pid|start time` of the calling process."""
    return f"{this_host()}|{os.getpid()}|{_started(os.getpid())}"


def named(owner: str) -> str:
    """Return a process as people know it: its machine and its process id."""
    parts = owner.split("|")
    return f"{parts[0]}, process {parts[3]}" if len(parts) == 5 else owner


def is_dead(owner: str) -> bool:
    """Whether an owner is known to have ended. False also where that cannot be told from here."""
    host, _, rest = owner.rpartition("|")
    host, _, pid = host.rpartition("|")
    if host != this_host() or not pid.isdigit():
        return False
    return _started(int(pid)) != rest


def _started(pid: int) -> str:
    """Clock ticks after boot at which a process began; empty where there is none, or only its corpse."""
    stat = _read(f"/proc/{pid}/stat")
    # the name in brackets may itself hold brackets and spaces
    fields = stat[stat.rfind(")") + 2 :].split()
    if len(fields) < 20 or fields[0] in {"Z", "X"}:
        return ""
    return fields[19]


def _read(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""
