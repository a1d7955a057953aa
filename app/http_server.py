"""The HTTP server of one process, on a thread of its own: whether it lives, whether it is ready, what it counts."""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

import structlog
import uvicorn
from prometheus_client import REGISTRY, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.metrics.figures import Figures
from app.readiness import Readiness

log = structlog.get_logger()

BACKLOG = 128
"""Connections that may wait to be accepted."""

TICK = 1.0
"""Seconds between two looks of uvicorn at its clock: the Date of its answers has whole seconds."""


def health_routes(readiness: Readiness, figures: Figures | None = None) -> list[Route]:
    """Return what every process answers: /livez needs nothing, /readyz is 503 while anything is wrong.

    /metrics shows what this process counted and, where it is given `figures`, how the whole stands.
    """
    shown = [REGISTRY, *([figures.registry()] if figures else [])]

    def ready(request: Request) -> Response:
        report = readiness.report()
        return JSONResponse(report, status_code=200 if report["ready"] else 503)

    def metrics(request: Request) -> Response:
        return Response(b"".join(generate_latest(one) for one in shown), media_type="text/plain; version=0.0.4")

    return [
        Route("/livez", lambda request: PlainTextResponse("ok\n")),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]


class Unhurried(uvicorn.Server):
    """uvicorn's server, woken once a second. Its own loop wakes ten times, only to see whether it is told to end:
    0.2 % of a core in each process, measured, and two fifths of what the idle set-up took."""

    _woken: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def end(self) -> None:
        """Have it end, now. May be called from any thread."""
        self.should_exit = True
        if self._woken is not None:
            loop, told = self._woken
            # a loop that is closed has ended already
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(told.set)

    async def main_loop(self) -> None:
        """Serve until told to end."""
        told = asyncio.Event()
        # set before the first look at should_exit: whoever says it later finds whom to wake
        self._woken = asyncio.get_running_loop(), told
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), TICK)


class HttpServer:
    """Serves `routes` from `start` to `close`, on the first port from `port` on that is free."""

    def __init__(self, routes: Sequence[Route], host: str, port: int, *, tries: int = 1) -> None:
        self.address = (host, port)
        self._tries = tries
        self._server = Unhurried(
            uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False, lifespan="off", ws="none")
        )
        self._thread: threading.Thread | None = None

    def start(self, on_end: Callable[[], None] = lambda: None) -> bool:
        """Begin to serve; `on_end` is called when serving ends, however it does. False: no port was to be had."""
        bound = self._bound()
        if bound is None:
            return False
        self.address = bound.getsockname()[:2]

        def serve() -> None:
            try:
                self._server.run(sockets=[bound])
            finally:
                bound.close()
                on_end()

        self._thread = threading.Thread(target=serve, name="http", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        """End."""
        self._server.end()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _bound(self) -> socket.socket | None:
        host, port = self.address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        for number in range(self._tries):
            # asyncio sends small writes at once only on sockets that name their protocol; else each answer waits 40 ms
            bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind((host.strip("[]"), port + number if port else 0))
                # at once: two sockets may be bound to one port, and only one of them may listen
                bound.listen(BACKLOG)
            except (OSError, OverflowError) as fault:
                bound.close()
                log.debug("a port is not to be had", port=port + number, cause=str(fault))
                continue
            return bound
        return None
