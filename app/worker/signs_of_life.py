"""A worker says in the journal that it lives, for as long as it takes pokes; where that is hopeless it is ended."""

import threading
from collections.abc import Callable

import structlog

from agents.errors import JournalBusy
from agents.journal import processes
from agents.journal.transaction import Journal
from app.worker.loop_watch import HOPELESS, LoopWatch

log = structlog.get_logger()

BEAT = 10.0
"""Seconds between two signs of life in the journal."""


class SignsOfLife:
    """The signs of one worker.

    Args:
        owner: the process, as leases name it.
        slots: its threads.
        lost_threads: how many of them do not come back.
        reached: returns when the broker answers; raises where it does not.
        end: ends this process, so that it is started afresh; takes the cause.
    """

    def __init__(
        self,
        journal: Journal,
        owner: str,
        *,
        slots: int,
        lost_threads: Callable[[], int],
        watch: LoopWatch,
        reached: Callable[[], None],
        end: Callable[[str], None],
    ) -> None:
        self._journal, self._owner, self._slots, self._lost_threads = journal, owner, slots, lost_threads
        self._watch, self._reached, self._end = watch, reached, end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="signs-of-life", daemon=True)

    def start(self) -> None:
        """Say it, and again every BEAT."""
        self.give()
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye."""
        self._stop.set()
        try:
            self._journal.write(lambda tx: processes.say_gone(tx, self._owner))
        except JournalBusy as fault:
            log.warning("could not say good-bye; the row is forgotten later", cause=str(fault))

    def give(self) -> None:
        """Give a sign, unless this worker's loop stands still; end it where it does and the broker cannot be why."""
        wrong = self._watch.wrong()
        if not wrong:
            self._say()
            return
        log.warning("this worker is silent until it is well again", cause=wrong)
        if self._watch.silent_for() > HOPELESS and self._broker_answers():
            self._stop.set()
            self._end(wrong)

    def _run(self) -> None:
        while not self._stop.wait(BEAT):
            self.give()

    def _say(self) -> None:
        lost = self._lost_threads()
        try:
            self._journal.write(lambda tx: processes.say_alive(tx, self._owner, slots=self._slots, lost_threads=lost))
        except JournalBusy as fault:
            log.warning("the journal did not hear that this worker lives", cause=str(fault))

    def _broker_answers(self) -> bool:
        try:
            self._reached()
        except Exception as fault:
            log.info("the broker does not answer", cause=type(fault).__name__)
            return False
        return True
