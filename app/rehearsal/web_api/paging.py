"""Slack's cursors: where the next page begins, wrapped so that nobody reads it."""

import base64
import binascii

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.web_api.arguments import Arguments


def read_cursor(args: Arguments, kind: str) -> str:
    """What the cursor of this call holds, "" without one. `kind` is what it counts by, as ts or user."""
    given = args.text("cursor", "")
    if not given:
        return ""
    try:
        told, _, value = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise SlackError("invalid_cursor") from None
    if told != f"next_{kind}" or not value:
        raise SlackError("invalid_cursor")
    return value


def next_cursor(kind: str, value: str) -> Json:
    """The response_metadata of a page; an empty value says that it was the last."""
    return {"next_cursor": base64.b64encode(f"next_{kind}:{value}".encode()).decode() if value else ""}
