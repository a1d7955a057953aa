"""How posted messages are laid out for the planner, and what is cited of them. Runs in the worker."""

import hashlib
from datetime import UTC, datetime

from tools.contract import Posted, Source
from tools.guards.attached import one_line

ROOM = 24_000
"""Characters of one result: about 6 000 tokens, the share of a Turn that one result may fill."""
MESSAGE_LENGTH = 6_000
"""Characters of one message: Slack itself cuts a text at 40 000, people rarely write over 2 000."""
SHORTENED = f"messages over {MESSAGE_LENGTH:,} characters are shortened; their rest cannot be read."


def written(message: Posted) -> str:
    """Return one message; lines after the first are indented, so that a text cannot pass for another message."""
    text = message.text
    if is_long(message):
        text = f"{text[:MESSAGE_LENGTH]}… [{len(message.text):,} characters in all]"
    text = "\n  ".join(text.splitlines())
    files = "".join(
        f'\n  file {file.id} "{one_line(file.name)}" ({file.media_type}, {file.size:,} bytes)' for file in message.files
    )
    return f"[{message.at}] {_time(message.at)} {one_line(message.author)}: {text}{files}"


def is_long(message: Posted) -> bool:
    """Whether a message is shown shortened."""
    return len(message.text) > MESSAGE_LENGTH


def source_of(message: Posted) -> Source:
    """Return the message as a source."""
    digest = hashlib.sha256(message.text.encode()).hexdigest()
    return Source(kind="message", id=message.at, digest=digest, title=message.author, url=message.url)


def _time(at: str) -> str:
    return datetime.fromtimestamp(float(at), UTC).strftime("%Y-%m-%d %H:%M UTC")
