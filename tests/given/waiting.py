"""Waits on conditions with a deadline, and lets transactions of PostgreSQL meet at the point of a race."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select, text

from agents.journal.audit import HEADS
from agents.journal.transaction import Journal, Transaction

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds after which a condition that does not come about fails its test."""

_STUCK = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def until(condition: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Return the first true answer of `condition`. Raises AssertionError with `what` when time is up."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while not (answer := condition()):
        if time.monotonic() > ends:
            raise AssertionError(f"not within {seconds} s: {what}")
        pause.wait(0.005)
    return answer


def until_stuck(journal: Journal, many: int = 1) -> None:
    """Wait until so many transactions of this database wait for a lock."""
    with journal.database.engine.connect() as connection:
        looking = connection.execution_options(isolation_level="AUTOCOMMIT")
        until(lambda: int(looking.execute(_STUCK).scalar_one()) >= many, f"{many} transactions waiting for a lock")


@dataclass
class Held:
    """A transaction that has done its work and is not committed before `let_go`."""

    at_point: threading.Event = field(default_factory=threading.Event)
    going: threading.Event = field(default_factory=threading.Event)

    def let_go(self) -> None:
        """Let it commit."""
        self.going.set()

    def stand(self) -> None:
        """Stand still, from within the transaction."""
        self.at_point.set()
        assert self.going.wait(PATIENCE)


@contextmanager
def at_once() -> Iterator[ThreadPoolExecutor]:
    """Threads for one test."""
    with ThreadPoolExecutor(16) as pool:
        yield pool


def held_open(pool: ThreadPoolExecutor, journal: Journal, work: Callable[[Transaction], T]) -> tuple[Held, "Future[T]"]:
    """Begin a transaction, do `work` in it and keep it open; returns when it stands there."""
    held = Held()

    def whole(tx: Transaction) -> T:
        done = work(tx)
        held.stand()
        return done

    begun: Future[Any] = pool.submit(journal.write, whole)
    until(lambda: held.at_point.is_set() or begun.done(), "the transaction reached its point")
    if begun.done():
        begun.result()
    return held, begun


def lock_heads(tx: Transaction) -> None:
    """Hold back every commit that has something for the trail, at its very last step."""
    tx.rows(select(HEADS).with_for_update(key_share=True))
