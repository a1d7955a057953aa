"""The way out of a process that was told to end: by itself, or, where something does not return, at a limit."""

import os
import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()

LONGEST = 25.0
"""Seconds in which calls under way may end. Whoever sent SIGTERM waits 30 s in most places (Kubernetes, for one)."""

LAST = 4.0
"""Seconds that giving back what is still held may take."""


class Drain:
    """Begun once, by a signal or by the process itself.

    Args:
        give_back: called at the limit, before the process is ended with its threads: what it holds is to be free.
        longest: seconds until the limit.
    """

    def __init__(self, give_back: Callable[[], None] = lambda: None, *, longest: float = LONGEST) -> None:
        self._give_back = give_back
        self._longest = longest
        self._begun = threading.Event()
        self._code = 0

    def begun(self) -> bool:
        """Whether the process is on its way out."""
        return self._begun.is_set()

    def begin(self, code: int = 0) -> None:
        """From now on the process has so many seconds; past them it ends with `code`. May be called by a signal."""
        if self._begun.is_set():
            return
        self._begun.set()
        self._code = code
        _later(self._longest, self._abandon)

    def _abandon(self) -> None:
        _later(LAST, lambda: os._exit(self._code))
        log.warning("something did not end in time; what is held is given back, and the process ended")
        try:
            self._give_back()
        except Exception as fault:
            log.warning(
                "what is held could not be given back; its lease ends", cause=f"{type(fault).__name__}: {fault}"
            )
        os._exit(self._code)


def _later(seconds: float, act: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()
