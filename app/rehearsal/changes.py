"""Wakes those who wait for something to become true in the rehearsed workspace."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


class Changes:
    """`note()` after every change; `until()` looks again after each."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def note(self) -> None:
        """Something changed: everyone who waits looks again."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def until(self, look: Callable[[], tuple[bool, Seen]], seconds: float) -> tuple[bool, Seen]:
        """What `look` sees as soon as it says True, or its last word after `seconds` (real time)."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        met, seen = look()
        while not met and (left := end - loop.time()) > 0:
            waiter = loop.create_future()
            self._waiting.add(waiter)
            await asyncio.wait([waiter], timeout=left)
            self._waiting.discard(waiter)
            met, seen = look()
        return met, seen
