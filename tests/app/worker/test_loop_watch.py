"""A worker whose event loop stands still does not count as living, though its process does."""

from types import SimpleNamespace

import pytest
from kombu.asynchronous.timer import Timer

from app.worker.loop_watch import STALLED, LoopWatch


class Consumer:
    """What Celery hands to `worker_ready`, as far as it is looked at."""

    def __init__(self, full: bool = False) -> None:
        self.timer = Timer()
        account = SimpleNamespace(can_consume=lambda: not full)
        self.task_consumer = SimpleNamespace(channel=SimpleNamespace(qos=account))

    def goes_round(self) -> None:
        """Do what the loop does when the tick's time has come."""
        self.timer.queue[0].entry()


def test_a_loop_that_ticks_is_well_and_one_that_does_not_is_called_wrong() -> None:
    # given a worker whose consumer is ready
    at = [100.0]
    watch = LoopWatch(clock=lambda: at[0])
    watch.on_ready(sender=Consumer())
    assert watch.wrong() == ""

    # when the loop stands still for longer than it may
    at[0] += STALLED + 1

    # then it is called wrong, with its seconds
    assert "for 21 s" in watch.wrong()

    # when it ticks again, then all is well
    watch.tick()
    assert watch.wrong() == ""


def test_the_tick_is_the_loops_own_and_is_kept_once_after_every_new_connection() -> None:
    # given a consumer that became ready twice, as after a broken connection
    consumer, watch = Consumer(), LoopWatch()
    watch.on_ready(sender=consumer)
    watch.on_ready(sender=consumer)

    # when its timer is looked at, then one tick stands there that is not cancelled
    assert len([one for one in consumer.timer.queue if not one.entry.canceled]) == 1


@pytest.mark.failure_mode(44)
@pytest.mark.parametrize(("held", "silent"), [(0, STALLED + 1), (4, 0.0)])
def test_a_loop_that_goes_round_and_takes_nothing_is_well_only_while_something_is_worked(
    held: int, silent: float
) -> None:
    # given a consumer whose account says that it is full
    at = [100.0]
    watch = LoopWatch(clock=lambda: at[0], held=lambda: held)
    full = Consumer(full=True)
    watch.on_ready(sender=full)

    # when its loop goes round
    at[0] += STALLED + 1
    full.goes_round()

    # then that counts where pokes are being worked, and not where there are none
    assert watch.silent_for() == silent
