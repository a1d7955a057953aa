"""Someone orders `/tagwork …`. In: the command's form. Out: the answer, to them alone, in the acknowledgement."""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from app.slack.aside import private
from app.slack.hearing import Hearing

COMMAND = "/tagwork"


def register(app: App, hearing: Hearing) -> None:
    """Listen for the command; `/tagwork help` says what it can be told."""

    @app.command(COMMAND)
    def someone_ordered(ack: Ack, body: Mapping[str, Any]) -> None:
        ack(private(hearing.command(body)))
