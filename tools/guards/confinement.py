"""What the child does to itself before it touches a byte: limits, namespaces, no files, no system calls it never needs.

Runs in the child, first thing. Standard library only, so that nothing is imported before the limits hold.
"""

import ctypes
import os
import resource
import struct
import sys
import sysconfig
from collections.abc import Iterable, Mapping

from tools.guards import landlock, seccomp

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS = 0x10000000, 0x40000000, 0x08000000, 0x04000000
SIGKILL = 9
CAPABILITY_VERSION_3 = 0x20080522
CAPSET = {"x86_64": 126, "aarch64": 91}
OPEN_FILES = 64
"""RLIMIT_NOFILE: three pipes, the few modules being imported, and what DuckDB looks at when it starts."""

SYSTEM_FOLDERS = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache"),
    *("/usr/share/fonts", "/usr/local/share/fonts"),
    *("/dev/null", "/dev/urandom", "/proc/self/cgroup", "/proc/meminfo", "/sys/fs/cgroup"),
)
"""Shared libraries, time zones, fonts, and the memory limits that DuckDB looks up when it starts (it fails without)."""

LIMITS_WALL, NAMESPACE_WALL, FILES_WALL, CALLS_WALL = "limits", "namespace", "files", "calls"


def confine(limits: Mapping[str, int], readable: Iterable[str], parent: int) -> list[str]:
    """Close this process in as far as the kernel allows, and return which walls hold.

    Args:
        limits: memory_bytes, cpu_seconds, file_bytes and processes of Limits.
        readable: folders that may still be read, for imports.
        parent: id of the process that must be alive; without it this one ends.
    """
    if sys.platform != "linux":
        return [LIMITS_WALL] if _set_limits(limits) else []
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    walls = []
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) == 0:
        walls.append(NAMESPACE_WALL)
    _drop_capabilities(libc)
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # last of the changes of identity: the kernel clears the death signal when credentials change
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    if _set_limits(limits):
        walls.append(LIMITS_WALL)
    libraries = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), f"{sys.base_prefix}/lib")
    if landlock.read_only(libc, [*SYSTEM_FOLDERS, *libraries, *readable]):
        walls.append(FILES_WALL)
    if seccomp.refuse_calls(libc):
        walls.append(CALLS_WALL)
    return walls


def _set_limits(limits: Mapping[str, int]) -> bool:
    """Set every limit, soft and hard. False when the system does not know or does not take one of them."""
    wanted = {
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_AS": limits["memory_bytes"],
        "RLIMIT_CPU": limits["cpu_seconds"],
        "RLIMIT_FSIZE": limits["file_bytes"],
        "RLIMIT_NPROC": limits["processes"],
    }
    held = True
    for name, most in wanted.items():
        try:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            # at the soft limit of processor time the kernel says why it ends the process, at the hard one it does not
            firm = most + 1 if name == "RLIMIT_CPU" else most
            resource.setrlimit(kind, (most, firm if hard == resource.RLIM_INFINITY else min(firm, hard)))
        except (AttributeError, ValueError, OSError):
            held = False
    return held


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up every capability, those of a new user namespace and root's own alike."""
    number = CAPSET.get(os.uname().machine)
    if number is not None:
        libc.syscall(number, struct.pack("=Ii", CAPABILITY_VERSION_3, 0), struct.pack("=6I", 0, 0, 0, 0, 0, 0))
