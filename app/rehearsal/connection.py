"""The TCP connection under a request: cut it, or wait until the other side hangs up."""

import asyncio
import socket
import struct
from typing import Any

from starlette.requests import Request
from starlette.websockets import WebSocket


def _transport(send: Any) -> asyncio.Transport:
    # uvicorn hands the application bound methods of the object that owns the transport
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if not isinstance(transport, asyncio.Transport):
        raise TypeError("No TCP transport below this request: Rehearsal runs under uvicorn only.")
    return transport


async def _reset(transport: asyncio.Transport) -> None:
    if transport.is_closing():
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        # with a linger of zero the close sends RST instead of FIN
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def cut(request: Request) -> None:
    """Reset the connection of a request: the client sees ECONNRESET and no answer."""
    await _reset(request.scope["rehearsal.transport"])


async def cut_websocket(websocket: WebSocket) -> None:
    """Reset the connection of a WebSocket, without a closing handshake."""
    await _reset(websocket.scope["rehearsal.transport"])


async def wait_for_hang_up(request: Request, seconds: float) -> bool:
    """Wait until the client closes the connection, at most `seconds` (real time). True when it did."""

    async def gone() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            continue

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return False
    return True


class WithTransport:
    """ASGI layer that puts the connection's transport where `cut` finds it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on, with `rehearsal.transport` in the scope."""
        if scope["type"] in ("http", "websocket"):
            scope["rehearsal.transport"] = _transport(send)
        await self._app(scope, receive, send)
