"""Run one function on untrusted bytes in a child process of its own, with limits, and hand back its JSON answer.

The child starts clean (no environment, no inherited files), closes itself in (confinement.py) and is ended with its
whole group at the wall clock. Safe from many threads: nothing of ours runs between fork and exec.
"""

import contextlib
import functools
import importlib.util
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from tools.guards.confinement import CALLS_WALL, NAMESPACE_WALL
from tools.guards.limits import Limits
from tools.guards.pipes import SaidTooMuch, TookTooLong, exchange

AT_ONCE = max(2, os.cpu_count() or 2)
"""Children running at one time in one process: each burns a core, and each may hold its whole memory limit."""

BOOTSTRAP = "import sys; sys.path[:0] = sys.argv[1:]; from tools.guards.child_main import main; main()"
CLEAN_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "MALLOC_ARENA_MAX": "1"}
"""All that a child sees of an environment. One malloc arena, because each further one takes 64 MiB of address space."""

log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(AT_ONCE)


class NetworkTier(StrEnum):
    """What keeps a child off the network here, the strongest first."""

    NAMESPACE = "namespace"  #: a network namespace of its own, with no interface up; system calls are filtered too
    FILTER = "filter"  #: user namespaces are forbidden here; the system call filter refuses every socket
    NONE = "none"  #: neither holds: nothing but the parsing code itself keeps bytes from the network


class ChildRefused(Exception):
    """The code in the child said no, in one clean sentence. `misasked`: another question may be answered."""

    def __init__(self, text: str, *, misasked: bool = False) -> None:
        super().__init__(text)
        self.misasked = misasked


class ChildKilled(Exception):
    """The child was stopped. `limit` is a field of Limits, or `crash` for a fault inside it; `detail` is for logs."""

    def __init__(self, limit: str, detail: str = "") -> None:
        super().__init__(f"stopped by {limit}: {detail}" if detail else f"stopped by {limit}")
        self.limit = limit
        self.detail = detail


class ChildBusy(Exception):
    """AT_ONCE other children ran for half of this call's time. Nothing was started."""


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """What the function returned (JSON, to be checked by whoever uses it), and which walls held around it."""

    value: Any
    walls: tuple[str, ...]


def run_in_child(
    target: str, arguments: Mapping[str, Any], blobs: Sequence[bytes] = (), limits: Limits | None = None
) -> ChildAnswer:
    """Call `target` ("package.module:function") as function(arguments, blobs) in a child, and return its answer.

    Args:
        target: a function of an importable module; its package's folder stays readable for the child.
        arguments: JSON.
        blobs: bytes handed over as they are.
        limits: Limits() when left out.

    Raises:
        ChildRefused: the function raised Refused or Misasked.
        ChildKilled: a limit was reached, or the function failed otherwise.
        ChildBusy: no place was free in time.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.wall_seconds
    call = _call(target, arguments, blobs, limits)
    # whoever gets a place has half of its time left at least
    if not _places.acquire(timeout=limits.wall_seconds / 2):
        raise ChildBusy
    try:
        child = _start(target)
        try:
            body, errors = exchange(child, call, deadline=deadline, cap=limits.output_bytes)
        except TookTooLong:
            raise ChildKilled("wall_seconds") from None
        except SaidTooMuch:
            raise ChildKilled("output_bytes") from None
        finally:
            ended = _end(child)
    finally:
        _places.release()
    return _outcome(body) if body else _death(ended, errors, limits)


@functools.cache
def network_tier() -> NetworkTier:
    """Return what keeps children off the network on this machine, found out once by starting one."""
    walls = run_in_child("tools.guards.child_probe:answer", {}).walls
    if NAMESPACE_WALL in walls:
        return NetworkTier.NAMESPACE
    return NetworkTier.FILTER if CALLS_WALL in walls else NetworkTier.NONE


def _call(target: str, arguments: Mapping[str, Any], blobs: Sequence[bytes], limits: Limits) -> list[bytes]:
    header = {
        "target": target,
        "arguments": dict(arguments),
        "sizes": [len(blob) for blob in blobs],
        "limits": {
            "memory_bytes": limits.memory_bytes,
            "cpu_seconds": limits.cpu_seconds,
            "file_bytes": limits.file_bytes,
            "processes": limits.processes,
        },
        "readable": [str(_package_folder("tools")), str(_package_folder(target.split(".")[0])), *_site_folders()],
        "parent": os.getpid(),
    }
    body = json.dumps(header).encode()
    return [len(body).to_bytes(8, "big"), body, *blobs]


def _start(target: str) -> "subprocess.Popen[bytes]":
    paths = {str(_package_folder("tools").parent), str(_package_folder(target.split(".")[0]).parent)}
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", BOOTSTRAP, *sorted(paths), *_site_folders()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=CLEAN_ENVIRONMENT,
        cwd="/",
        close_fds=True,
        start_new_session=True,
        bufsize=0,
    )


@dataclass(frozen=True, slots=True)
class _Ended:
    """`status`: exit code, or minus the signal. `computed`: seconds of processor time."""

    status: int
    computed: float


def _end(child: "subprocess.Popen[bytes]") -> _Ended:
    """End the child's whole group, take its status, and close our ends of its pipes."""
    # until it is waited for its number cannot be given to another process, so the group is the child's own
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            stream.close()
    return _Ended(child.returncode, used.ru_utime + used.ru_stime)


def _outcome(body: bytes) -> ChildAnswer:
    try:
        answer = json.loads(body)
        kind, walls = str(answer["kind"]), tuple(str(wall) for wall in answer["walls"])
        text = str(answer.get("text", ""))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as fault:
        raise ChildKilled("crash", f"its answer could not be read: {type(fault).__name__}") from None
    if kind == "result":
        _tell_missing_walls(walls)
        return ChildAnswer(answer.get("value"), walls)
    if kind in ("refused", "misasked"):
        raise ChildRefused(text, misasked=kind == "misasked")
    raise ChildKilled({"memory": "memory_bytes", "files": "file_bytes"}.get(kind, "crash"), text)


def _death(ended: _Ended, errors: str, limits: Limits) -> NoReturn:
    """Say which limit ended a child that gave no answer."""
    last_words = f"status {ended.status} {errors.strip()[-500:]}"
    if -ended.status == signal.SIGXCPU or ended.computed >= limits.cpu_seconds:
        raise ChildKilled("cpu_seconds", last_words)
    if -ended.status == signal.SIGXFSZ:
        raise ChildKilled("file_bytes", last_words)
    # Rust and C++ abort when memory is refused; the kernel's own memory killer sends SIGKILL
    out_of_memory = -ended.status == signal.SIGKILL or "alloc" in last_words or "MemoryError" in last_words
    raise ChildKilled("memory_bytes" if out_of_memory else "crash", last_words)


@functools.cache
def _package_folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ValueError(f"{package} is not an importable package, so no child can run a function of it")
    return Path(next(iter(found.submodule_search_locations))).resolve()


@functools.cache
def _site_folders() -> tuple[str, ...]:
    """Return where installed packages are, as this process finds them."""
    return tuple(path for path in sys.path if Path(path).name in ("site-packages", "dist-packages"))


@functools.cache
def _tell_missing_walls(walls: tuple[str, ...]) -> None:
    """Log once, for every set of walls seen, what does not hold around untrusted bytes on this machine."""
    missing = {"limits", "namespace", "files", "calls"} - set(walls)
    if missing:
        log.warning("child processes run without these walls: %s; they hold: %s", sorted(missing), sorted(walls))
