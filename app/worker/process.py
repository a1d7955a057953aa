"""One worker process: Celery's threads pool over the engine, drained on SIGTERM."""

import os
import signal
import threading
from importlib import import_module
from typing import Any

import structlog
from celery import signals

from agents.errors import JournalBusy
from agents.journal import processes
from agents.journal.transaction import Journal
from app import wiring
from app.settings import Settings
from app.worker.broker import CeleryPoker, celery_app
from app.worker.tasks import register

log = structlog.get_logger()

BEAT = 10.0
"""Seconds between two signs of life in the journal."""

DRAIN = 30.0
"""Seconds that a worker with lost threads may take to end before it is ended."""


def work(settings: Settings, broker_url: str) -> int:
    """Work until the process is told to end. Returns the exit code."""
    draining = threading.Event()
    place = wiring.in_slack(settings, listens=False)
    app = celery_app(broker_url)
    app.set_default()
    journal = wiring.open_journal(settings)
    wiring.register_workspace(journal, place.us)
    poker = CeleryPoker(app)
    room = wiring.room_of(settings, journal, place, poker, on_drain=_drain_and_exit, draining=draining.is_set)
    register(app, room)
    app.finalize()
    # 1.2 s of imports that the first mention shall not wait for
    import_module(settings.provider)

    def on_shutdown(**_: Any) -> None:
        draining.set()

    signals.worker_shutting_down.connect(on_shutdown)
    beat = _Beat(journal, room.claims.owner, settings.engine.threads, room.claims.lost_threads)
    worker = app.Worker(
        pool="threads",
        concurrency=settings.engine.threads,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        hostname=f"tagwork-{os.getpid()}@{os.uname().nodename}",
        loglevel="WARNING",
        quiet=True,
    )
    beat.start()
    log.info("working", threads=settings.engine.threads, model=settings.model)
    try:
        worker.start()
    finally:
        beat.stop()
        poker.close()
        room.claims.close()
    return int(worker.exitcode or 0)


class _Beat:
    """Says in the journal that this worker lives."""

    def __init__(self, journal: Journal, owner: str, slots: int, lost: Any) -> None:
        self._journal, self._owner, self._slots, self._lost = journal, owner, slots, lost
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="signs-of-life", daemon=True)

    def start(self) -> None:
        self._say()
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        try:
            self._journal.write(lambda tx: processes.say_gone(tx, self._owner))
        except JournalBusy as fault:
            log.warning("could not say good-bye; the row is forgotten later", cause=str(fault))

    def _run(self) -> None:
        while not self._stop.wait(BEAT):
            self._say()

    def _say(self) -> None:
        lost = self._lost()
        try:
            self._journal.write(lambda tx: processes.say_alive(tx, self._owner, slots=self._slots, lost_threads=lost))
        except JournalBusy as fault:
            log.warning("the journal did not hear that this worker lives", cause=str(fault))


def _drain_and_exit() -> None:
    """Too many threads are lost: end, and be started afresh."""
    log.error("too many lost threads; this worker ends")
    os.kill(os.getpid(), signal.SIGTERM)
    timer = threading.Timer(DRAIN, lambda: os._exit(70))
    timer.daemon = True
    timer.start()
