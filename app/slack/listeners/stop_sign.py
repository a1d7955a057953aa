"""Someone reacts with a stop sign. In: `reaction_added`. Out: the Run of that message is stopped, if they may."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for reactions; all but the stop sign are only that."""

    @app.event("reaction_added")
    def someone_reacted(body: Mapping[str, Any]) -> None:
        hearing.reaction(body)
