"""One worker process: Celery's threads pool over the engine, drained on SIGTERM."""

import gc
import os
import signal
import sys
from importlib import import_module
from typing import Any

import structlog
from celery import signals

from agents.boundaries import Crossing, nothing
from agents.engine.burying import bury, bury_dead
from agents.engine.room import Room
from app import probes, wiring
from app.drain import Drain
from app.http_server import HttpServer, health_routes
from app.readiness import Probe, Readiness
from app.settings import Settings
from app.worker.broker import CeleryPoker, celery_app
from app.worker.loop_watch import LoopWatch
from app.worker.signs_of_life import SignsOfLife
from app.worker.tasks import register

log = structlog.get_logger()

MOST_WORKERS = 64
"""Ports that a worker tries for its HTTP server: as many as there may be workers on one machine."""

STUCK = 70
"""Exit code of a worker that ends because its threads do not return (sysexits.h: EX_SOFTWARE)."""


def work(settings: Settings, broker_url: str, cross: Crossing = nothing) -> int:
    """Work until the process is told to end. Returns the exit code. `cross` is told of each boundary."""
    drain = Drain(lambda: _give_back(room, poker))

    def end_afresh(cause: str = "too many threads are lost") -> None:
        log.error("this worker ends, to be started afresh", cause=cause)
        drain.begin(STUCK)
        os.kill(os.getpid(), signal.SIGTERM)

    place = wiring.in_slack(settings, listens=False, cross=cross)
    app = celery_app(broker_url)
    app.set_default()
    journal = wiring.open_journal(settings, cross=cross)
    wiring.register_workspace(journal, place.us)
    poker = CeleryPoker(app, cross)
    room = wiring.room_of(settings, journal, place, poker, on_drain=end_afresh, draining=drain.begun)
    register(app, room)
    app.finalize()
    # 1.2 s of imports that the first mention shall not wait for
    import_module(settings.provider)

    bury_dead(room)
    watch = LoopWatch()
    readiness = _readiness(settings, poker, watch)

    def on_shutdown(**_: Any) -> None:
        readiness.end()
        drain.begin()

    signals.worker_shutting_down.connect(on_shutdown)
    signals.worker_ready.connect(watch.on_ready)
    signs = SignsOfLife(
        journal,
        room.claims.owner,
        slots=settings.engine.threads,
        lost_threads=room.claims.lost_threads,
        watch=watch,
        reached=poker.reached,
        end=end_afresh,
    )
    server = _http_server(settings, readiness)
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
    # Celery says there how it ends, and our log says it too: standard output is for what commands print
    sys.__stdout__ = None  # type: ignore[misc]
    signs.start()
    readiness.start()
    # what a start made stays: looking for garbage in it took a third of a second, in which every thread stood
    gc.freeze()
    log.info("working", threads=settings.engine.threads, model=settings.model)
    try:
        worker.start()
    finally:
        signs.stop()
        if server is not None:
            server.close()
        poker.close()
        room.claims.close()
    return int(worker.exitcode or 0)


def _readiness(settings: Settings, poker: CeleryPoker, watch: LoopWatch) -> Readiness:
    looking = wiring.open_journal(settings, patience=wiring.INTAKE_PATIENCE)
    return Readiness(
        [
            probes.database_probe(looking),
            probes.migrated_probe(looking),
            probes.broker_probe(poker.reached),
            Probe("loop", watch.wrong),
        ],
        now=lambda: looking.database.clock.now_us() / 1_000_000,
    )


def _http_server(settings: Settings, readiness: Readiness) -> HttpServer | None:
    """Start the worker's HTTP server. Where no port is to be had the worker works all the same."""
    if settings.worker_address is None:
        return None
    server = HttpServer(health_routes(readiness), *settings.worker_address, tries=MOST_WORKERS)
    if server.start():
        log.info("this worker answers /livez and /readyz", port=server.address[1])
        return server
    log.warning("no port for this worker's /livez and /readyz", listen=settings.engine.listen)
    return None


def _give_back(room: Room, poker: CeleryPoker) -> None:
    """Free what threads that did not return still hold: this process ends now, as one that died."""
    bury(room, room.claims.owner)
    poker.close()
