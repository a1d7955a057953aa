"""Does this worker still take pokes? Its event loop ticks; where the ticks stay away, the process lives for nothing.

Celery's own health is that of the process: after a broken connection to the broker a worker can live on and take
nothing (celery#8030, #8091, #10205). Its loop may even go round then, with an account that says that it is full: a loop
that takes nothing more while nothing is being worked does not count as ticking.
"""

import time
from collections.abc import Callable
from typing import Any

from celery.worker import state

TICK = 2.0
"""Seconds between two ticks of the loop."""

STALLED = 20.0
"""Seconds without a tick after which the worker no longer says that it lives: with the 30 s for which its last word
counts, it is called silent within a minute."""

HOPELESS = 60.0
"""Seconds without a tick, while the broker answers, after which the worker ends and is started afresh."""


class LoopWatch:
    """The ticks of a worker's event loop.

    Args:
        clock: gives seconds that only go forward.
        held: the number of pokes that were taken and are not worked yet.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        held: Callable[[], int] = lambda: len(state.reserved_requests),
    ) -> None:
        self._clock, self._held = clock, held
        self._last = clock()
        self._entry: Any = None
        self._timer: Any = None

    def on_ready(self, sender: Any = None, **_: Any) -> None:
        """Tick on the loop of a consumer that is ready: at the start, and after every broken connection anew."""
        if self._entry is not None:
            self._timer.cancel(self._entry)
        self._timer, account = sender.timer, sender.task_consumer.channel.qos

        def tick() -> None:
            if account.can_consume() or self._held():
                self.tick()

        self._entry = self._timer.call_repeatedly(TICK, tick)
        self.tick()

    def tick(self) -> None:
        """Note that the loop goes round, and takes what there is."""
        self._last = self._clock()

    def silent_for(self) -> float:
        """Return the seconds since the last tick."""
        return self._clock() - self._last

    def wrong(self) -> str:
        """Return what is wrong, in one sentence, or an empty text."""
        silent = self.silent_for()
        return f"this worker has taken nothing from the broker for {silent:.0f} s" if silent > STALLED else ""
