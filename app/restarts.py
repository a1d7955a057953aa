"""When something that dies is started again: at once, then after pauses that grow, and at last never."""

import time
from collections.abc import Callable

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds before the second start in a row, doubled for each further one. The first comes at once: people wait."""

YOUNG = 60.0
"""Seconds that something must live for its next death to be a first one again."""

GIVES_UP = 8
"""Early deaths in a row after which it is not started again: 24 s of trying at least, and more than the five that one
row may cost before it is ended with its cause (E6)."""


class Restarts:
    """How often one process has died of late, and when it may be started again, in seconds.

    `clock` gives seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._due = clock()
        self.deaths = 0
        self.running = False

    def began(self) -> None:
        """It was started."""
        self._began = self._clock()
        self.running = True

    def died(self) -> float | None:
        """It died. Returns the seconds until it is to be started again, or None where that is hopeless."""
        self.running = False
        self.deaths = 1 if self._clock() - self._began > YOUNG else self.deaths + 1
        if self.deaths > GIVES_UP:
            return None
        pause = 0.0 if self.deaths == 1 else min(FIRST_PAUSE * 2.0 ** (self.deaths - 2), LONGEST_PAUSE)
        self._due = self._clock() + pause
        return pause

    def wait(self) -> float:
        """Return the seconds until it may be started; 0 where it may be now."""
        return max(0.0, self._due - self._clock())
