"""Someone asks about a message by its shortcut. In: `message_action`, then `view_submission`. Out: a Run about it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from app.slack.hearing import Hearing
from app.slack.modals import ABOUT_MESSAGE

SHORTCUT = "ask_about_message"
"""The shortcut's callback_id in the manifest."""


def register(app: App, hearing: Hearing) -> None:
    """Listen for the shortcut, and for the modal that it opens."""

    @app.message_shortcut(SHORTCUT)
    def someone_pointed_at_a_message(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.shortcut(body)
        ack()

    @app.view(ABOUT_MESSAGE)
    def someone_asked_about_it(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.asked_about_message(body)
        ack()
