"""Someone writes in a channel, to others. In: `message` outside any thread, without a mention of us. Out: what Intake
makes of it where the channel is read along, and nothing anywhere else."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App, BoltRequest

from app.slack.hearing import Hearing
from app.slack.payloads import event_of, is_request, mentions_us

CHANNELS = frozenset({"channel", "group"})
"""Direct messages of several people are no place to read along in."""


def register(app: App, hearing: Hearing) -> None:
    """Listen for messages that nobody addressed to us."""

    def is_for_others(body: Mapping[str, Any]) -> bool:
        event = event_of(body)
        alone = event.get("channel_type") in CHANNELS and not event.get("thread_ts")
        return alone and is_request(event) and not mentions_us(event, hearing.us)

    @app.event("message", matchers=[is_for_others])
    def someone_spoke_to_others(body: Mapping[str, Any], request: BoltRequest) -> None:
        hearing.overheard(body, request.headers)
