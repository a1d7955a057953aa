"""Figures of the whole Tagwork, asked for when somebody looks: few, cheap, kept for seconds, and never waited for long.

A source is asked on a thread of its own. Where it does not answer in time, the others are shown and it counts as down.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from agents.engine.figures import figures
from agents.journal.transaction import Journal
from app.metrics import catalogue

log = structlog.get_logger()

FRESH = 3.0
"""Seconds for which a source's figures are shown again: several who look at once cost one look."""

PATIENCE = 2.5
"""Seconds that whoever looks waits for a source; Prometheus itself gives up after ten by default."""

Values = Mapping[str, Mapping[str, float]]
"""For each metric the value by the text of its label; where it has none, by the empty text."""


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that is asked. `up` is the metric that says whether it answered; `ask` may raise, and may hang."""

    up: str
    ask: Callable[[], Values]


def of_journal(journal: Journal) -> Source:
    """Return the journal as a source."""

    def ask() -> Values:
        found = journal.read(figures)
        return {
            catalogue.DUE_AGE: found.due_age_seconds,
            catalogue.RUNS: found.runs,
            catalogue.LEASES: found.leases,
            catalogue.WORKERS: {"": found.workers},
            catalogue.THREADS: {"": found.threads},
            catalogue.THREADS_LOST: {"": found.threads_lost},
            catalogue.SWEEPER_UP: {"": float(found.sweeps)},
            catalogue.HELD_BACK: {"": float(found.held_back)},
            catalogue.SPENT_TODAY: {"": found.spent_usd},
            catalogue.RESERVED: {"": found.reserved_usd},
        }

    return Source(catalogue.JOURNAL_UP, ask)


def of_broker(queues: Callable[[], tuple[Mapping[str, int], int]]) -> Source:
    """Return the broker as a source. `queues`: pokes that wait, by queue, and those that are taken; may raise."""

    def ask() -> Values:
        waiting, taken = queues()
        return {catalogue.QUEUE_LENGTH: {**waiting}, catalogue.QUEUE_TAKEN: {"": taken}}

    return Source(catalogue.BROKER_UP, ask)


class Figures(Collector):
    """What Prometheus collects of some sources."""

    def __init__(self, sources: Sequence[Source], *, patience: float = PATIENCE) -> None:
        self._asked = [_Asked(source) for source in sources]
        self._patience = patience

    def registry(self) -> CollectorRegistry:
        """Return a registry of these figures alone."""
        made = CollectorRegistry()
        made.register(self)
        return made

    def describe(self) -> Iterator[Metric]:
        """Nothing: a registry that knows no names beforehand does not have to ask for them."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield what every source says, or that it is down."""
        ends = time.monotonic() + self._patience
        for one in self._asked:
            one.begin()
        for one in self._asked:
            found = one.found(max(0.0, ends - time.monotonic()))
            yield from (_family(name, by) for name, by in (found or {}).items())
            yield _family(one.source.up, {"": float(found is not None)})

    def close(self) -> None:
        """Ask no more."""
        for one in self._asked:
            one.close()


class _Asked:
    """One source, and what it said last. Never asked twice at a time."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=source.up)
        self._lock = threading.Lock()
        self._future: Future[Values] | None = None
        self._at = 0.0

    def begin(self) -> None:
        with self._lock:
            if self._future is None or (self._future.done() and time.monotonic() - self._at > FRESH):
                self._at = time.monotonic()
                self._future = self._pool.submit(self.source.ask)

    def found(self, seconds: float) -> Values | None:
        future = self._future
        if future is None:
            return None
        try:
            return future.result(timeout=seconds)
        except Exception as fault:
            log.debug("a source of metrics did not answer", source=self.source.up, cause=type(fault).__name__)
            return None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _family(name: str, by: Mapping[str, float]) -> Metric:
    known = catalogue.KNOWN[name]
    made = GaugeMetricFamily(name, known.says, labels=known.labels)
    for label, value in by.items():
        made.add_metric([label] if known.labels else [], value)
    return made
