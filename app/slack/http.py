"""Slack's requests over HTTP: a Starlette endpoint that checks the signature and runs Bolt in threads of its own."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App, BoltRequest, BoltResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.slack.limits import REQUEST_BYTES
from app.slack.signature import Signatures, turn_away

logger = logging.getLogger(__name__)

THREADS = 10
"""Requests worked on at a time, as many as a Socket Mode client works on."""

BACKLOG = 100
"""Requests that may wait for a thread. Past it Slack is told to come again: each would wait beyond Slack's 3 s."""

Endpoint = Callable[[Request], Awaitable[Response]]


def slack_events_endpoint(
    bolt: App, signing_secret: str, *, threads: int = THREADS, now: Callable[[], float] = time.time
) -> Endpoint:
    """Return the endpoint for `/slack/events`.

    Answers 401 to what Slack did not sign within five minutes, 405 to anything but POST, 413 to what is too long, 503
    when too much is waiting, 500 when the listener raised (Slack then delivers again), and else what Bolt answers.

    Args:
        now: Unix time in seconds, for the age of signatures.
    """
    signatures = Signatures(signing_secret, now)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="slack-events")
    under_way = 0

    async def slack_events(request: Request) -> Response:
        nonlocal under_way
        if request.method != "POST":
            return Response(status_code=405, headers={"Allow": "POST"})
        body = await _body_of(request)
        if body is None:
            turn_away("too_large")
            return Response(status_code=413)
        stamp = request.headers.get("x-slack-request-timestamp", "")
        reason = signatures.why_not(body, stamp, request.headers.get("x-slack-signature", ""))
        if reason is not None:
            turn_away(reason)
            return Response(status_code=401)
        if under_way >= threads + BACKLOG:
            turn_away("busy")
            return Response(status_code=503)
        under_way += 1
        try:
            answer = await asyncio.get_running_loop().run_in_executor(
                pool, _dispatch, bolt, body, dict(request.headers)
            )
        finally:
            under_way -= 1
        return Response(answer.body, answer.status, answer.first_headers())

    return slack_events


async def _body_of(request: Request) -> bytes | None:
    """Return the body, or None where it is too long (or its sender left)."""
    gathered = bytearray()
    try:
        async for chunk in request.stream():
            gathered += chunk
            if len(gathered) > REQUEST_BYTES:
                return None
    except ClientDisconnect:
        return None
    return bytes(gathered)


def _dispatch(bolt: App, body: bytes, headers: dict[str, str]) -> BoltResponse:
    try:
        return bolt.dispatch(BoltRequest(body=body.decode(), headers={**headers}))
    except Exception:
        # signed, yet not what Slack's documentation describes: Bolt fails before any listener is asked
        logger.exception("A signed request could not be read")
        return BoltResponse(status=500, body="")
