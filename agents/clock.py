"""The one clock. Journal time is the database's: microseconds since 1970 UTC, plus an offset that tests set."""

import time
from pathlib import Path

MICROSECONDS = 1_000_000
"""Journal times are integers of this unit: they compare the same on SQLite and PostgreSQL."""


def us(seconds: float) -> int:
    """Return `seconds` as journal time."""
    return round(seconds * MICROSECONDS)


class Clock:
    """Host time plus the offset in `offset_file`, which holds one number of seconds. No file: no offset.

    The file is read by every process, so that a test moves the time of app, workers and Rehearsal together.
    """

    def __init__(self, offset_file: Path | None = None) -> None:
        self._file = offset_file
        self._seen = 0
        self._offset = 0

    def offset_us(self) -> int:
        """Return the offset in microseconds; the file is read again only when it changed."""
        if self._file is None:
            return 0
        try:
            changed = self._file.stat().st_mtime_ns
        except FileNotFoundError:
            return 0
        if changed != self._seen:
            self._offset = us(float(self._file.read_text() or 0))
            self._seen = changed
        return self._offset

    def now_us(self) -> int:
        """Return the host's time with the offset. SQLite's journal time; with PostgreSQL only for logs."""
        return time.time_ns() // 1000 + self.offset_us()
