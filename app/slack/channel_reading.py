"""A channel as Slack tells it: page after page, newest first, without the replies that stand in threads."""

from collections.abc import Iterator, Mapping

from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.limits import REPLIES_PAGE
from app.slack.thread_reading import Message, later


def history(
    egress: Egress, channel: str, deadline: Deadline, *, after: str, before: str, metadata: bool = False
) -> Iterator[Message]:
    """Yield the channel's messages between two ts (excluded, may be empty), newest first; with metadata where asked.

    Raises what Egress.call raises.
    """
    cursor: str | None = None
    while True:
        asked = {
            "channel": channel,
            "oldest": after or None,
            "latest": before or None,
            "inclusive": False,
            "include_all_metadata": metadata or None,
            "limit": REPLIES_PAGE,
            "cursor": cursor,
        }
        answer = egress.call("conversations.history", asked, seconds=deadline)
        listed = answer.get("messages")
        for message in listed if isinstance(listed, list) else ():
            if not isinstance(message, Mapping) or not isinstance(message.get("ts"), str):
                continue
            # a cursor is the other side's word for where to go on; the window is ours
            if later(message["ts"], after) and (not before or later(before, message["ts"])):
                yield message
        told = answer.get("response_metadata")
        following = told.get("next_cursor") if isinstance(told, Mapping) else None
        if not isinstance(following, str) or not following or following == cursor:
            return
        cursor = following


def reply_count(message: Message) -> int:
    """Return how many replies stand under a message."""
    count = message.get("reply_count")
    return count if isinstance(count, int) and count > 0 else 0
