"""A poke is a hint with at most an id; losing the broker loses time and nothing else."""

import base64
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from celery import Celery
from kombu import pools
from redis import Redis

from agents.engine.lease import LAST_MOMENT
from agents.engine.poke import Queue
from app.worker.broker import CeleryPoker, celery_app, task_name

OWN = 13
"""Number of the database of the run's Valkey that no other test uses."""


@contextmanager
def an_app(url: str) -> Iterator[Celery]:
    """A Celery app whose connections end with the block."""
    app = celery_app(url)
    try:
        yield app
    finally:
        app.close()
        # kombu keeps one pool for every app of the same URL
        pools.reset()


@pytest.fixture
def own_database() -> str:
    """The run's Valkey, in a database that no other test uses."""
    return os.environ["TEST_BROKER_URL"].replace("virtual_host=0", f"virtual_host={OWN}")


@pytest.mark.failure_mode(43)
def test_the_broker_never_hands_out_what_may_still_be_worked_on(own_database: str) -> None:
    # given the configuration of every process
    with an_app(own_database) as app:
        # then a message is not delivered again before the last moment of any claim, and a lost worker's is not replayed
        assert app.conf.broker_transport_options["visibility_timeout"] > LAST_MOMENT
        assert app.conf.task_acks_late
        assert not app.conf.task_reject_on_worker_lost
        assert app.conf.worker_prefetch_multiplier == 1
        assert app.conf.accept_content == ["json"]


def test_a_poke_carries_at_most_an_id(own_database: str) -> None:
    # given a poker on the run's Valkey
    path = own_database.removeprefix("redis+socket://").partition("?")[0]
    plain = Redis(unix_socket_path=path, db=OWN)
    plain.flushdb()
    with an_app(own_database) as app:
        poker = CeleryPoker(app)

        # when each queue is poked
        for queue in Queue:
            poker.poke(queue, "0123456789abcdef")
        poker.close()
        assert poker.backlog(Queue.DELIVER) == 1

        # then each message names its task, and its body holds the id and nothing else
        for queue in Queue:
            (raw,) = plain.lrange(f"tagwork:{queue.value}", 0, -1)
            message = json.loads(raw)
            arguments, keywords, _ = json.loads(base64.b64decode(message["body"]))
            assert message["headers"]["task"] == task_name(queue)
            assert arguments == ["0123456789abcdef"]
            assert keywords == {}
    plain.flushdb()
    plain.close()


def test_a_poke_is_the_message_that_celery_itself_would_send(own_database: str) -> None:
    # given a poke, and the same sent by Celery's own way
    path = own_database.removeprefix("redis+socket://").partition("?")[0]
    plain = Redis(unix_socket_path=path, db=OWN)
    plain.flushdb()
    with an_app(own_database) as app:
        poker = CeleryPoker(app)
        poker.poke(Queue.ADVANCE, "an id")
        poker.close()
        app.send_task(task_name(Queue.ADVANCE), args=["an id"], queue=Queue.ADVANCE.value, ignore_result=True)

    # when both are read, then they differ in nothing but what is each message's own
    theirs, ours = (json.loads(raw) for raw in plain.lrange("tagwork:advance", 0, -1))
    for one in (theirs, ours):
        assert one["headers"].pop("id") == one["headers"].pop("root_id") == one["properties"].pop("correlation_id")
        one["properties"].pop("delivery_tag")
        # where results would be told, which we have none of
        one["properties"].pop("reply_to")
    assert ours == theirs
    plain.flushdb()
    plain.close()


@pytest.mark.failure_mode(46)
def test_a_poke_to_a_broker_that_is_away_costs_its_caller_nothing() -> None:
    # given a port where nobody listens
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with an_app(f"redis://127.0.0.1:{port}/0") as app:
            poker = CeleryPoker(app)

            # when it is poked a hundred times
            before = time.monotonic()
            for _ in range(100):
                poker.poke(Queue.ADVANCE, "x")

            # then nobody waited, nothing was raised, and the backlog is told as unknown
            assert time.monotonic() - before < 1
            assert poker.backlog(Queue.ADVANCE) == 0
            poker.close()
