"""Someone uses the App Home: presses a control, sends a form off, saves what they were shown.

In: `block_actions` in the Home, `view_submission` of its modals. Out: modals, and the Home anew. Nothing is done before
Slack was asked who they are, and all of that is off the acknowledgement's path.
"""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from app.slack.desk import LOOKING, SAVING
from app.slack.desk_views import DESK, EFFECT, FORM, wait
from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for the controls and the modals."""

    @app.action(re.compile(f"^{DESK}"))
    def someone_pressed_a_control(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.desk.pressed(body)
        ack()

    @app.view(FORM)
    def someone_sent_a_form_off(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.desk.filled_in(body)
        ack(response_action="update", view=wait(LOOKING))

    @app.view(EFFECT)
    def someone_saves_what_they_were_shown(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.desk.saved(body)
        ack(response_action="update", view=wait(SAVING))
