"""Delivers events to the app, attempt by attempt, and keeps the list of what was delivered and how it went."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field

from app.rehearsal.changes import Changes
from app.rehearsal.clock import Clock
from app.rehearsal.events.envelope import Event
from app.rehearsal.events.line import Line, Outcome
from app.rehearsal.json_shape import Json


@dataclass
class Pace:
    """Slack's patience (slack.md 2): 3 s for an acknowledgement, then three retries: about at once, after 1 and 5 min.

    All in seconds of real time. `retry_after` may be set to shorter waits; its length is the number of retries.
    """

    ack_seconds: float = 3.0
    retry_after: list[float] = field(default_factory=lambda: [0.0, 60.0, 300.0])


class Deliveries:
    """Sends what `send` is given, in its order: by Socket Mode frame by frame, by HTTP each after the last answer."""

    def __init__(self, changes: Changes, clock: Clock) -> None:
        self.pace = Pace()
        self.events: list[Event] = []
        self.line: Line | None = None
        self._changes = changes
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()

    def send(self, events: Sequence[Event]) -> None:
        """Keep these events and start delivering them."""
        self.events += {event.id: event for event in events}.values()
        if events and self.line is not None:
            self._start(self._in_order(list(events)))
        self._changes.note()

    def send_again(self, event: Event) -> None:
        """One more attempt now, as a retry, whatever came of the earlier ones."""
        self._start(self._once_more(event))

    async def interact(self, kind: str, payload: Json, wants_answer: bool) -> tuple[Outcome, float]:
        """Deliver what a person did, once (slack.md 3: nothing redelivers it). Out: how it ended, after how long."""
        if self.line is None:
            raise RuntimeError("There is no line to the app yet: nothing is delivered before the process serves.")
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome = await self.line.interact(kind, payload, wants_answer, self.pace.ack_seconds)
        return outcome, loop.time() - started

    async def end(self) -> None:
        """Stop every attempt and retry under way, and cut the line."""
        for task in list(self._under_way):
            task.cancel()
        if self.line is not None:
            await self.line.drop()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _in_order(self, events: list[Event]) -> None:
        seen: set[str] = set()
        for event in events:
            retry = 1 if event.id in seen else 0
            seen.add(event.id)
            if self.line is not None and self.line.at_once:
                self._start(self._first(event, retry))
            else:
                await self._first(event, retry)

    async def _first(self, event: Event, retry: int) -> None:
        acknowledged = await self._attempt(event, retry, "timeout" if retry else "")
        if not acknowledged and not retry:
            self._start(self._retries(event))

    async def _once_more(self, event: Event) -> None:
        await self._attempt(event, max(1, len(event.attempts)), "timeout")

    async def _retries(self, event: Event) -> None:
        for number, wait in enumerate(self.pace.retry_after, start=1):
            last = event.attempts[-1]
            if last.get("no_retry"):
                break
            await asyncio.sleep(wait)
            if event.state == "acknowledged" or await self._attempt(event, number, last.get("reason", "timeout")):
                return
        event.state = "given_up"
        self._changes.note()

    async def _attempt(self, event: Event, retry: int, reason: str) -> bool:
        if self.line is None:
            raise RuntimeError("There is no line to the app yet: events are delivered only once the process serves.")
        attempt = {"number": retry, "via": self.line.name, "at": self._clock.now(), "outcome": "under_way"}
        event.attempts.append(attempt)
        self._changes.note()
        loop = asyncio.get_running_loop()
        started = loop.time()
        outcome = await self.line.offer(event, retry, reason, self.pace.ack_seconds)
        attempt |= {
            "outcome": outcome.what,
            "seconds": loop.time() - started,
            "reason": outcome.reason,
            "no_retry": outcome.no_retry,
        }
        if outcome.acknowledged:
            event.state = "acknowledged"
        self._changes.note()
        return outcome.acknowledged
