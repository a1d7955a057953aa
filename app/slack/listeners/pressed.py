"""Someone presses a button of ours. In: `block_actions`. Out: what it stands for, stored before it is acknowledged.

Slack sends no interaction twice: a click that could not be stored is not acknowledged, and Slack shows its presser an
error.
"""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from app.slack.action_ids import ACTIONS
from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for every element whose action_id is ours."""

    @app.action(re.compile(f"^{ACTIONS}"))
    def someone_pressed(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.click(body)
        ack()
