"""Rehearsal's time: the machine's time plus an offset that tests set and every process reads from one file."""

import time
from pathlib import Path


class Clock:
    """Wall clock with an offset in seconds.

    With a file, the offset is whatever number the file holds (an absent or empty file means 0), read at each call so
    that another process may set it. Without a file the offset lives in memory.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Seconds added to the machine's time. Raises ValueError when the file holds something else than a number."""
        if self._file is None:
            return self._offset
        try:
            text = self._file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return 0.0
        return float(text) if text else 0.0

    def set_offset(self, seconds: float) -> None:
        """Set the offset; a file is replaced in one step, so that no reader sees half a number."""
        self._offset = seconds
        if self._file is not None:
            fresh = self._file.with_name(self._file.name + ".new")
            fresh.write_text(repr(float(seconds)), encoding="ascii")
            fresh.replace(self._file)

    def now(self) -> float:
        """Unix time in seconds, offset included."""
        return time.time() + self.offset
