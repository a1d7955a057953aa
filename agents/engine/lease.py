"""Claims that this process holds: their heartbeat, their last moment, and the word when one is lost (E6, E8, E9)."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

import structlog

from agents.clock import us
from agents.engine.owner import this_process
from agents.errors import JournalBusy
from agents.journal import deliveries, runs, toolcalls
from agents.journal.transaction import Journal, Transaction

log = structlog.get_logger()

LAST_MOMENT = 600.0
"""Seconds after which a claim is no longer renewed and its thread counts as lost (E8)."""

MOST_LOST = 3
"""Lost threads at which a worker drains and exits (E8)."""


class Kind(StrEnum):
    """What can be claimed."""

    RUN = "run"
    CALL = "tool_call"
    DELIVERY = "delivery"


_RENEW: dict[Kind, Callable[[Transaction, str, int, str, int], bool]] = {
    Kind.RUN: runs.renew,
    Kind.CALL: toolcalls.renew,
    Kind.DELIVERY: deliveries.renew,
}


class Claim:
    """One row that this process may act on for now. `owner`, `fence` are what its writes must match."""

    def __init__(
        self, kind: Kind, row_id: str, fence: int, lease: float, last_moment: float, since: float | None = None
    ) -> None:
        self.kind = kind
        self.row_id = row_id
        self.fence = fence
        self.lease = lease
        # the journal counts from the claiming statement, so this process must not count from any later moment (E9)
        self.until = (time.monotonic() if since is None else since) + lease
        self.ends = time.monotonic() + min(last_moment, LAST_MOMENT)
        self.lost = threading.Event()
        self.thread_lost = False

    def begin_anew(self) -> None:
        """Give the next Turn of the same claim a last moment of its own (E8)."""
        self.ends = time.monotonic() + LAST_MOMENT

    def alive(self) -> bool:
        """Whether this process may still believe that it holds the row."""
        return not self.lost.is_set() and time.monotonic() < self.until

    def outlives(self, seconds: float) -> bool:
        """Whether the lease lasts longer than a call that takes `seconds` (E9)."""
        return self.alive() and self.until - time.monotonic() > seconds


class Claims:
    """Every claim of this process, and the one thread that renews them each third of the lease."""

    def __init__(self, journal: Journal, lease: float, on_drain: Callable[[], None] = lambda: None) -> None:
        self.journal = journal
        self.lease = lease
        self.owner = this_process()
        self.call_deadline = lease / 3
        self._on_drain = on_drain
        self._held: set[Claim] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._beating: threading.Thread | None = None
        self._drained = False

    @property
    def lease_us(self) -> int:
        """The lease's length as journal time."""
        return us(self.lease)

    @contextmanager
    def held(
        self, kind: Kind, row_id: str, fence: int, *, last_moment: float = LAST_MOMENT, since: float | None = None
    ) -> Iterator[Claim]:
        """Keep a row that was just claimed alive while the block runs.

        `since` is a moment of the monotonic clock before the claiming statement; None: now.
        """
        claim = Claim(kind, row_id, fence, self.lease, last_moment, since)
        with self._lock:
            self._held.add(claim)
            if self._beating is None:
                self._beating = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
                self._beating.start()
        try:
            yield claim
        except JournalBusy:
            self._let_go(claim)
            raise
        finally:
            with self._lock:
                self._held.discard(claim)

    def _let_go(self, claim: Claim) -> None:
        """End a lease under which nobody works any more, whatever became of its last write: others need not wait."""
        try:
            self.journal.write(lambda tx: _RENEW[claim.kind](tx, claim.row_id, claim.fence, self.owner, 0))
        except JournalBusy as fault:
            log.warning("a lease could not be ended; it runs out", row=claim.row_id, cause=str(fault))

    def renew(self, claim: Claim) -> bool:
        """Extend one claim now. False: it is lost."""
        before = time.monotonic()
        try:
            renewed = self.journal.write(
                lambda tx: _RENEW[claim.kind](tx, claim.row_id, claim.fence, self.owner, self.lease_us)
            )
        except JournalBusy:
            return claim.alive()
        if renewed:
            claim.until = before + self.lease
        else:
            claim.lost.set()
            log.warning("lease lost", kind=claim.kind.value, row=claim.row_id, fence=claim.fence)
        return renewed

    def count(self) -> int:
        """How many claims are held."""
        with self._lock:
            return len(self._held)

    def lost_threads(self) -> int:
        """How many threads are past the last moment of their claim."""
        with self._lock:
            return sum(claim.thread_lost for claim in self._held)

    def _beat(self) -> None:
        while not self._wake.wait(self.lease / 3):
            with self._lock:
                held = list(self._held)
            for claim in held:
                if claim.lost.is_set():
                    continue
                try:
                    self._look_at(claim)
                except Exception as fault:
                    # one claim's fault must not end the others' renewals; a traceback each beat would be slow
                    log.error(
                        "a claim could not be renewed", row=claim.row_id, cause=f"{type(fault).__name__}: {fault}"
                    )

    def _look_at(self, claim: Claim) -> None:
        if time.monotonic() > claim.ends:
            self._lose_thread(claim)
        else:
            self.renew(claim)

    def _lose_thread(self, claim: Claim) -> None:
        claim.lost.set()
        claim.thread_lost = True
        log.error("a claim outlived its last moment; its thread is lost", kind=claim.kind.value, row=claim.row_id)
        if self.lost_threads() >= MOST_LOST and not self._drained:
            self._drained = True
            self._on_drain()

    def close(self) -> None:
        """Stop the heartbeat."""
        self._wake.set()
