"""Someone edits a message. In: `message` of subtype `message_changed`. Out: Intake knows, where words were changed."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for edits: never a new request, at most other words of one that we have."""

    @app.event({"type": "message", "subtype": "message_changed"})
    def someone_edited_a_message(body: Mapping[str, Any]) -> None:
        hearing.edit(body)
