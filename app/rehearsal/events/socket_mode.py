"""Delivery by Socket Mode: the connections of the app, envelopes to one of them, acknowledgements back."""

import asyncio
import json
from dataclasses import dataclass, field
from itertools import count

from starlette.websockets import WebSocket, WebSocketDisconnect

from app.rehearsal.changes import Changes
from app.rehearsal.connection import cut_websocket
from app.rehearsal.events.envelope import Event
from app.rehearsal.events.line import Outcome
from app.rehearsal.faults import Faults
from app.rehearsal.ids import Ids
from app.rehearsal.json_shape import Json

MOST_CONNECTIONS = 10  # slack.md 2: 10 connections per app
CONNECTION_SECONDS = 18_060  # what real hellos announce ("guess"); Rehearsal ends a connection only when told to


@dataclass
class Connection:
    """One open WebSocket of the app."""

    number: int
    websocket: WebSocket
    pending: dict[str, asyncio.Future[tuple[str, Json | None]]] = field(default_factory=dict)
    received: int = 0


class SocketMode:
    """The line to the app by WebSocket. Each envelope goes to one connection, in turn (slack.md 2)."""

    name = "socket"
    # frames keep their order on a connection, so nothing waits for an acknowledgement
    at_once = True

    def __init__(self, app_id: str, ids: Ids, faults: Faults, changes: Changes) -> None:
        self.connections: list[Connection] = []
        self._app_id = app_id
        self._ids = ids
        self._faults = faults
        self._changes = changes
        self._numbers = count(1)
        self._turn = 0

    async def serve(self, websocket: WebSocket) -> None:
        """Say hello on a connection that has a good ticket, then read acknowledgements until it ends."""
        await websocket.accept()
        if len(self.connections) >= MOST_CONNECTIONS:
            # slack.md 3 lists the reason; that it comes instead of a hello is a "guess"
            await websocket.send_text(_disconnect("too_many_websockets"))
            await websocket.close()
            return
        connection = Connection(next(self._numbers), websocket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {
                "host": "rehearsal",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self._app_id},
        }
        await websocket.send_text(json.dumps(hello))
        self.connections.append(connection)
        self._changes.note()
        try:
            while True:
                self._read(connection, await websocket.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            self._forget(connection)

    async def offer(self, event: Event, retry: int, reason: str, seconds: float) -> Outcome:
        """Send an events_api envelope and wait for `{"envelope_id": …}`."""
        # Bolt reads both fields; a first delivery carries 0 and an empty reason (slack.md 5.4)
        more = {"accepts_response_payload": False, "retry_attempt": retry, "retry_reason": reason}
        return await self._send("events_api", event.payload, more, seconds)

    async def interact(self, kind: str, payload: Json, wants_answer: bool, seconds: float) -> Outcome:
        """Send such an envelope and wait for its acknowledgement, and for the payload in it."""
        return await self._send(kind, payload, {"accepts_response_payload": wants_answer}, seconds)

    async def _send(self, kind: str, payload: Json, more: Json, seconds: float) -> Outcome:
        if not self.connections:
            return Outcome(False, "no_connection", "timeout")
        self._turn += 1
        connection = self.connections[self._turn % len(self.connections)]
        envelope_id = self._ids.uuid()
        envelope = {"envelope_id": envelope_id, "payload": payload, "type": kind}
        acknowledged: asyncio.Future[tuple[str, Json | None]] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = acknowledged
        try:
            await connection.websocket.send_text(json.dumps(envelope | more))
            what, answer = await asyncio.wait_for(acknowledged, seconds)
        except TimeoutError:
            return Outcome(False, "not_acknowledged", "timeout")
        except (WebSocketDisconnect, RuntimeError):
            return Outcome(False, "connection_lost", "timeout")
        finally:
            connection.pending.pop(envelope_id, None)
        if what != "acknowledged":
            return Outcome(False, what, "timeout")
        # an answer to an envelope that accepts none is dropped ("guess")
        return Outcome(True, what, answer=answer if more["accepts_response_payload"] else None)

    async def disconnect(self, reason: str) -> int:
        """Ask every connection to leave (slack.md 3: warning, refresh_requested, link_disabled), then close it."""
        leaving = list(self.connections)
        for connection in leaving:
            await connection.websocket.send_text(_disconnect(reason))
            if reason != "warning":
                self._forget(connection)
                await connection.websocket.close()
        return len(leaving)

    async def drop(self) -> int:
        """Reset every connection without a word."""
        leaving = list(self.connections)
        for connection in leaving:
            self._forget(connection)
            await cut_websocket(connection.websocket)
        return len(leaving)

    def _read(self, connection: Connection, text: str) -> None:
        connection.received += 1
        told = json.loads(text)
        waiting = connection.pending.get(told.get("envelope_id", ""))
        if waiting is None or waiting.done() or self._faults.take("ack"):
            return
        answer = told.get("payload")
        waiting.set_result(("acknowledged", answer if isinstance(answer, dict) else None))

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for waiting in connection.pending.values():
            if not waiting.done():
                waiting.set_result(("connection_lost", None))
        self._changes.note()


def _disconnect(reason: str) -> str:
    return json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "rehearsal"}})
