"""One worker process: Celery's threads pool over the engine, drained on SIGTERM."""

import os
import signal
import threading
from importlib import import_module
from typing import Any

import structlog
from celery import signals

from agents.boundaries import Crossing, nothing
from app import probes, wiring
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

DRAIN = 30.0
"""Seconds that a worker with lost threads may take to end before it is ended."""


def work(settings: Settings, broker_url: str, cross: Crossing = nothing) -> int:
    """Work until the process is told to end. Returns the exit code. `cross` is told of each boundary."""
    draining = threading.Event()
    place = wiring.in_slack(settings, listens=False, cross=cross)
    app = celery_app(broker_url)
    app.set_default()
    journal = wiring.open_journal(settings, cross=cross)
    wiring.register_workspace(journal, place.us)
    poker = CeleryPoker(app, cross)
    room = wiring.room_of(settings, journal, place, poker, on_drain=_drain_and_exit, draining=draining.is_set)
    register(app, room)
    app.finalize()
    # 1.2 s of imports that the first mention shall not wait for
    import_module(settings.provider)

    def on_shutdown(**_: Any) -> None:
        draining.set()

    watch = LoopWatch()
    signals.worker_shutting_down.connect(on_shutdown)
    signals.worker_ready.connect(watch.on_ready)
    signs = SignsOfLife(
        journal,
        room.claims.owner,
        slots=settings.engine.threads,
        lost_threads=room.claims.lost_threads,
        watch=watch,
        reached=poker.reached,
        end=_drain_and_exit,
    )
    readiness = _readiness(settings, poker, watch, draining)
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
    signs.start()
    readiness.start()
    log.info("working", threads=settings.engine.threads, model=settings.model)
    try:
        worker.start()
    finally:
        readiness.stop()
        signs.stop()
        if server is not None:
            server.close()
        poker.close()
        room.claims.close()
    return int(worker.exitcode or 0)


def _readiness(settings: Settings, poker: CeleryPoker, watch: LoopWatch, draining: threading.Event) -> Readiness:
    looking = wiring.open_journal(settings, patience=wiring.INTAKE_PATIENCE)
    return Readiness(
        [
            probes.database_probe(looking),
            probes.migrated_probe(looking),
            probes.broker_probe(poker.reached),
            Probe("loop", watch.wrong),
            Probe("draining", lambda: "this worker is ending" if draining.is_set() else ""),
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


def _drain_and_exit(cause: str = "too many threads are lost") -> None:
    """End, and be started afresh."""
    log.error("this worker ends, to be started afresh", cause=cause)
    os.kill(os.getpid(), signal.SIGTERM)
    timer = threading.Timer(DRAIN, lambda: os._exit(70))
    timer.daemon = True
    timer.start()
