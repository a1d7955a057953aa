"""Reads the arguments of a Web API call, from whichever of Slack's forms the client chose."""

import json
from collections.abc import Iterator
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError


def read_arguments(content_type: str, query: str, body: bytes) -> Json:
    """Query, JSON, urlencoded or multipart arguments as one dict (slack.md 5.1). Raises SlackError on a broken body."""
    found: Json = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if not body:
        return found
    if kind == "application/json":
        try:
            told = json.loads(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(told, dict):
            raise SlackError("json_not_object")
        return found | told
    if kind == "application/x-www-form-urlencoded":
        return found | dict(parse_qsl(body.decode(), keep_blank_values=True))
    if kind == "multipart/form-data":
        return found | _multipart(content_type, body)
    raise SlackError("invalid_post_type")


def first_file(content_type: str, body: bytes) -> bytes:
    """The bytes of an upload: the body itself, or the first part of a multipart form."""
    if not content_type.startswith("multipart/form-data"):
        return body
    for part in _parts(content_type, body):
        content = part.get_payload(decode=True)
        return content if isinstance(content, bytes) else b""
    return b""


def _parts(content_type: str, body: bytes) -> Iterator[MIMEPart]:
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    return whole.iter_parts()


def _multipart(content_type: str, body: bytes) -> Json:
    found: Json = {}
    for part in _parts(content_type, body):
        name = part.get_param("name", header="content-disposition")
        if name:
            found[str(name)] = _part_text(part)
    return found


def _part_text(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    return content.decode(errors="replace") if isinstance(content, bytes) else ""


class Arguments:
    """One call's arguments with their types. Every reader raises SlackError invalid_arguments for a wrong type."""

    def __init__(self, given: Json) -> None:
        self.given = given

    def __contains__(self, name: str) -> bool:
        return self.given.get(name) not in (None, "")

    def text(self, name: str, default: str | None = None) -> str:
        """A string; required when there is no default."""
        value = self.given.get(name)
        if value is None or value == "":
            if default is None:
                raise wrong_argument(f"missing required field: {name}")
            return default
        if not isinstance(value, str):
            raise wrong_argument(f"must be a string: {name}")
        return value

    def flag(self, name: str) -> bool:
        """A boolean, absent = False. Forms carry 1, 0, true, false."""
        value = self.given.get(name, False)
        if isinstance(value, str):
            return value.lower() in ("1", "true")
        return bool(value)

    def number(self, name: str, default: int, most: int, error: str) -> int:
        """A whole number from 1 to `most`; `error` is Slack's code for another."""
        value = self.given.get(name)
        if value in (None, ""):
            return default
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise SlackError(error) from None
        if not 1 <= number <= most:
            raise SlackError(error)
        return number


def wrong_argument(sentence: str) -> SlackError:
    """Slack's answer to a missing or ill-typed argument."""
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {sentence}"]})
