"""Socket Mode: Bolt's built-in handler with a watch on real frames: it is believed only while something arrives."""

import logging
import re
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin.connection import Connection

from agents.errors import BadSetting
from agents.surface import TryLater
from app.metrics.catalogue import SLACK_CONNECTIONS, SLACK_FRAME_AGE
from app.slack.connections import MaybeSent, NotSent, proxy_for
from app.slack.egress import KeptWebClient
from app.slack.limits import RETRY_AFTER

logger = logging.getLogger(__name__)

CONCURRENCY = 10
"""Envelopes worked on at a time: with process_before_response the listener runs on the client's threads."""

PING_SECONDS = 10.0
"""Between two pings of ours, which Slack answers; slack_bolt's default."""

SILENT_SECONDS = 60.0
"""Without any frame for this long, pongs included, the socket counts as dead: six pings went unanswered."""


class SlackSocket:
    """The connection over which Slack sends events. `healthy` and `watch` are for whoever runs it.

    Two processes on one app token share the events between them (Slack allows ten), so they must share the journal
    too. Slack's greeting says how many there are; `tagwork_slack_socket_connections` tells operators.
    """

    def __init__(
        self,
        bolt: App,
        app_token: str,
        client: KeptWebClient,
        *,
        ping_seconds: float = PING_SECONDS,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self.bolt = bolt
        self._silent_seconds = silent_seconds
        self._handler = SocketModeHandler(
            bolt,
            app_token,
            logger=_sdk_logger(),
            web_client=client,
            ping_interval=ping_seconds,
            concurrency=CONCURRENCY,
            receive_buffer_size=16_384,
        )
        self._client = self._handler.client
        proxy = proxy_for(urlsplit(client.base_url))
        # the SDK takes the environment's proxy for this machine as well
        self._client.proxy = proxy.geturl() if proxy else None
        self._client.on_message_listeners.append(self._on_frame)
        self._last_text = 0.0
        self._connected_at = 0.0

    def connect(self) -> None:
        """Connect and start to hear.

        Raises:
            BadSetting: Slack refuses the app token. TryLater: Slack could not be asked, or asks to wait.
        """
        self._connected_at = time.time()
        try:
            self._client.connect()
        except SlackApiError as no:
            raise _refusal(no) from None
        except (NotSent, MaybeSent, TimeoutError) as failed:
            raise TryLater(f"unreachable:{failed}", RETRY_AFTER) from None

    def frame_age(self) -> float:
        """Return the seconds since the last frame that Slack sent, pongs included; counted from connect() at first."""
        connection: Connection | None = self._client.current_session
        pong = (connection.last_ping_pong_time or 0.0) if connection is not None else 0.0
        age = max(0.0, time.time() - max(self._last_text, pong, self._connected_at))
        SLACK_FRAME_AGE.set(age)
        return age

    def healthy(self) -> bool:
        """Return whether the socket is open and something arrived on it lately."""
        return bool(self._client.is_connected()) and self.frame_age() < self._silent_seconds

    def watch(self) -> bool:
        """Rebuild the connection if it is dead; return whether it had to. Meant to be called every few seconds.

        The SDK reconnects by itself where it notices; this covers where it does not. An error is logged, and the next
        call tries again.
        """
        if self.healthy():
            return False
        if time.time() - self._connected_at < self._silent_seconds / 2:
            return False
        logger.warning("No frame from Slack for %.0f s: connecting anew", self.frame_age())
        self._connected_at = time.time()
        try:
            self._client.connect_to_new_endpoint(force=True)
        except Exception as failed:
            logger.warning("Slack's socket could not be rebuilt: %s", type(failed).__name__)
        return True

    def close(self) -> None:
        """Finish and acknowledge the envelopes that are being worked on, then disconnect; Slack repeats the others."""
        client = self._client
        client.auto_reconnect_enabled = False
        client.closed = True
        client.message_workers.shutdown(wait=True, cancel_futures=True)
        connection: Connection | None = client.current_session
        sock = connection.sock if connection is not None else None
        if sock is not None:
            # the SDK's reader holds its lock for as long as it waits for bytes, 3 s at a time
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._handler.close()  # type: ignore[no-untyped-call]

    def _on_frame(self, message: str) -> None:
        self._last_text = time.time()
        # Slack's greeting tells how many connections share the events of this app
        greeting = re.search(r'"num_connections"\s*:\s*(\d+)', message) if '"hello"' in message[:200] else None
        if greeting:
            self._send_at_once()
            SLACK_CONNECTIONS.set(int(greeting.group(1)))
            logger.info("Connected to Slack; connections of this app: %s", greeting.group(1))

    def _send_at_once(self) -> None:
        """Have acknowledgements leave when they are given: the second of two would wait for the first's TCP ACK."""
        connection: Connection | None = self._client.current_session
        sock = connection.sock if connection is not None else None
        if sock is not None:
            with suppress(OSError):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _sdk_logger() -> logging.Logger:
    """Return the SDK's logger: below INFO it writes whole envelopes, which hold what people said."""
    sdk = logging.getLogger("app.slack.socket_mode.sdk")
    sdk.setLevel(logging.INFO)
    return sdk


def _refusal(no: SlackApiError) -> BadSetting | TryLater:
    code, status = no.response.get("error"), no.response.status_code
    if status != 200 or not isinstance(code, str) or code in {"internal_error", "fatal_error", "ratelimited"}:
        return TryLater(f"http_{status}", RETRY_AFTER)
    return BadSetting(
        f"Slack refuses SLACK_APP_TOKEN (xapp-…) with {code}. Make a new app-level token with the scope "
        "connections:write: https://api.slack.com/apps, Basic Information, App-Level Tokens. "
        "Socket Mode must be switched on."
    )
