"""A part of `serve` that begins as a copy (fork) of its parent, with everything imported and nothing opened.

A start is a hundredth of a second instead of seconds, and what was imported is in memory once for all parts.
"""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from setproctitle import setproctitle

LIBRARIES = ("app.front", "app.worker.process")
"""What the parts of `serve` import, with all that comes with it; the model provider is named by a setting."""

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
"""Signals that the parent hears in its own way: a copy hears them as any process does that begins."""

OPEN_FILES = Path("/proc/self/fd")
"""Linux, proc(5)."""


class Begun(Protocol):
    """A process of ours that was begun, as subprocess.Popen has it."""

    pid: int

    @property
    def returncode(self) -> int | None:
        """Its exit code, the negative number of the signal that killed it, or None while it is not known to be over."""

    def poll(self) -> int | None:
        """Look whether it has ended; return `returncode`."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, at most so many seconds. Returns its exit code; raises TimeoutExpired."""

    def terminate(self) -> None:
        """SIGTERM."""

    def kill(self) -> None:
        """SIGKILL."""


class Copy:
    """A process that began as a copy of another: multiprocessing's, in the manner of subprocess."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        process.start()
        assert process.pid is not None  # noqa: S101 - it was started
        self.pid: int = process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, the negative number of the signal that killed it, or None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return `returncode`."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end, at most so many seconds. Returns its exit code; raises TimeoutExpired."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return self.returncode

    def terminate(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()


def can_copy() -> bool:
    """Whether parts may begin as copies: on Linux. Elsewhere the system's libraries may hold threads by then."""
    return sys.platform == "linux"


def import_all(provider: str) -> None:
    """Import all that parts need, the model's `provider` too: no connection, no thread and no file is opened by it."""
    # Celery would call every worker celeryd
    os.environ.setdefault("NOSETPS", "1")
    for name in (*LIBRARIES, provider):
        import_module(name)
    gc.collect()
    # the search for garbage would write to every page, and so make each copy's memory its own
    gc.freeze()


def begin_copy(name: str, words: Sequence[str], environ: Mapping[str, str], passed: Collection[int]) -> Begun:
    """Begin `tagwork WORDS` as a copy of this process, which has one thread. It keeps the open files `passed`."""
    own = {int(one.name) for one in OPEN_FILES.iterdir()} - {0, 1, 2} - set(passed)
    fork = multiprocessing.get_context("fork")
    # what arrives before the copy hears signals in its own way waits for that
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        return Copy(fork.Process(target=_run, args=(name, words, environ, own, before), name=name, daemon=True))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin_command(name: str, words: Sequence[str], environ: Mapping[str, str], passed: Collection[int]) -> Begun:
    """Begin `tagwork WORDS` from nothing, for systems on which it cannot begin as a copy."""
    command = [sys.executable, "-m", "app.cli", *words]
    return subprocess.Popen(command, env=dict(environ), pass_fds=list(passed))


def _run(
    name: str, words: Sequence[str], environ: Mapping[str, str], own: Collection[int], mask: Collection[signal.Signals]
) -> None:
    signal.set_wakeup_fd(-1)
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    for descriptor in own:
        with suppress(OSError):
            os.close(descriptor)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    # first: the title is written to where the kernel put words and environment, and that is found by the environment
    setproctitle(f"tagwork: {name}")
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["tagwork", *words]

    from app.cli import main

    main()
