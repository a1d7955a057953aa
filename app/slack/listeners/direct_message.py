"""Someone writes to us directly. In: `message` in an `im`, with or without files. Out: one Input in the journal."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltRequest

from app.slack.hearing import Hearing
from app.slack.payloads import event_of, is_request


def register(app: App, hearing: Hearing) -> None:
    """Listen for direct messages."""

    def is_direct(body: Mapping[str, Any]) -> bool:
        event = event_of(body)
        return event.get("channel_type") == "im" and is_request(event)

    @app.event("message", matchers=[is_direct])
    def someone_wrote_to_us(body: Mapping[str, Any], request: BoltRequest) -> None:
        hearing.post(body, request.headers)
