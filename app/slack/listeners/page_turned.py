"""Someone looks at another page of a call. In: `block_actions` in the modal. Out: the modal shows that page."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App

from app.slack.action_ids import PAGES
from app.slack.hearing import Hearing


def register(app: App, hearing: Hearing) -> None:
    """Listen for the modal's buttons."""

    @app.action(re.compile(f"^{PAGES}"))
    def someone_turned_a_page(ack: Ack, body: Mapping[str, Any]) -> None:
        hearing.turned(body)
        ack()
