"""Single fields of Slack's payloads, each with what it must look like. None of it is trusted."""

import re
from collections.abc import Mapping
from typing import Any

from app.slack.typed_text import storable

Payload = Mapping[str, Any]

ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""An id of Slack's: a letter for its kind, then capitals and digits."""

TIMESTAMP = re.compile(r"\d{1,16}\.\d{1,9}", re.ASCII)
"""A message's ts: seconds and a counter."""


class BadPayload(ValueError):
    """A payload of Slack's that we cannot read. Names the part, never its content."""


def text_in(part: Payload, key: str) -> str:
    """Return a text, "" where there is none."""
    value = part.get(key)
    return storable(value) if isinstance(value, str) else ""


def object_in(part: Payload, key: str) -> Payload:
    """Return an object, an empty one where there is none."""
    value = part.get(key)
    return value if isinstance(value, Mapping) else {}


def id_in(part: Payload, key: str) -> str:
    """Return an id. Raises BadPayload where there is none."""
    value = part.get(key)
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise BadPayload(f"the payload has no {key} that is an id")
    return value


def ts_in(part: Payload, key: str) -> str:
    """Return a message's ts. Raises BadPayload where there is none."""
    value = part.get(key)
    if not isinstance(value, str) or not TIMESTAMP.fullmatch(value):
        raise BadPayload(f"the payload has no {key} that is a timestamp")
    return value
