"""Everything else that Slack sends: acknowledged, because Slack repeats what nobody acknowledges. Registered last."""

import logging
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt import App

from app.slack.hearing import Hearing

logger = logging.getLogger(__name__)


def register(app: App, hearing: Hearing) -> None:
    """Listen for every event that no other listener took."""

    @app.event(re.compile(".*"))
    def something_else_happened(body: Mapping[str, Any]) -> None:
        event = body.get("event")
        kind = (event.get("type"), event.get("subtype")) if isinstance(event, Mapping) else None
        logger.debug("Nothing to do for %s", kind)
