"""We join a channel. In: `member_joined_channel` of our bot. Out: one message there that says what that means."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for joins; those of others are none of ours."""

    @app.event("member_joined_channel")
    def someone_joined(body: Mapping[str, Any]) -> None:
        hearing.joined(body)
