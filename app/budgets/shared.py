"""Buckets that all processes share, in the broker's server; each process has its own while that does not answer."""

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import structlog
from redis import BlockingConnectionPool, Redis, RedisError

from agents.clock import Clock
from app.budgets.gcra import MOST_HELD, MOST_PROMISED, Bucket, Standing, ask, hold

log = structlog.get_logger()

PATIENCE = 0.1
"""Seconds that a call may wait for the broker's server, which answers in a tenth of a millisecond when it is well."""

PAUSE = 5.0
"""Seconds without a look after the server did not answer, so that a hung one does not hold up every call."""

CONNECTIONS = 8
"""Connections a process keeps: each is used for a tenth of a millisecond at a time."""

MOST_KEPT = 4_096
"""Buckets of its own that a process keeps before it drops those at rest: one a channel and method in use."""

SCRIPT = (Path(__file__).parent / "gcra.lua").read_text()


class OwnBuckets:
    """Buckets of this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._standings: defaultdict[str, Standing] = defaultdict(Standing)

    def ask(self, buckets: Sequence[Bucket], part: int) -> float:
        """Take a call. Returns 0.0, or the seconds until the caller's turn."""
        with self._lock:
            return ask(self._standings, buckets, part, self._at()) / 1_000_000

    def hold(self, buckets: Sequence[Bucket], seconds: float) -> None:
        """Let nobody call for so long."""
        with self._lock:
            hold(self._standings, buckets, int(seconds * 1_000_000), self._at())

    def _at(self) -> int:
        at = self._clock.now_us()
        if len(self._standings) > MOST_KEPT:
            for key in [key for key, one in self._standings.items() if max(one.busy, one.held) < at]:
                del self._standings[key]
        return at


class SharedBuckets:
    """Buckets in the broker's server: one round trip for all buckets of a call. Never raises, never waits long."""

    def __init__(self, broker_url: str, clock: Clock, *, prefix: str = "tagwork:budget:") -> None:
        """`broker_url` as Celery takes it; one that only Celery understands leaves each process its own buckets."""
        self._prefix = prefix
        self._clock = clock
        self._own = OwnBuckets(clock)
        self._away_until = 0.0
        url = redis_url(broker_url)
        self._redis: Redis | None = None
        if url:
            pool = BlockingConnectionPool.from_url(
                url,
                max_connections=CONNECTIONS,
                timeout=PATIENCE,
                socket_timeout=PATIENCE,
                socket_connect_timeout=PATIENCE,
                client_name="tagwork-budget",
            )
            self._redis = Redis(connection_pool=pool)
            self._script = self._redis.register_script(SCRIPT)

    def ask(self, buckets: Sequence[Bucket], part: int) -> float:
        """Take a call. Returns 0.0, or the seconds until the caller's turn."""
        waits = self._run("ask", part, buckets)
        return self._own.ask(buckets, part) if waits is None else waits / 1_000_000

    def hold(self, buckets: Sequence[Bucket], seconds: float) -> None:
        """Let nobody call for so long, in any process."""
        self._own.hold(buckets, seconds)
        self._run("hold", int(seconds * 1_000_000), buckets)

    def close(self) -> None:
        """Give every connection back."""
        if self._redis is not None:
            self._redis.connection_pool.disconnect()

    def _run(self, act: str, given: int, buckets: Sequence[Bucket]) -> int | None:
        """Run the script. None: the server is away, or cannot be reached from here."""
        if self._redis is None or time.monotonic() < self._away_until:
            return None
        numbers = [number for one in buckets for number in (one.interval, one.burst)]
        # the server's own clock is the same for all machines, unless a test has moved the one clock
        at = self._clock.now_us() if self._clock.offset_us() else 0
        try:
            return int(
                self._script(
                    keys=[self._prefix + one.key for one in buckets],
                    args=[act, at, given, MOST_HELD, MOST_PROMISED, *numbers],
                )
            )
        except (RedisError, OSError) as fault:
            self._away_until = time.monotonic() + PAUSE
            log.warning(
                "the broker's server does not answer; each process counts its own calls", cause=type(fault).__name__
            )
            return None


def redis_url(broker_url: str) -> str:
    """Return Celery's address of a broker as redis-py takes it; "" for one that only Celery understands."""
    parts = urlsplit(broker_url)
    if parts.scheme in {"redis", "rediss"}:
        return broker_url
    if parts.scheme == "redis+socket":
        database = parse_qs(parts.query).get("virtual_host", ["0"])[0]
        return f"unix://{parts.path}?db={database}"
    return ""
