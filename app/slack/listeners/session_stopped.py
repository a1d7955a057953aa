"""Someone presses the Stop that Slack shows beside a session. In: `agent_session_stopped`. Out: the Run is stopped."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for Slack's own Stop. Slack has ended the running streams of the thread by then."""

    @app.event("agent_session_stopped")
    def someone_stopped_the_session(body: Mapping[str, Any]) -> None:
        hearing.session_stop(body)
