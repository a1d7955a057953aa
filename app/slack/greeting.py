"""Asks Slack for a socket, and reads how many connections share the events of this app. For whoever examines."""

import logging
import re
import threading
from urllib.parse import urlsplit

from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from agents.errors import BadSetting
from agents.surface import CallFailed, Refused, TryLater
from app.slack.connections import proxy_for
from app.slack.egress import Egress
from app.slack.limits import RETRY_AFTER
from app.slack.token_shapes import APPS

SECONDS = 10.0
"""Deadline of the call, and again of the greeting."""


def socket_address(app_token: str, api_url: str) -> str:
    """Return an address that is good for one connection.

    Raises:
        BadSetting: Slack refuses the app token. TryLater: it could not be asked.
    """
    egress = Egress(app_token, api_url)
    try:
        return str(egress.call("apps.connections.open", {}, seconds=SECONDS)["url"])
    except Refused as no:
        raise BadSetting(
            f"Slack refuses SLACK_APP_TOKEN with {no.cause}. Make a new app-level token with the scope "
            f"connections:write, and switch Socket Mode on: {APPS}, Basic Information."
        ) from None
    except CallFailed as fault:
        raise TryLater(fault.cause, RETRY_AFTER) from None
    finally:
        egress.close()


def connections_of(address: str) -> int:
    """Connect, read the greeting, leave. Returns how many connections there are with this one; 0 without a greeting.

    An event that Slack sends in that instant is not acknowledged, so Slack delivers it again to another connection.
    """
    greeted, many = threading.Event(), [0]

    def on_message(text: str) -> None:
        found = re.search(r'"num_connections"\s*:\s*(\d+)', text)
        if found and not greeted.is_set():
            many[0] = int(found.group(1))
            greeted.set()

    proxy = proxy_for(urlsplit(address.replace("ws", "http", 1)))
    state = ConnectionState()  # type: ignore[no-untyped-call]
    connection = Connection(
        url=address,
        logger=logging.getLogger("app.slack.greeting.sdk"),
        proxy=proxy.geturl() if proxy else None,
        on_message_listener=on_message,
    )
    connection.connect()
    reading = threading.Thread(target=connection.run_until_completion, args=(state,), daemon=True)
    reading.start()
    greeted.wait(SECONDS)
    state.terminated = True
    connection.close()
    return many[0]
