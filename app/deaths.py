"""How the app hears at once that a process of its machine died: from the parent of `serve`, which saw it."""

import os
import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger()

AT_ONCE = 4096
"""Bytes read in one go: each is one death, and several are looked into together."""


class DeathNotes:
    """A thread that does `act` whenever the parent has written to `notes`, the reading end of its pipe."""

    def __init__(self, notes: int, act: Callable[[], None]) -> None:
        self._notes, self._act = notes, act
        self._thread = threading.Thread(target=self._read, name="death-notes", daemon=True)

    def start(self) -> None:
        """Begin to hear, first of what was noted before this process was there."""
        self._thread.start()

    def _read(self) -> None:
        while os.read(self._notes, AT_ONCE):
            try:
                self._act()
            except Exception as fault:
                # a hint, as a poke is: the sweep looks for the dead as well
                log.warning("the dead could not be looked for; the sweep will", cause=type(fault).__name__)
