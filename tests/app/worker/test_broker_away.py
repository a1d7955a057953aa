"""The broker goes away, hangs, comes back, is flushed: nobody waits for it, and what is due is not left to a pause."""

import json
import logging
import os
import signal
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from kombu import pools
from redis import Redis

from agents.engine.poke import Queue
from agents.engine.sweeper import find_sweeps
from app.valkey import Valkey, start_valkey
from app.worker.broker import LONG, SENT_UNSEEN, CeleryPoker, celery_app
from app.worker.consumer import RETRY, SoonBack
from tests.given.engines import Engine
from tests.given.time import move
from tests.given.waiting import until


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A server of this test's own."""
    running = start_valkey()
    yield running
    running.process.kill()
    running.process.wait()


@pytest.fixture
def poker(valkey: Valkey) -> Iterator[CeleryPoker]:
    """A poker on it."""
    app = celery_app(valkey.url)
    made = CeleryPoker(app)
    yield made
    made.close()
    app.close()
    pools.reset()


@pytest.fixture
def plain(valkey: Valkey) -> Iterator[Redis]:
    """The server as a plain client sees it."""
    client = Redis(unix_socket_path=str(valkey.folder / "valkey.sock"))
    yield client
    client.close()


def swept(engine: Engine, poker: CeleryPoker) -> Any:
    """Return one sweep after what is due, which remembers, with this poker."""
    sweep, room = next(one for one in find_sweeps() if one.name == "due").begin(), replace(engine.room, poker=poker)
    return lambda: sweep(room)


@pytest.mark.law("E10")
@pytest.mark.failure_mode(46)
def test_what_was_poked_is_poked_again_at_once_when_the_broker_was_flushed(
    postgres_engine: Engine, poker: CeleryPoker, plain: Redis
) -> None:
    # given a Run that is overdue, and was poked so often that its next poke is a minute away
    postgres_engine.asks("ann", "hello")
    move(postgres_engine.journal.database.clock, 3)
    sweep = swept(postgres_engine, poker)
    sweep()
    until(lambda: poker.backlog(Queue.ADVANCE) == 1, "the poke is in the queue")
    sweep()
    assert poker.backlog(Queue.ADVANCE) == 1

    # when the broker is flushed
    plain.flushall()
    sweep()

    # then the next sweep pokes it
    until(lambda: poker.backlog(Queue.ADVANCE) == 1, "the poke is in the queue again")


@pytest.mark.law("E10")
@pytest.mark.failure_mode(46)
def test_sweeps_while_the_broker_hangs_take_no_pause_from_a_row_and_cost_no_more_than_a_second(
    postgres_engine: Engine, poker: CeleryPoker, valkey: Valkey
) -> None:
    # given a Run that is overdue, and a broker that hangs
    postgres_engine.asks("ann", "hello")
    move(postgres_engine.journal.database.clock, 3)
    sweep = swept(postgres_engine, poker)
    os.kill(valkey.process.pid, signal.SIGSTOP)

    # when it is swept
    before = time.monotonic()
    sweep()
    took = time.monotonic() - before

    # then that ended within its socket's time, here and on a machine with other things to do
    assert took < 2

    # and when the broker goes on, then the next sweep pokes the Run
    os.kill(valkey.process.pid, signal.SIGCONT)
    sweep()
    until(lambda: poker.backlog(Queue.ADVANCE) == 1, "the poke is in the queue")


@pytest.mark.failure_mode(46)
@pytest.mark.failure_mode(47)
def test_a_poke_to_a_broker_that_hangs_returns_at_once(poker: CeleryPoker, valkey: Valkey) -> None:
    # given a broker that hangs
    os.kill(valkey.process.pid, signal.SIGSTOP)

    # when a listener pokes a hundred times
    before = time.monotonic()
    for _ in range(100):
        poker.poke(Queue.ADVANCE, "x")

    # then it did not wait, and what tells whether anything can be sent says no
    assert time.monotonic() - before < 0.3
    assert poker.holds() == ""
    os.kill(valkey.process.pid, signal.SIGCONT)


@pytest.mark.failure_mode(46)
def test_a_poker_whose_connection_was_ended_sends_by_another_one(poker: CeleryPoker, plain: Redis) -> None:
    # given a poker that has sent, and whose connection the broker then ended
    poker.poke(Queue.ADVANCE, "before")
    until(lambda: poker.backlog(Queue.ADVANCE) == 1, "the first poke is sent")
    plain.client_kill_filter(_type="normal", skipme=True)

    # when it is poked again, then at the latest the second of these arrives
    poker.poke(Queue.ADVANCE, "may be lost")
    poker.poke(Queue.ADVANCE, "after")
    until(
        lambda: b"after" in b64decode(json.loads(plain.lindex("tagwork:advance", 0) or "{}")["body"]), "the poke after"
    )


@pytest.mark.law("E10")
def test_thousands_of_pokes_at_once_leave_a_short_queue(poker: CeleryPoker) -> None:
    # given thousands of rows that become due at once, each with its poke, when they are sent
    for at in range(2_000):
        poker.poke(Queue.DELIVER, str(at))
    until(lambda: poker.backlog(Queue.DELIVER) >= LONG, "the queue is long")
    poker.close()

    # then so many wait as a few workers can use, and the sweep does the rest
    assert LONG <= poker.backlog(Queue.DELIVER) <= LONG + SENT_UNSEEN


@pytest.mark.failure_mode(44)
def test_a_worker_comes_back_within_seconds_however_long_the_broker_was_away(valkey: Valkey) -> None:
    # given the consumer that our workers use
    app = celery_app(valkey.url)
    assert app.conf.worker_consumer == f"{SoonBack.__module__}:{SoonBack.__name__}"
    pauses: list[float] = []

    class Away:
        """A connection that notes how long is waited between two tries, and stands at the sixth."""

        def ensure_connection(self, errback: Any, **pauses_of: Any) -> Any:
            for number in range(6):
                pause = min(pauses_of["interval_start"] + number * pauses_of["interval_step"], 30)
                pauses.append(pause)
                errback(ConnectionRefusedError("refused"), pause)
            return self

    # when it connects to a broker that is away for long
    consumer = SoonBack.__new__(SoonBack)
    consumer.ensure_connected(Away())

    # then the pauses do not grow
    assert set(pauses) == {RETRY}
    app.close()


@pytest.mark.failure_mode(44)
def test_a_full_worker_whose_acknowledgements_the_dead_broker_never_heard_takes_pokes_again(valkey: Valkey) -> None:
    # given a worker that may hold one poke, and holds it
    app = celery_app(valkey.url)
    with app.connection_for_read() as connection:
        channel: Any = connection.default_channel
        channel.basic_qos(0, 1, False)
        app.send_task("tagwork.deliver", args=["an id"], queue="deliver")
        message: Any = app.amqp.queues["deliver"](channel).get(no_ack=False)
        assert not channel.qos.can_consume()
        # when the broker dies before it hears that the poke was worked
        valkey.process.kill()
        valkey.process.wait()
        message.ack_log_error(logging.getLogger(__name__), channel.connection_errors)
        # then the worker is not held to be full any more
        assert channel.qos.can_consume()
    app.close()
    pools.reset()
