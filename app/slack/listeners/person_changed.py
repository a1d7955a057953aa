"""A person changes: deactivated, made a guest, made an admin, renamed. In: `user_change`. Out: Intake asks anew."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for changes of people."""

    @app.event("user_change")
    def someone_changed(body: Mapping[str, Any]) -> None:
        hearing.changed_person(body)
