"""Someone writes in a thread without mentioning us. In: `message` with a thread_ts. Out: what Intake makes of it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltRequest

from app.slack.hearing import Hearing
from app.slack.payloads import event_of, is_request, mentions_us


def register(app: App, hearing: Hearing) -> None:
    """Listen for replies; only Intake knows whether their thread is one of ours."""

    def is_reply(body: Mapping[str, Any]) -> bool:
        event = event_of(body)
        in_thread = bool(event.get("thread_ts")) and event.get("channel_type") != "im"
        return in_thread and is_request(event) and not mentions_us(event, hearing.us)

    @app.event("message", matchers=[is_reply])
    def someone_replied(body: Mapping[str, Any], request: BoltRequest) -> None:
        hearing.post(body, request.headers)
