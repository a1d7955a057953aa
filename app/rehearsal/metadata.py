"""Takes or refuses the metadata of a message."""

import json
from typing import Any

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError

# "guess": no page states metadata's size; the code metadata_too_large exists
METADATA_BYTES = 16_384


def read_metadata(given: Any) -> Json | None:
    """An `{event_type, event_payload}` object, from JSON text or a dict; None when nothing was given.

    Raises SlackError invalid_metadata_format, metadata_too_large.
    """
    if given in (None, ""):
        return None
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            raise SlackError("invalid_metadata_format") from None
    if (
        not isinstance(given, dict)
        or set(given) != {"event_type", "event_payload"}
        or not isinstance(given["event_type"], str)
        or not given["event_type"]
        or not isinstance(given["event_payload"], dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(given).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return given
