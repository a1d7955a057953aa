"""One message of ours on its way to Slack: quiet, findable by its Delivery, and as plain text where Slack wants none
of its layout."""

from collections.abc import Mapping
from typing import Any

from agents.messages import Message
from agents.surface import OutcomeUnknown, Refused
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.message_layout import lay_out_message
from app.slack.thread_reading import DELIVERY
from app.slack.wording import EMPTY

LAYOUT_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Slack's answers to a layout it cannot take. docs.slack.dev, methods/chat.postMessage, errors."""

QUIET = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none", "mrkdwn": False}
"""On every post: no previews, no names or addresses made live, no formatting in `text` beside the blocks."""


def send(
    egress: Egress, method: str, where: Mapping[str, Any], message: Message, delivery_id: str, deadline: Deadline
) -> str:
    """Send `message` by chat.postMessage or chat.update, `where` being the method's own arguments. Returns its ts.

    A layout that Slack refuses is sent once more as plain text. Raises what Egress.call raises.
    """
    mark = {"event_type": DELIVERY, "event_payload": {"delivery": delivery_id}}
    return send_marked(egress, method, where, message, mark, deadline)


def send_marked(
    egress: Egress,
    method: str,
    where: Mapping[str, Any],
    message: Message,
    mark: Mapping[str, Any],
    deadline: Deadline,
) -> str:
    """Do as `send` with a mark of the caller's: metadata, as Slack takes it."""
    laid = lay_out_message(message)
    # an empty list takes away what an edited message showed before
    blocks = laid.blocks if laid.blocks is not None or method == "chat.postMessage" else []
    content: dict[str, Any] = {
        **where,
        "text": laid.text or EMPTY,
        "blocks": blocks,
        "metadata": mark,
        **QUIET,
    }
    try:
        answer = egress.call(method, content, seconds=deadline)
    except Refused as no:
        if no.cause not in LAYOUT_REFUSED or not blocks:
            raise
        answer = egress.call(
            method, {**content, "blocks": None if method == "chat.postMessage" else []}, seconds=deadline
        )
    if not isinstance(answer.get("ts"), str):
        raise OutcomeUnknown("unreadable_answer")
    return str(answer["ts"])
