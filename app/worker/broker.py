"""Celery over Redis or Valkey: queues, acknowledgements, time limits. Only app/worker/ imports celery."""

import queue
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from celery import Celery, signals
from kombu import Queue as Named

from agents.boundaries import Crossing, Kind, across, nothing
from agents.engine.poke import Queue
from app.metrics.catalogue import POKES_FAILED
from app.worker.one_client import keep_one_client

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds without a send after FAILURES in a row: a hung broker must not hold up whoever pokes; the sweeper does."""

FAILURES = 3

STANDING = "standing"
"""The hash that is gone when the broker was flushed or began afresh."""

LONG = 500
"""Pokes in one queue from which on no more are sent: any worker that takes one takes the next due rows by itself, and
the sweep tops up. Thousands would each cost a look at the journal that finds nothing."""

SENT_UNSEEN = 50
"""Pokes to one queue after which its length is looked at again."""

LOOK = 1.0
"""Seconds for which a queue that was found long is believed to be."""

WAITING = 10_000
"""Pokes that may wait to be sent; past it they are dropped, and the sweeper finds the rows."""


@signals.setup_logging.connect
def _logging_is_ours(**_: Any) -> None:
    """Having a receiver keeps Celery from configuring logging."""


def celery_app(broker_url: str) -> Celery:
    """Return the Celery app. Every value's reason is in docs/contributors/celery.md."""
    keep_one_client()
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
        worker_consumer="app.worker.consumer:SoonBack",
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
        self._producer: Any = None
        self._failures = 0
        self._pause_until = 0.0
        self._unseen = dict.fromkeys(Queue, 0)
        self._full_until = dict.fromkeys(Queue, 0.0)
        self._thread = threading.Thread(target=self._send_all, name="poker", daemon=True)
        self._thread.start()

    def poke(self, queue: Queue, hint: str = "") -> None:
        """Say that something is due. Returns at once and never raises."""
        try:
            with across(self._cross, Kind.POKE, f"hint {queue.value}"):
                self._waiting.put_nowait((queue, hint))
        except Exception:
            POKES_FAILED.labels(queue.value).inc()
            log.warning("too many pokes wait; the sweeper will find this one", queue=queue.value)

    def backlog(self, queue: Queue) -> int:
        """Return how many pokes wait in the broker; 0 where it cannot be told. Those in work are not counted."""
        try:
            with self._asked() as client:
                return int(client.llen(queue.value))
        except Exception as fault:
            log.debug("the broker's queue could not be measured", cause=type(fault).__name__)
            return 0

    def holds(self) -> str:
        """Return a word that the broker keeps beside the queues; empty where it cannot be asked."""
        try:
            with self._asked() as client:
                held = client.hget(STANDING, "since")
                if held is None:
                    client.hset(STANDING, "since", uuid.uuid4().hex)
                    held = client.hget(STANDING, "since")
        except Exception as fault:
            log.debug("the broker could not be asked", cause=type(fault).__name__)
            return ""
        self._pause_until = 0.0
        return str(held.decode() if isinstance(held, bytes) else held)

    def queues(self) -> tuple[dict[str, int], int]:
        """Return how many pokes wait in each queue, and how many workers have taken and not acknowledged.

        Raises whatever the client raises where the broker does not answer.
        """
        with self._asked() as client:
            return {one.value: int(client.llen(one.value)) for one in Queue}, int(client.hlen("unacked"))

    def reached(self) -> None:
        """Return when the broker has answered. Raises whatever the client raises where it does not."""
        with self._asked() as client:
            client.ping()

    @contextmanager
    def _asked(self) -> Iterator[Any]:
        """A client whose keys have our prefix, as far as kombu puts it before a command's."""
        with self._app.connection_for_read() as connection:
            yield connection.default_channel.client  # type: ignore[attr-defined]

    def close(self) -> None:
        """Send what waits, then end."""
        self._waiting.put(None)
        self._thread.join(timeout=2)

    def _send_all(self) -> None:
        while True:
            item = self._waiting.get()
            if item is None:
                self._let_go()
                return
            self._send(*item)

    def _send(self, queue: Queue, hint: str) -> None:
        if time.monotonic() < self._pause_until:
            POKES_FAILED.labels(queue.value).inc()
            return
        if self._is_full(queue):
            return
        try:
            with across(self._cross, Kind.POKE, queue.value):
                self._publish(queue, hint)
            self._failures = 0
        except Exception as fault:
            self._let_go()
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

    def _publish(self, queue: Queue, hint: str) -> None:
        """Send the message that `send_task` would, without what that looks up anew every time: half of its CPU."""
        if self._producer is None:
            self._producer = self._app.amqp.Producer(self._app.connection_for_write(), auto_declare=False)
        task = self._app.amqp.create_task_message(uuid.uuid4().hex, task_name(queue), [hint], {}, ignore_result=True)
        self._producer.publish(
            task.body,
            exchange="",
            routing_key=queue.value,
            serializer="json",
            headers=task.headers,
            **task.properties,
        )

    def _let_go(self) -> None:
        """Have the next send begin with a connection of its own, whatever state this one is in."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(Exception):
                producer.connection.close()

    def _is_full(self, queue: Queue) -> bool:
        at = time.monotonic()
        if at < self._full_until[queue]:
            return True
        self._unseen[queue] += 1
        if self._unseen[queue] < SENT_UNSEEN:
            return False
        if self.backlog(queue) < LONG:
            self._unseen[queue] = 0
            return False
        self._full_until[queue] = at + LOOK
        return True
