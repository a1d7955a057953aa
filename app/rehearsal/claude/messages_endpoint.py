"""POST /v1/messages: admit, break, judge, hold, compose, and send, whole or as a stream."""

import json
from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app.rehearsal.claude.admission import check_admission
from app.rehearsal.claude.composing import compose
from app.rehearsal.claude.errors import ApiError, invalid
from app.rehearsal.claude.event_stream import encoded, error_event, events_of
from app.rehearsal.claude.faults import Fault
from app.rehearsal.claude.held_requests import Hold
from app.rehearsal.claude.prompt import last_user_text
from app.rehearsal.claude.replies import Message
from app.rehearsal.claude.request_rules import check_request
from app.rehearsal.claude.state import Exchanged, State
from app.rehearsal.claude.wire import ClientGone, Wire

SHOWN_HEADERS = ("anthropic-version", "anthropic-beta", "user-agent", "x-stainless-retry-count", "x-stainless-timeout")
"""Request headers that are remembered: none of them holds a key."""
MOST_BYTES = 32_000_000
"""Size of a request from which on it is a 413 (guess)."""


async def read_json(request: Request, most: int = MOST_BYTES) -> Any:
    """Return the request's JSON body. Raises ApiError 400 when it is not JSON, 413 when it is too large."""
    data = await request.body()
    if len(data) > most:
        raise ApiError(413, "request_too_large", f"Request exceeds the maximum size of {most} bytes")
    try:
        return json.loads(data)
    except ValueError as error:
        raise invalid(f"The request body is not valid JSON: {error}") from None


class MessagesEndpoint:
    """The ASGI endpoint of /v1/messages."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and record what came of it."""
        request = Request(scope, receive)
        shown = {name: request.headers[name] for name in SHOWN_HEADERS if name in request.headers}
        exchange = self._state.open_exchange(scope["path"], shown)
        wire = Wire(scope, receive, send)
        try:
            exchange.body = await read_json(request)
            wire.watch()
            check_admission(request.headers, self._state.api_key)
            await self._answer(exchange, wire)
        except ApiError as error:
            await self._refuse(exchange, wire, error)
        except ClientGone:
            exchange.outcome = "gone"
        finally:
            wire.unwatch()
            self._state.changes.note()

    async def _answer(self, exchange: Exchanged, wire: Wire) -> None:
        text = last_user_text(exchange.body) if _readable(exchange.body) else ""
        fault = self._state.faults.take(text)
        if fault is not None:
            exchange.fault = fault.kind
            if refusal := fault.refusal():
                raise refusal
        model = check_request(exchange.body, self._state.paused)
        hold = self._state.holds.take(text)
        if hold is not None:
            exchange.hold = hold.name
        streamed = bool(exchange.body.get("stream"))
        if hold is not None and (hold.stage == "arrival" or not streamed):
            await self._hold(hold, wire)
            hold = None
        message = compose(self._state, exchange, exchange.body, model)
        exchange.status, exchange.reply = 200, message.body()
        if streamed:
            await self._stream(message, exchange, wire, fault, hold)
        else:
            await self._send_whole(message, exchange, wire, fault)

    async def _hold(self, hold: Hold, wire: Wire) -> None:
        hold.arrived += 1
        hold.inside += 1
        self._state.changes.note()
        try:
            await wire.wait(hold.released)
        finally:
            hold.inside -= 1
            self._state.changes.note()

    async def _refuse(self, exchange: Exchanged, wire: Wire, error: ApiError) -> None:
        body = error.body(exchange.request_id)
        exchange.status, exchange.reply, exchange.outcome = error.status, body, "refused"
        try:
            await wire.json(error.status, body, {"request-id": exchange.request_id, **error.headers})
        except ClientGone:
            exchange.outcome = "gone"

    async def _send_whole(self, message: Message, exchange: Exchanged, wire: Wire, fault: Fault | None) -> None:
        headers = {"content-type": "application/json", "request-id": exchange.request_id}
        data = json.dumps(message.body(), ensure_ascii=False).encode()
        kind = fault.kind if fault else ""
        if fault and kind == "stream_error":
            raise ApiError(529, fault.error_type, "Overloaded")
        if fault and kind == "slow":
            await wire.wait(None, fault.seconds)
        await wire.start(200, headers | {"content-length": str(len(data))})
        half = len(data) // 2
        await wire.write(data[:half])
        if kind in ("drop", "cut"):
            await self._break_off(exchange, wire)
            return
        if fault and kind == "stall":
            await wire.wait(None, fault.seconds)
        await wire.write(data[half:])
        await wire.end()
        exchange.outcome = "answered"

    async def _stream(
        self, message: Message, exchange: Exchanged, wire: Wire, fault: Fault | None, hold: Hold | None
    ) -> None:
        headers = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
        await wire.start(200, headers | {"request-id": exchange.request_id})
        pause = fault.seconds if fault and fault.kind == "slow" else self._state.speed_ms / 1000
        try:
            for number, event in enumerate(events_of(message)):
                if hold is not None and number == hold.after:
                    await self._hold(hold, wire)
                    hold = None
                if fault and number == fault.after and await self._break(fault, exchange, wire):
                    return
                if pause and event["type"] == "content_block_delta":
                    await wire.wait(None, pause)
                await wire.write(encoded(event))
            await wire.end()
            exchange.outcome = "answered"
        finally:
            if hold is not None and exchange.outcome != "answered":
                self._state.holds.give_back(hold)

    async def _break(self, fault: Fault, exchange: Exchanged, wire: Wire) -> bool:
        if fault.kind == "stall":
            await wire.wait(None, fault.seconds)
            return False
        if fault.kind == "stream_error":
            await wire.write(encoded(error_event(fault.error_type, "Overloaded")))
        elif fault.kind not in ("drop", "cut"):
            return False
        if fault.kind == "drop":
            await self._break_off(exchange, wire)
        else:
            await wire.end()
        exchange.outcome = "broken"
        return True

    async def _break_off(self, exchange: Exchanged, wire: Wire) -> None:
        exchange.outcome = "broken"
        await wire.close()


def _readable(body: Any) -> bool:
    """Whether the body is well enough formed to look for a last user text before the rules have judged it."""
    try:
        last_user_text(body)
    except (AttributeError, KeyError, TypeError):
        return False
    return True
