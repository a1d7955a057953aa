"""A channel keeps its client for as long as its connections."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from kombu import pools

from app.worker.broker import celery_app


@pytest.fixture
def app() -> Iterator[Celery]:
    """An app on a database of the run's Valkey that no other test uses."""
    made = celery_app(os.environ["TEST_BROKER_URL"].replace("virtual_host=0", "virtual_host=15"))
    yield made
    made.close()
    pools.reset()


def test_what_a_channel_does_goes_through_one_client_until_its_pool_is_given_up(app: Celery) -> None:
    # given a channel, when it is used twice over, then by the same client
    with app.connection_for_write() as connection:
        channel: Any = connection.default_channel
        with channel.conn_or_acquire() as first, channel.conn_or_acquire() as second:
            assert first is second
            assert first.ping()
        # and when its connections were given up, then by a new one, which reaches the server
        channel._disconnect_pools()
        with channel.conn_or_acquire() as third:
            assert third is not first
            assert third.ping()


def test_what_was_sent_is_received_and_acknowledged(app: Celery) -> None:
    # given a message that was sent
    with app.connection_for_write() as connection:
        app.send_task("tagwork.deliver", args=["an id"], queue="deliver")
        channel: Any = connection.default_channel
        assert channel.client.llen("deliver") == 1
        # when it is taken and acknowledged, then nothing is left of it
        message: Any = app.amqp.queues["deliver"](channel).get()
        assert channel.client.hlen("unacked") == 1
        message.ack()
        assert channel.client.llen("deliver") == 0
        assert channel.client.hlen("unacked") == 0
