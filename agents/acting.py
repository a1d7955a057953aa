"""What a tool may change in the place where people talk, beyond the Run's own answers. Slack: app/slack/acting.py.

Each way of changing something has a way of finding whether it happened, because a worker may die between the two: every
`call_id` is the ToolCall's, the same for each of its attempts (E18). Every method takes at most `seconds` of wall clock
and raises TryLater, OutcomeUnknown or Refused (agents.surface), and nothing else for what the other side does. Words
are never trusted: nothing in them is live.
"""

from collections.abc import Sequence
from typing import Protocol

from agents.messages import Message
from tools.contract import Where


class Acting(Protocol):
    """What may be changed, and the look at each change."""

    def direct(self, user_id: str, *, seconds: float) -> str:
        """Return the channel of the direct messages with a person, opened where there is none. Repeatable."""

    def link(self, channel: str, at: str) -> str:
        """Return where people see a message; empty where that is unknown."""

    def say(self, channel: str, message: Message, call_id: str, *, seconds: float) -> str:
        """Post into a channel, outside any thread, findable by `call_id`. Returns the message's ts."""

    def said(self, channel: str, call_id: str, *, since: float, seconds: float) -> str | None:
        """Return the ts of the message that this call has posted since a moment (Unix seconds), or None."""

    def say_later(self, channel: str, root: str, message: Message, call_id: str, at: int, *, seconds: float) -> None:
        """Have a message posted at a moment (Unix seconds): in the thread `root`, or in the channel if empty."""

    def waits(self, channel: str, message: Message, at: int, *, seconds: float) -> bool:
        """Whether a message with these very words waits to be posted there at that moment."""

    def said_later(self, channel: str, root: str, call_id: str, at: int, *, seconds: float) -> bool:
        """Whether the message that this call had waiting for that moment was posted."""

    def topic(self, channel: str, *, seconds: float) -> str:
        """Return what stands at the top of a channel, as it was set."""

    def set_topic(self, channel: str, topic: str, *, seconds: float) -> None:
        """Set it. Repeatable. Refused("live_words") for a topic that clients would link or notify."""

    def shown_topic(self, topic: str) -> str:
        """Return how `topic` would come back from a channel."""

    def canvas(self, channel: str, *, seconds: float) -> str:
        """Return the id of a channel's canvas; empty where it has none."""

    def sections(self, canvas: str, text: str, *, seconds: float) -> Sequence[str]:
        """Return the ids of the canvas's sections that have `text` in them."""

    def make_canvas(self, channel: str, markdown: str, mark: str, *, seconds: float) -> str:
        """Make the canvas of a channel that has none, marked with `mark`. Returns its id."""

    def write_canvas(
        self, canvas: str, where: Where, section: str, markdown: str, mark: str, *, seconds: float
    ) -> None:
        """Write at one place of a canvas; `mark` ends what is written, so that it is found by `sections`.

        `section` is an id, for AFTER and INSTEAD.
        """
