"""Does this worker still take pokes? Its event loop ticks; where the ticks stay away, the process lives for nothing.

Celery's own health is that of the process: after a broken connection to the broker a worker can live on and take
nothing (celery#8030, #8091, #10205).
"""

import time
from collections.abc import Callable
from typing import Any

TICK = 2.0
"""Seconds between two ticks of the loop."""

STALLED = 20.0
"""Seconds without a tick after which the worker no longer says that it lives: with the 30 s for which its last word
counts, it is called silent within a minute."""

HOPELESS = 60.0
"""Seconds without a tick, while the broker answers, after which the worker ends and is started afresh."""


class LoopWatch:
    """The ticks of a worker's event loop. `clock` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._entry: Any = None
        self._timer: Any = None

    def on_ready(self, sender: Any = None, **_: Any) -> None:
        """Tick on the loop of a consumer that is ready: at the start, and after every broken connection anew."""
        if self._entry is not None:
            self._timer.cancel(self._entry)
        self._timer = sender.timer
        self._entry = self._timer.call_repeatedly(TICK, self.tick)
        self.tick()

    def tick(self) -> None:
        """Note that the loop goes round."""
        self._last = self._clock()

    def silent_for(self) -> float:
        """Return the seconds since the last tick."""
        return self._clock() - self._last

    def wrong(self) -> str:
        """Return what is wrong, in one sentence, or an empty text."""
        silent = self.silent_for()
        return f"this worker has taken nothing from the broker for {silent:.0f} s" if silent > STALLED else ""
