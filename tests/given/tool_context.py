"""A ToolContext as a test lends it: files and messages that are plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tools.contract import Attachment, BadArguments, InChannel, Page, Posted, ToolContext, ToolFailed


@dataclass(frozen=True, slots=True)
class AttachedFiles:
    """Files by id: (name, bytes). Those in `gone` are still listed, as after their author deleted them."""

    content: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    def listed(self) -> Sequence[Attachment]:
        """Return every file in the order in which it was given."""
        return [
            Attachment(id=file_id, name=name, media_type="application/octet-stream", size=len(data))
            for file_id, (name, data) in self.content.items()
        ]

    def open(self, file_id: str) -> bytes:
        """Return the bytes, or fail as the contract says."""
        if file_id in self.gone:
            raise ToolFailed(f"File {file_id} was deleted in Slack.")
        if file_id not in self.content:
            raise BadArguments(f"There is no file {file_id}.")
        return self.content[file_id][1]


@dataclass(frozen=True, slots=True)
class PostedMessages:
    """Messages of a thread, oldest first."""

    posted: Sequence[Posted] = ()

    def messages(self, *, after: str = "", limit: int = 100) -> tuple[Sequence[Posted], bool]:
        """Return up to `limit` messages after the ts `after`, and whether there are more."""
        later = [message for message in self.posted if not after or float(message.at) > float(after)]
        return later[:limit], len(later) > limit


@dataclass(frozen=True, slots=True)
class ChannelPosts:
    """Messages that stand in a channel, oldest first."""

    posted: Sequence[InChannel] = ()

    def messages(
        self, channel: str = "", *, after: str = "", before: str = "", limit: int = 100
    ) -> tuple[Sequence[InChannel], bool]:
        """Return the last `limit` messages between two ts, and whether there are earlier ones."""
        inside = [
            one
            for one in self.posted
            if (not after or float(one.posted.at) > float(after))
            and (not before or float(one.posted.at) < float(before))
        ]
        return inside[-limit:], len(inside) > limit


@dataclass(frozen=True, slots=True)
class ServedPages:
    """Pages by address."""

    pages: Mapping[str, Page] = field(default_factory=dict)

    def get(self, url: str) -> Page:
        """Return the page, or fail as the contract says."""
        if url not in self.pages:
            raise ToolFailed("No such page.")
        return self.pages[url]


class NothingToChange:
    """Stands for everything that a tool which only reads is never to touch."""

    def __getattr__(self, name: str) -> Any:
        """Raise AssertionError."""
        raise AssertionError(f"the tool wanted to change something: {name}")


def a_context(
    files: AttachedFiles | None = None,
    thread: PostedMessages | None = None,
    *,
    channel: ChannelPosts | None = None,
    web: ServedPages | None = None,
    call_id: str = "call-1",
    seconds: float = 60.0,
    settings: Mapping[str, str] | None = None,
) -> ToolContext:
    """Return a context with these files and messages and nothing else."""
    return ToolContext(
        call_id=call_id,
        seconds=seconds,
        files=files or AttachedFiles(),
        thread=thread or PostedMessages(),
        channel=channel or ChannelPosts(),
        web=web or ServedPages(),
        messages=NothingToChange(),
        topics=NothingToChange(),
        canvases=NothingToChange(),
        requests=NothingToChange(),
        settings=settings or {},
    )
