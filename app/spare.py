"""A worker of `serve` that stands by: started in time, with all done that takes time, and called when one dies."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module

import structlog

from app.restarts import Restarts

log = structlog.get_logger()

SPARE_AFTER, NEXT_AFTER = 3.0, 0.3
"""Seconds before a spare begins: after everything was started, for it takes CPU from whoever starts, and after a spare
was called. That one loads a large library on a core of its own meanwhile; where there is a single core both are slower,
and a worker that dies again finds one there all the same."""

LEFT_OUT = 1.0
"""Seconds of the longest pause that a worker is spared where one stands by: the next one takes as long to be there, so
what dies again and again still waits."""


class Spare:
    """The worker that stands by, `after` so many seconds, and the next one `again` after it was called.

    Where it cannot, workers are started as ever.
    """

    def __init__(self, command: Sequence[str], after: float = SPARE_AFTER, again: float = NEXT_AFTER) -> None:
        self.command = tuple(command)
        self._again = again
        self.process: subprocess.Popen[bytes] | None = None
        self._caller = -1
        self._due = time.monotonic() + after
        self._restarts = Restarts()

    def wait(self) -> list[float]:
        """Return the seconds until one is to be started, where there is to be one and is none."""
        return [max(0.0, self._due - time.monotonic())] if self.command and self.process is None else []

    def is_due(self) -> bool:
        """Whether one is to be started now; one that died by itself is forgotten."""
        if self.process is not None and self.process.poll() is not None:
            self._died(self.process.returncode)
        return self.wait() == [0.0]

    def start(self, run: Callable[[Sequence[str], int], "subprocess.Popen[bytes]"]) -> None:
        """Have one begin to stand by. `run` starts the command, with the end of a pipe on which it is called."""
        called, self._caller = os.pipe()
        self.process = run(self.command, called)
        os.close(called)
        self._restarts.began()

    def is_called_despite(self, pause: float) -> bool:
        """Whether a worker that is to pause for so many seconds before it starts is replaced at once instead."""
        return pause <= LEFT_OUT and self.process is not None and self.process.poll() is None

    def call(self) -> "subprocess.Popen[bytes] | None":
        """Have it work; return its process. None: nobody stands by."""
        if self.process is None or self.process.poll() is not None:
            return None
        process = self.process
        with suppress(OSError):
            os.write(self._caller, b".")
        self.forget()
        return process

    def _died(self, code: int) -> None:
        """It died by itself: the next one waits ever longer, and at last there is none."""
        self.forget()
        pause = self._restarts.died()
        log.warning("the worker that stands by has died", exit_code=code, next_seconds=pause)
        if pause is None:
            self.command = ()
        else:
            self._due += pause

    def forget(self) -> None:
        """Let it go: it is called, or dead, or nobody will call it."""
        os.close(self._caller)
        self.process, self._caller = None, -1
        self._due = time.monotonic() + self._again


def stand_by(call: int) -> bool:
    """Bring in what a worker needs, then wait for a byte on the pipe `call`. False: its parent is gone.

    Nothing is opened before: no journal, no broker, no client. The model provider is left out: it takes as much memory
    as all the rest, and a second when it is called.
    """
    import_module("app.worker.process")
    return os.read(call, 1) != b""
