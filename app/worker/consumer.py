"""A worker's way back to a broker that was away: soon, and without a line in the log for every try."""

import time
import warnings
from typing import Any

import structlog
from celery.exceptions import CPendingDeprecationWarning
from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown

log = structlog.get_logger()

# ten lines at every broken connection about a default that we set (broker.py)
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning, module=r"celery\.worker")

RETRY = 1.0
"""Seconds between two tries. Celery's own grow to 30, for which nothing would be taken though the broker is back."""

SAID_EVERY = 60.0
"""Seconds between two lines about a broker that stays away."""


class SoonBack(Consumer):
    """Celery's consumer, with our pauses between tries to connect."""

    def ensure_connected(self, conn: Any) -> Any:
        """Return the connection when it stands, however long that takes; ends where the worker is told to."""
        away_since = said = 0.0

        def failed(fault: Exception, _pause: float) -> None:
            nonlocal away_since, said
            at = time.monotonic()
            away_since = away_since or at
            if not said or at - said >= SAID_EVERY:
                said = at
                cause = f"{type(fault).__name__}: {fault}"
                log.warning("the broker is away; this worker takes nothing until it is back", cause=cause)

        conn.ensure_connection(
            failed, interval_start=RETRY, interval_step=0, interval_max=RETRY, callback=maybe_shutdown
        )
        if away_since:
            log.info("the broker is back", seconds=round(time.monotonic() - away_since, 1))
        self.first_connection_attempt = False
        self.broker_connection_retry_attempt = 0
        return conn
