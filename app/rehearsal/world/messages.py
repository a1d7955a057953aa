"""One message as the workspace keeps it: who said what where, with reactions, files and whether it was deleted."""

from dataclasses import dataclass, field

from app.rehearsal.json_shape import Json
from app.rehearsal.world.stream import Stream


@dataclass
class Message:
    """`user` is the author's id. `root` is the thread's root ts, None for a message that stands in the channel.

    `bot_id` and `app_id` are set for posts of apps; `via` carries the name a webhook gave itself. `files` are ids.
    `unfurls` is False when both unfurl flags were. `stream` is set when the message was streamed.
    """

    channel: str
    ts: str
    user: str
    text: str
    root: str | None = None
    blocks: list[Json] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    bot_id: str | None = None
    app_id: str | None = None
    via: str | None = None
    client_msg_id: str | None = None
    metadata: Json | None = None
    broadcast: bool = False
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool = False
    unfurls: bool = True
    stream: Stream | None = None

    @property
    def streaming(self) -> bool:
        """Does Slack still take more for it?"""
        return self.stream is not None and self.stream.ended is None

    @property
    def subtype(self) -> str | None:
        """Slack's subtype: absent for what a person typed, file_share with files, bot_message from a webhook."""
        if self.via is not None:
            return "bot_message"
        if self.broadcast:
            return "thread_broadcast"
        return "file_share" if self.files else None
