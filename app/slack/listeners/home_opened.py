"""Someone opens our App Home or our direct messages. In: `app_home_opened`. Out: their Home, or suggested prompts."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for both tabs."""

    @app.event("app_home_opened")
    def someone_opened_our_home(body: Mapping[str, Any]) -> None:
        hearing.home(body)
