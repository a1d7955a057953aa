"""The Rehearsal process: one port, one ready line on stdout, an immediate end on SIGTERM or when its parent is gone."""

import asyncio
import json
import os
import socket
import sys
from types import FrameType

import uvicorn

from app.rehearsal.json_shape import Json
from app.rehearsal.server import Rehearsal

PARENT_CHECK_SECONDS = 0.2


class RehearsalServer(uvicorn.Server):
    """Serves until a signal; state is in memory only, so that nothing needs a slow goodbye."""

    def __init__(self, config: uvicorn.Config, ready: Json, parent: int | None) -> None:
        super().__init__(config)
        self._ready = ready
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving, then say so."""
        await super().startup(sockets)
        if self._parent is not None:
            self._watch = asyncio.ensure_future(_end_with(self._parent))
        sys.stdout.write(json.dumps(self._ready) + "\n")
        sys.stdout.flush()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End at once: open calls and connections break, as when a server dies."""
        os._exit(0)


async def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)


def listening_socket(port: int) -> socket.socket:
    """A bound socket on the loopback interface; port 0 takes a free one. Raises OSError when the port is taken."""
    # asyncio sends small writes at once only on sockets that name their protocol; else each answer waits 40 ms
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def serve(app: Rehearsal, bound: socket.socket, ready: Json, parent: int | None) -> None:
    """Serve until a signal. `parent` is the process id to end with, or None."""
    config = uvicorn.Config(
        app,
        ws="wsproto",
        http="h11",
        lifespan="off",
        log_level="error",
        access_log=False,
        ws_ping_interval=None,
        timeout_keep_alive=300,
        server_header=False,
    )
    RehearsalServer(config, ready, parent).run(sockets=[bound])
