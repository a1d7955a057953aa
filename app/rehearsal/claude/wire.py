"""The answer's side of one HTTP exchange, down to the connection: start, write, wait, end, or close in mid-body."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send


class ClientGone(Exception):
    """The client closed the connection before the answer was whole."""


class Wire:
    """One answer. Every method raises ClientGone once the client has hung up."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._gone: asyncio.Task[None] | None = None

    def watch(self) -> None:
        """Begin to notice a hang-up. Call after the request's body was read."""
        self._gone = asyncio.ensure_future(self._hang_up())

    def unwatch(self) -> None:
        """Stop noticing."""
        if self._gone is not None:
            self._gone.cancel()

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        """Send status and headers."""
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await self._put({"type": "http.response.start", "status": status, "headers": raw})

    async def write(self, data: bytes) -> None:
        """Send a piece of the body."""
        await self._put({"type": "http.response.body", "body": data, "more_body": True})

    async def end(self) -> None:
        """End the body properly."""
        await self._put({"type": "http.response.body", "body": b"", "more_body": False})

    async def json(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Send a whole JSON answer."""
        data = json.dumps(body, ensure_ascii=False).encode()
        await self.start(status, {"content-type": "application/json", "content-length": str(len(data)), **headers})
        await self.write(data)
        await self.end()

    async def close(self) -> None:
        """Close the connection where the answer stands: what is already sent arrives, its end never does."""
        self._scope["rehearsal.transport"].close()
        if self._gone is not None:
            await self._gone

    async def wait(self, event: asyncio.Event | None, seconds: float | None = None) -> None:
        """Wait for the event, or for so many seconds of real time when there is none to wait for."""
        waiting: asyncio.Task[Any] = asyncio.ensure_future(
            event.wait() if event is not None else asyncio.sleep(seconds or 0.0)
        )
        watched = {waiting, self._gone} if self._gone is not None else {waiting}
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            raise ClientGone

    async def _put(self, message: dict[str, Any]) -> None:
        if self._gone is not None and self._gone.done():
            raise ClientGone
        await self._send(message)

    async def _hang_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue
