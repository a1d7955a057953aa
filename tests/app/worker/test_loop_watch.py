"""A worker whose event loop stands still does not count as living, though its process does."""

from kombu.asynchronous.timer import Timer

from app.worker.loop_watch import STALLED, LoopWatch


class Consumer:
    """What Celery hands to `worker_ready`, as far as it is looked at."""

    def __init__(self) -> None:
        self.timer = Timer()


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
