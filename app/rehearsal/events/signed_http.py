"""Delivery by signed HTTP: the app's request URL gets each event as a POST with Slack's signature."""

import asyncio
import hashlib
import hmac
import json
import secrets
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import h11

from app.rehearsal.clock import Clock
from app.rehearsal.events.envelope import Event
from app.rehearsal.events.line import Outcome
from app.rehearsal.faults import Faults
from app.rehearsal.json_shape import Json

JSON_BODY = {"Content-Type": "application/json"}
FORM_BODY = {"Content-Type": "application/x-www-form-urlencoded"}


class SignedHttp:
    """The line to the app by HTTP. Before the first event the URL is verified, as Slack does when it is saved."""

    name = "http"
    # requests overtake each other: the order that a control asked for holds only one by one
    at_once = False

    def __init__(self, url: str, signing_secret: str, token: str, faults: Faults, clock: Clock) -> None:
        self.url = url
        self.verified = False
        self._secret = signing_secret
        self._token = token
        self._faults = faults
        self._clock = clock
        self._verifying = asyncio.Lock()

    async def offer(self, event: Event, retry: int, reason: str, seconds: float) -> Outcome:
        """POST the event; a 2xx answer within `seconds` acknowledges it."""
        async with self._verifying:
            if not self.verified:
                self.verified = await self._verify(seconds)
        if not self.verified:
            return Outcome(False, "url_not_verified", "connection_failed")
        more = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
        return await self._deliver(json.dumps(event.payload).encode(), JSON_BODY | more, seconds)

    async def interact(self, kind: str, payload: Json, wants_answer: bool, seconds: float) -> Outcome:
        """POST a form: a command's own fields, anything else as JSON in `payload`."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        outcome = await self._deliver(urlencode(form).encode(), FORM_BODY, seconds)
        return outcome if wants_answer else replace(outcome, answer=None)

    async def _deliver(self, body: bytes, headers: dict[str, str], seconds: float) -> Outcome:
        try:
            status, answered, told = await asyncio.wait_for(self._post(body, headers), seconds)
        except TimeoutError:
            return Outcome(False, "no_answer", "http_timeout")
        except (OSError, h11.RemoteProtocolError):
            return Outcome(False, "connection_failed", "connection_failed")
        if self._faults.take("ack"):
            return Outcome(False, "answer_lost", "http_timeout")
        no_retry = answered.get("x-slack-no-retry") == "1"
        if 200 <= status < 300:
            return Outcome(True, f"http_{status}", answer=_read_answer(told))
        return Outcome(False, f"http_{status}", "http_error", no_retry)

    async def drop(self) -> int:
        """Nothing to cut: each event has a connection of its own."""
        return 0

    async def _verify(self, seconds: float) -> bool:
        # slack.md 1.7: url_verification itself is signed
        challenge = secrets.token_hex(20)
        told: Json = {"token": self._token, "challenge": challenge, "type": "url_verification"}
        try:
            status, _, body = await asyncio.wait_for(self._post(json.dumps(told).encode(), JSON_BODY), seconds)
        except (TimeoutError, OSError, h11.RemoteProtocolError):
            return False
        try:
            answer = json.loads(body).get("challenge")
        except (ValueError, AttributeError):
            answer = body.decode(errors="replace").strip()
        return status == 200 and answer == challenge

    async def _post(self, body: bytes, more: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        stamp = str(int(self._clock.now()))
        signature = hmac.new(self._secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signature}",
            **more,
        }
        return await post(self.url, headers, body)


def _read_answer(body: bytes) -> Json | None:
    # an acknowledgement may carry JSON or, for a command, plain text (slack.md 1.5)
    text = body.decode(errors="replace")
    try:
        told = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else None
    return told if isinstance(told, dict) else None


async def post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """POST to an http:// URL on a connection of its own. Out: status, headers (lower case), body. Raises OSError."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        wire = h11.Connection(h11.CLIENT)
        all_headers = {"Host": parts.netloc, "Content-Length": str(len(body)), "Connection": "close", **headers}
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        for part in (
            h11.Request(method="POST", target=target, headers=list(all_headers.items())),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            writer.write(wire.send(part) or b"")
        await writer.drain()
        return await _read_response(reader, wire)
    finally:
        writer.close()


async def _read_response(reader: asyncio.StreamReader, wire: h11.Connection) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = 0, {}, b""
    while True:
        event = wire.next_event()
        if event is h11.NEED_DATA:
            wire.receive_data(await reader.read(65_536))
        elif isinstance(event, h11.Response):
            status = event.status_code
            headers = {name.decode().lower(): value.decode() for name, value in event.headers}
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif isinstance(event, h11.EndOfMessage):
            return status, headers, body
        elif not isinstance(event, h11.InformationalResponse):
            raise ConnectionResetError("The app closed the connection before it answered.")
