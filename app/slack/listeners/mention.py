"""Someone mentions us. In: `app_mention`, or a `message` with our mention in it: a thread's may come as either or both.

Slack hears "got it" only once the Input is stored: a raise in here answers 500 (over a socket: nothing), and Slack
delivers again. Slack waits 3 s (docs.slack.dev, apis/events-api): no call of Slack or of a model in this file.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltRequest

from app.slack.hearing import Hearing
from app.slack.payloads import event_of, is_request, mentions_us


def register(app: App, hearing: Hearing) -> None:
    """Listen for mentions. The second event of one post finds it stored: Intake keeps whichever comes first."""

    def in_a_message(body: Mapping[str, Any]) -> bool:
        event = event_of(body)
        return is_request(event) and event.get("channel_type") != "im" and mentions_us(event, hearing.us)

    @app.event("message", matchers=[in_a_message])
    @app.event("app_mention")
    def someone_mentioned_us(body: Mapping[str, Any], request: BoltRequest) -> None:
        hearing.post(body, request.headers)
