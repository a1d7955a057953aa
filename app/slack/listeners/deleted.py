"""Someone deletes a message. In: `message` of subtype `message_deleted`. Out: Intake knows, whichever came first."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for deletions: the Run of a deleted request ends."""

    @app.event({"type": "message", "subtype": "message_deleted"})
    def someone_deleted_a_message(body: Mapping[str, Any]) -> None:
        hearing.deletion(body)
