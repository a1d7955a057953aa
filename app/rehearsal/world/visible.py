"""Everything that people were ever able to see, in order: posts, edits, deletions, reactions. Nothing leaves it."""

from collections import Counter
from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json
from app.rehearsal.world.messages import Message


@dataclass
class VisibleLog:
    """Entries are JSON objects: seq, at (Unix seconds), what, channel, ts, thread_ts, user, bot_id, text, blocks.

    Where something was shown anew, `unfurled` lists the addresses that Slack would fetch for a preview.
    """

    entries: list[Json] = field(default_factory=list)
    _posted: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, at: float, message: Message, **more: object) -> None:
        """Note that `what` became visible: posted, updated, deleted, ephemeral, reaction_added, reaction_removed,
        stream_started, stream_appended, stream_ended."""
        if what == "posted":
            self._posted[message.user] += 1
        self.entries.append(
            {
                "seq": len(self.entries) + 1,
                "at": at,
                "what": what,
                "channel": message.channel,
                "ts": message.ts,
                "thread_ts": message.root or message.ts,
                "user": message.user,
                "bot_id": message.bot_id,
                "text": message.text,
                "blocks": message.blocks,
                **more,
            }
        )

    def posted_by(self, user: str) -> int:
        """How many messages someone has posted."""
        return self._posted[user]

    def of(self, channel: str | None = None, thread: str | None = None) -> list[Json]:
        """The entries of one channel or thread, oldest first; all of them without a filter."""
        return [
            entry
            for entry in self.entries
            if (channel is None or entry["channel"] == channel) and (thread is None or entry["thread_ts"] == thread)
        ]
