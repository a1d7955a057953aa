"""Counts what was committed: the audit events of this process's transactions, each once and only when they are durable.

One place instead of a counter beside every act: what is on the trail is counted, and what was rolled back is not.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from agents.audit.events import Event
from agents.journal.audit import Happened
from agents.runs.failures import cause_of
from app.metrics import catalogue

log = structlog.get_logger()

MOST_TIMED = 10_000
"""Begins that are remembered until their end: what another process ends is forgotten, oldest first."""

ENDS = {
    Event.RUN_DONE: catalogue.RUNS_ENDED,
    Event.RUN_FAILED: catalogue.RUNS_ENDED,
    Event.RUN_STOPPED: catalogue.RUNS_ENDED,
    Event.TURN_COMPLETE: catalogue.TURNS,
    Event.TURN_BROKEN: catalogue.TURNS,
    Event.CALL_SUCCEEDED: catalogue.TOOL_CALLS,
    Event.CALL_FAILED: catalogue.TOOL_CALLS,
    Event.CALL_DENIED: catalogue.TOOL_CALLS,
    Event.CALL_UNKNOWN: catalogue.TOOL_CALLS,
    Event.CALL_STOPPED: catalogue.TOOL_CALLS,
    Event.APPROVAL_GRANTED: catalogue.APPROVALS,
    Event.APPROVAL_REFUSED: catalogue.APPROVALS,
    Event.APPROVAL_EXPIRED: catalogue.APPROVALS,
    Event.APPROVAL_SUPERSEDED: catalogue.APPROVALS,
    Event.DELIVERY_SENT: catalogue.DELIVERIES,
    Event.DELIVERY_GIVEN_UP: catalogue.DELIVERIES,
    Event.DELIVERY_DOOMED: catalogue.DELIVERIES,
}
"""What is counted by its outcome, which is the second half of the event's name."""

LOSSES = frozenset({Event.RUN_LEASE_LOST, Event.CALL_LEASE_LOST, Event.DELIVERY_LEASE_LOST})

TOKEN_KINDS = {
    "fresh": "input",
    "cache_read": "cache_read",
    "cache_write_5m": "cache_write",
    "cache_write_1h": "cache_write",
    "output": "output",
}
"""How rows name tokens, and how the label does."""


class Counting:
    """What one process counts. `clock` gives seconds that only go forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, events: Sequence[Happened]) -> None:
        """Count one transaction's events. Never raises: what is durable must not fail over a counter."""
        for one in events:
            try:
                self._count(one.event, one.data)
            except Exception:
                log.exception("an event could not be counted", event_name=one.event.value)

    def _count(self, event: Event, data: Mapping[str, Any]) -> None:
        subject, _, what = event.value.partition(":")
        if event in ENDS:
            ENDS[event].labels(what).inc()
        elif event in LOSSES:
            catalogue.LEASE_LOSSES.labels(subject).inc()
        elif event is Event.RUN_QUEUED:
            catalogue.RUNS_STARTED.inc()
        elif event is Event.RUN_RECOVERED:
            catalogue.RUNS_RECOVERED.inc()
        if event in {Event.TURN_COMPLETE, Event.TURN_BROKEN}:
            self._turn(event, data)
        if event in {Event.APPROVAL_GRANTED, Event.APPROVAL_REFUSED}:
            catalogue.APPROVAL_SECONDS.labels(what).observe(data["waited_us"] / 1_000_000)
        elif event in {Event.VOTE_COUNTED, Event.VOTE_REFUSED}:
            catalogue.VOTES.labels(str(data.get("why", what))).inc()
        self._time(event, data)

    def _turn(self, event: Event, data: Mapping[str, Any]) -> None:
        model = data.get("model")
        if model is None:
            # it was broken by us: handed back, stopped, or its worker was lost
            return
        for name, kind in TOKEN_KINDS.items():
            catalogue.TOKENS.labels(model, kind).inc(data.get(name, 0))
        catalogue.COST.labels(model).inc(data.get("cost_micro_usd", 0) / 1_000_000)
        if event is Event.TURN_BROKEN:
            catalogue.MODEL_FAULTS.labels(cause_of(str(data.get("cause", ""))).kind).inc()

    def _time(self, event: Event, data: Mapping[str, Any]) -> None:
        if event is Event.TURN_STARTED:
            self._begin(data["turn"])
        elif event is Event.CALL_RUNNING:
            self._begin(data["call"], str(data["tool"]))
        elif event in {Event.TURN_COMPLETE, Event.TURN_BROKEN}:
            took = self._end(data["turn"])
            if took is not None and event is Event.TURN_COMPLETE:
                catalogue.TURN_SECONDS.observe(took[0])
        elif event.value.startswith("tool_call:"):
            took = self._end(data["call"])
            if took is not None and event in {Event.CALL_SUCCEEDED, Event.CALL_FAILED}:
                catalogue.TOOL_CALL_SECONDS.labels(took[1]).observe(took[0])

    def _begin(self, row_id: str, name: str = "") -> None:
        with self._lock:
            self._begun[row_id] = (self._clock(), name)
            if len(self._begun) > MOST_TIMED:
                self._begun.popitem(last=False)

    def _end(self, row_id: str) -> tuple[float, str] | None:
        with self._lock:
            begun = self._begun.pop(row_id, None)
        return None if begun is None else (self._clock() - begun[0], begun[1])


COUNTING = Counting()
"""This process's counts."""
