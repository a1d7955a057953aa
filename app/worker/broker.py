"""Celery over Redis or Valkey: queues, acknowledgements, time limits. Only app/worker/ imports celery."""

import queue
import threading
import time
from typing import Any

import structlog
from celery import Celery, signals
from kombu import Queue as Named

from agents.boundaries import Crossing, Kind, across, nothing
from agents.engine.poke import Queue
from app.metrics.catalogue import POKES_FAILED

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds without a send after FAILURES in a row: a hung broker must not hold up whoever pokes; the sweeper does."""

FAILURES = 3

WAITING = 10_000
"""Pokes that may wait to be sent; past it they are dropped, and the sweeper finds the rows."""


@signals.setup_logging.connect
def _logging_is_ours(**_: Any) -> None:
    """Having a receiver keeps Celery from configuring logging."""


def celery_app(broker_url: str) -> Celery:
    """Return the Celery app. Every value's reason is in docs/contributors/celery.md."""
    app = Celery("tagwork", set_as_current=False)
    app.conf.update(
        broker_url=broker_url,
        result_backend="disabled://",
        broker_transport_options={
            "global_keyprefix": "tagwork:",
            "client_name": "tagwork",
            "visibility_timeout": 900,
            "unacked_restore_interval": 30,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 0.3,
            "socket_timeout": 0.5,
            "socket_keepalive": True,
            "health_check_interval": 10,
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0.1,
            "interval_max": 0.2,
        },
        task_publish_retry=False,
        broker_connection_retry=True,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=2,
        broker_channel_error_retry=True,
        broker_pool_limit=10,
        broker_pool_acquire_timeout=2,
        task_serializer="json",
        accept_content=["json"],
        task_protocol=2,
        task_ignore_result=True,
        task_acks_late=True,
        task_acks_on_failure=True,
        task_acks_on_timeout=True,
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_soft_shutdown_timeout=0,
        task_create_missing_queues=False,
        task_default_queue=Queue.ADVANCE.value,
        task_queues=[Named(one.value) for one in Queue],
        task_routes={task_name(one): {"queue": one.value} for one in Queue},
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        task_send_sent_event=False,
        worker_disable_rate_limits=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        enable_utc=True,
        timezone="UTC",
    )
    return app


def task_name(one: Queue) -> str:
    """Return the name of the Celery task that works a queue."""
    return f"tagwork.{one.value}"


class CeleryPoker:
    """Sends pokes from a thread of its own, so that nobody waits for the broker (agents.engine.poke.Poker).

    `cross` is told before and after each is sent.
    """

    def __init__(self, app: Celery, cross: Crossing = nothing) -> None:
        self._app = app
        self._cross = cross
        self._waiting: queue.Queue[tuple[Queue, str] | None] = queue.Queue(WAITING)
        self._failures = 0
        self._pause_until = 0.0
        self._thread = threading.Thread(target=self._send_all, name="poker", daemon=True)
        self._thread.start()

    def poke(self, queue: Queue, hint: str = "") -> None:
        """Say that something is due. Returns at once and never raises."""
        try:
            self._waiting.put_nowait((queue, hint))
        except Exception:
            POKES_FAILED.labels(queue.value).inc()
            log.warning("too many pokes wait; the sweeper will find this one", queue=queue.value)

    def backlog(self, queue: Queue) -> int:
        """Return how many pokes wait in the broker; 0 where it cannot be told."""
        if time.monotonic() < self._pause_until:
            return 0
        try:
            with self._app.connection_for_read() as connection:
                return int(connection.default_channel.client.llen(queue.value))  # type: ignore[attr-defined]
        except Exception as fault:
            log.debug("the broker's queue could not be measured", cause=type(fault).__name__)
            return 0

    def queues(self) -> tuple[dict[str, int], int]:
        """Return how many pokes wait in each queue, and how many workers have taken and not acknowledged.

        Raises whatever the client raises where the broker does not answer.
        """
        with self._app.connection_for_read() as connection:
            channel = connection.default_channel
            client = channel.client  # type: ignore[attr-defined]
            return {one.value: int(client.llen(one.value)) for one in Queue}, int(client.hlen("unacked"))

    def reached(self) -> None:
        """Return when the broker has answered. Raises whatever the client raises where it does not."""
        with self._app.connection_for_read() as connection:
            connection.default_channel.client.ping()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Send what waits, then end."""
        self._waiting.put(None)
        self._thread.join(timeout=2)

    def _send_all(self) -> None:
        while True:
            item = self._waiting.get()
            if item is None:
                return
            self._send(*item)

    def _send(self, queue: Queue, hint: str) -> None:
        if time.monotonic() < self._pause_until:
            POKES_FAILED.labels(queue.value).inc()
            return
        try:
            with across(self._cross, Kind.POKE, queue.value):
                self._app.send_task(task_name(queue), args=[hint], queue=queue.value)
            self._failures = 0
        except Exception as fault:
            POKES_FAILED.labels(queue.value).inc()
            self._failures += 1
            if self._failures >= FAILURES:
                self._pause_until = time.monotonic() + PAUSE
                self._failures = 0
            log.warning(
                "a poke could not be sent; the sweeper will",
                queue=queue.value,
                cause=f"{type(fault).__name__}: {fault}",
            )
