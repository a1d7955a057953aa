"""What agents/acting.py promises, in Slack: posts elsewhere, messages for later, topics and channel canvases."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.messages import Message
from agents.surface import OutcomeUnknown, Place, Refused
from app.slack.canvas_text import inert_markdown
from app.slack.channel_reading import history
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.identity import Identity
from app.slack.inert import escaped, pieces, resolved, visible
from app.slack.limits import REPLIES_PAGE
from app.slack.message_layout import lay_out_message
from app.slack.posting import QUIET, send_marked
from app.slack.thread_reading import Message as Seen
from app.slack.thread_reading import replies
from tools.contract import Where

CALL = "tagwork_call"
"""The type of the metadata that carries a ToolCall's id, as DELIVERY's carries a Delivery's."""

QUIET_LATER = {name: value for name, value in QUIET.items() if name != "mrkdwn"}
"""docs.slack.dev, methods/chat.scheduleMessage: it has every one of these arguments but that."""

POSTED_LATE = 600.0
"""Seconds within which a scheduled message is looked for: Slack does not say how punctual it is."""

OPERATIONS = {
    Where.START: "insert_at_start",
    Where.END: "insert_at_end",
    Where.AFTER: "insert_after",
    Where.INSTEAD: "replace",
}
"""docs.slack.dev, methods/canvases.edit."""


class SlackActing:
    """agents.acting.Acting for one bot token; that page says what each method promises."""

    def __init__(self, egress: Egress, us: Identity) -> None:
        self._egress = egress
        self._us = us

    def direct(self, user_id: str, *, seconds: float) -> str:
        """Open the direct messages with a person."""
        answer = self._egress.call("conversations.open", {"users": user_id}, seconds=seconds)
        return _text(_mapping(answer.get("channel")).get("id"))

    def link(self, channel: str, at: str) -> str:
        """Return a message's permalink."""
        return self._us.permalink(channel, at, "")

    def say(self, channel: str, message: Message, call_id: str, *, seconds: float) -> str:
        """Post outside any thread."""
        mark = {"event_type": CALL, "event_payload": {"call": call_id}}
        return send_marked(self._egress, "chat.postMessage", {"channel": channel}, message, mark, Deadline(seconds))

    def said(self, channel: str, call_id: str, *, since: float, seconds: float) -> str | None:
        """Look through the channel for our message with that mark."""
        deadline = Deadline(seconds)
        for seen in history(self._egress, channel, deadline, after=f"{since:.6f}", before="", metadata=True):
            marked = _mapping(seen.get("metadata"))
            names = _mapping(marked.get("event_payload")).get("call")
            if self._ours(seen) and marked.get("event_type") == CALL and names == call_id:
                return str(seen["ts"])
        return None

    def say_later(self, channel: str, root: str, message: Message, call_id: str, at: int, *, seconds: float) -> None:
        """Schedule a message. It has no metadata: Slack never posts what has (docs.slack.dev, the method's page)."""
        laid = lay_out_message(message)
        blocks = [dict(block) for block in laid.blocks or ()]
        if blocks:
            blocks[0]["block_id"] = _block_id(call_id)
        content = {
            "channel": channel,
            "thread_ts": root or None,
            "post_at": at,
            "text": laid.text,
            "blocks": blocks or None,
            **QUIET_LATER,
        }
        self._egress.call("chat.scheduleMessage", content, seconds=seconds)

    def waits(self, channel: str, message: Message, at: int, *, seconds: float) -> bool:
        """Look through what is scheduled: its list shows text and time, and no mark of ours."""
        text = lay_out_message(message).text
        return any(
            one.get("post_at") == at and one.get("text") == text
            for one in self._scheduled(channel, at, Deadline(seconds))
        )

    def said_later(self, channel: str, root: str, call_id: str, at: int, *, seconds: float) -> bool:
        """Look for a message of ours, posted at that time, whose first block has the call's id."""
        deadline = Deadline(seconds)
        after, before = f"{at - 60:.6f}", f"{at + POSTED_LATE:.6f}"
        if root:
            place = Place(self._us.team_id, channel, root)
            seen: Iterator[Seen] = replies(self._egress, place, deadline, oldest=after, latest=before)
        else:
            seen = history(self._egress, channel, deadline, after=after, before=before)
        wanted = _block_id(call_id)
        return any(self._ours(one) and wanted in map(_block_id_of, one.get("blocks") or ()) for one in seen)

    def topic(self, channel: str, *, seconds: float) -> str:
        """Read a channel's topic."""
        return str(_mapping(self._info(channel, seconds).get("topic")).get("value") or "")

    def set_topic(self, channel: str, topic: str, *, seconds: float) -> None:
        """Set a channel's topic. It has no formatting that could make an address code, so it may have none."""
        shown = self.shown_topic(topic)
        if any(live for _, live in pieces(resolved(visible(topic)))):
            raise Refused("live_words")
        self._egress.call("conversations.setTopic", {"channel": channel, "topic": shown}, seconds=seconds)

    def shown_topic(self, topic: str) -> str:
        """Return a topic on one line, nothing hidden in it, markup escaped."""
        return escaped(" ".join(visible(topic).split()))

    def canvas(self, channel: str, *, seconds: float) -> str:
        """Read which canvas a channel has: Slack told it as `canvas`, and tells it as the first tab of that type."""
        told = _mapping(self._info(channel, seconds).get("properties"))
        tabs = told.get("tabs")
        named = [_mapping(told.get("canvas"))] + [
            _mapping(tab.get("data"))
            for tab in (tabs if isinstance(tabs, list) else ())
            if isinstance(tab, Mapping) and tab.get("type") == "canvas"
        ]
        return next((str(one["file_id"]) for one in named if isinstance(one.get("file_id"), str)), "")

    def sections(self, canvas: str, text: str, *, seconds: float) -> Sequence[str]:
        """Look sections up by their words."""
        asked = {"canvas_id": canvas, "criteria": json.dumps({"contains_text": text})}
        found = self._egress.call("canvases.sections.lookup", asked, seconds=seconds).get("sections")
        listed = found if isinstance(found, list) else []
        return [str(one["id"]) for one in listed if isinstance(one, Mapping) and isinstance(one.get("id"), str)]

    def make_canvas(self, channel: str, markdown: str, mark: str, *, seconds: float) -> str:
        """Make a channel's canvas."""
        asked = {"channel_id": channel, "document_content": _document(markdown, mark)}
        return _text(self._egress.call("conversations.canvases.create", asked, seconds=seconds).get("canvas_id"))

    def write_canvas(
        self, canvas: str, where: Where, section: str, markdown: str, mark: str, *, seconds: float
    ) -> None:
        """Make one change."""
        change: dict[str, Any] = {
            "operation": OPERATIONS[where],
            "document_content": _document(markdown, mark),
            **({"section_id": section} if section else {}),
        }
        self._egress.call("canvases.edit", {"canvas_id": canvas, "changes": [change]}, seconds=seconds)

    def _ours(self, seen: Seen) -> bool:
        return seen.get("bot_id") == self._us.bot_id

    def _info(self, channel: str, seconds: float) -> Mapping[str, Any]:
        return _mapping(self._egress.call("conversations.info", {"channel": channel}, seconds=seconds).get("channel"))

    def _scheduled(self, channel: str, at: int, deadline: Deadline) -> Iterator[Mapping[str, Any]]:
        cursor: str | None = None
        while True:
            asked = {
                "channel": channel,
                "oldest": str(at - 1),
                "latest": str(at + 1),
                "limit": REPLIES_PAGE,
                "cursor": cursor,
            }
            answer = self._egress.call("chat.scheduledMessages.list", asked, seconds=deadline)
            listed = answer.get("scheduled_messages")
            yield from (one for one in (listed if isinstance(listed, list) else ()) if isinstance(one, Mapping))
            following = _mapping(answer.get("response_metadata")).get("next_cursor")
            if not isinstance(following, str) or not following or following == cursor:
                return
            cursor = following


def _document(markdown: str, mark: str) -> dict[str, str]:
    """Return what is written, with the mark at the end of its last line, or below where that is no line of words."""
    words = inert_markdown(markdown).rstrip()
    last = words.rpartition("\n")[2].lstrip()
    own_line = not words or last.startswith(("```", "|", "#"))
    return {"type": "markdown", "markdown": f"{words}\n\n{mark}" if own_line else f"{words} {mark}"}


def _block_id(call_id: str) -> str:
    return f"call:{call_id}"


def _block_id_of(block: object) -> object:
    return block.get("block_id") if isinstance(block, Mapping) else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise OutcomeUnknown("unreadable_answer")
    return value
