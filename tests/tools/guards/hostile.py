"""What a child might do once a file has taken it over. Each function runs as a child's target; none may get through."""

import ctypes
import gc
import json
import mmap
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

Given = Mapping[str, Any]
Blobs = Sequence[bytes]


def fill_memory(given: Given, blobs: Blobs) -> int:
    kept = []
    while True:
        kept.append(bytearray(64 * 1024 * 1024))


def fill_memory_outside_python(given: Given, blobs: Blobs) -> str:
    return _tried(lambda: [mmap.mmap(-1, 256 * 1024 * 1024) for _ in range(64)])


def compute_for_ever(given: Given, blobs: Blobs) -> int:
    number = 0
    while True:
        number += 1


def compute_for_ever_and_ignore_it(given: Given, blobs: Blobs) -> int:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    return compute_for_ever(given, blobs)


def wait_for_ever(given: Given, blobs: Blobs) -> int:
    threading.Event().wait()
    return 0


def refuse_to_die(given: Given, blobs: Blobs) -> int:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGXCPU):
        signal.signal(number, signal.SIG_IGN)
    return wait_for_ever(given, blobs)


def start_processes(given: Given, blobs: Blobs) -> list[str]:
    return [_tried(os.fork), _tried(lambda: os.posix_spawn("/bin/true", ["true"], {})), _tried(_start_many_threads)]


def run_a_program(given: Given, blobs: Blobs) -> str:
    return _tried(lambda: os.execv("/bin/true", ["true"]))


def write_files(given: Given, blobs: Blobs) -> list[str]:
    folders = [given["folder"], "/tmp", "/dev/shm", "/var/tmp", "."]
    return [_tried(partial(Path(folder, "filled").write_bytes, bytes(1024))) for folder in folders]


def write_memory_files(given: Given, blobs: Blobs) -> str:
    return _tried(lambda: os.memfd_create("hidden"))


def reach_the_network(given: Given, blobs: Blobs) -> list[str]:
    port = given["port"]
    return [
        _tried(lambda: socket.create_connection(("127.0.0.1", port), timeout=1)),
        _tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port))),
        _tried(lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM)),
        _tried(lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)),
        _tried(socket.socketpair),
    ]


def read_secrets(given: Given, blobs: Blobs) -> dict[str, Any]:
    parent = os.getppid()
    return {
        "environment": dict(os.environ),
        "others": [
            _tried(Path(at).read_bytes)
            for at in (f"/proc/{parent}/environ", f"/proc/{parent}/maps", "/etc/passwd", given["secret"])
        ],
    }


def open_descriptors(given: Given, blobs: Blobs) -> list[int]:
    return [number for number in range(3, 256) if _tried(partial(os.fstat, number)) == "done"]


def hurt_others(given: Given, blobs: Blobs) -> list[str]:
    parent = os.getppid()
    return [
        _tried(lambda: os.kill(parent, signal.SIGTERM)),
        _tried(lambda: os.kill(-1, 0)),
        _tried(os.setsid),
        _tried(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19)),
        _tried(lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE, (0, 0))),
    ]


def loosen_limits(given: Given, blobs: Blobs) -> list[str]:
    libc = ctypes.CDLL(None, use_errno=True)
    return [
        _tried(lambda: resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))),
        _tried(lambda: resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))),
        "done" if libc.prctl(1, 0, 0, 0, 0) == 0 else "refused",
        "done" if libc.unshare(0x10000000) == 0 else "refused",
    ]


def answer_too_much(given: Given, blobs: Blobs) -> str:
    return "x" * 50_000_000


def flood_the_error_stream(given: Given, blobs: Blobs) -> str:
    for _ in range(2_000):
        sys.stderr.write("x" * 10_000)
        sys.stdout.write("y" * 10_000)
    return "still here"


def answer_in_a_forged_frame(given: Given, blobs: Blobs) -> str:
    body = given["body"].encode()
    for number in range(3, 64):
        _tried(partial(os.write, number, len(body).to_bytes(8, "big") + body))
    os._exit(0)


def answer_with_depth(given: Given, blobs: Blobs) -> str:
    return answer_in_a_forged_frame({"body": "[" * 500_000 + "]" * 500_000}, blobs)


def end_without_a_word(given: Given, blobs: Blobs) -> str:
    os._exit(0)


def crash(given: Given, blobs: Blobs) -> str:
    os.abort()


def fail(given: Given, blobs: Blobs) -> str:
    raise KeyError(given["token"])


def answer_something_unserialisable(given: Given, blobs: Blobs) -> object:
    return json.JSONEncoder()


def _start_many_threads() -> None:
    for _ in range(1_000):
        threading.Thread(target=threading.Event().wait, daemon=True).start()


def _tried(attempt: Callable[[], object]) -> str:
    """Return "done" where the attempt succeeded, else "refused"."""
    try:
        kept = attempt()
    except (OSError, RuntimeError, ValueError, MemoryError):
        return "refused"
    gc.collect()
    del kept
    return "done"
