"""Someone says what was wrong with an answer. In: `view_submission` of the modal. Out: stored beside their thumb."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from app.slack.hearing import Hearing
from app.slack.modals import BAD_ANSWER


def register(app: App, hearing: Hearing) -> None:
    """Listen for the modal's submission."""

    @app.view(BAD_ANSWER)
    def someone_explained(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.explained(body)
        ack()
