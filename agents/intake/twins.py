"""Posts that this process has just taken in: their second event, which adds nothing, is not asked of the journal (E16).

Slack sends a mention as `app_mention` and as `message`, within a few milliseconds. The post key in the journal is what
decides; this only knows what this very process has committed under it.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Event, Lock

from agents.posts import Became, Post, Receipt

Key = tuple[str, str, str, str]

REMEMBERED = 1_000
"""Posts that are remembered; half a minute of them at thirty mentions a second."""

LATELY = 10.0
"""Seconds for which one is. What comes later is rare, and the journal knows it."""

PATIENCE = 2.0
"""Seconds for which an event waits for its twin, as long as intake waits for the journal; then it asks that itself."""

INPUTS = frozenset({Became.STARTED, Became.JOINED, Became.UNJUDGED})
"""What was stored as an Input, under the post's key."""


class Twins:
    """The posts that one process takes in now, and those that it has taken in lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._coming: dict[Key, Event] = {}
        self._came: OrderedDict[Key, tuple[float, str]] = OrderedDict()

    def once(self, post: Post, receive: Callable[[], Receipt]) -> Receipt:
        """Take a post in by `receive`, after its twin where that is under way; a duplicate that brings nothing is told.

        Raises whatever `receive` raises; a twin that was not taken in leaves it to the other.
        """
        key = (post.app_id, post.team_id, post.channel, post.of_key)
        mine = Event()
        while True:
            with self._lock:
                twin = self._coming.get(key)
                if twin is None:
                    input_id = self._input_of(key)
                    if input_id and not (post.files or post.named_files):
                        return Receipt(Became.DUPLICATE, "", input_id)
                    self._coming[key] = mine
                    break
            if not twin.wait(PATIENCE):
                return receive()
        try:
            receipt = receive()
            if receipt.became in INPUTS and receipt.input_id:
                self._keep(key, receipt.input_id)
            return receipt
        finally:
            with self._lock:
                del self._coming[key]
            mine.set()

    def _input_of(self, key: Key) -> str:
        at, input_id = self._came.get(key, (0.0, ""))
        return input_id if input_id and time.monotonic() - at < LATELY else ""

    def _keep(self, key: Key, input_id: str) -> None:
        with self._lock:
            self._came[key] = (time.monotonic(), input_id)
            while len(self._came) > REMEMBERED:
                self._came.popitem(last=False)
