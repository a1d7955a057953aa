"""What agents/surface.py promises, in Slack: posts that can be found again, signs, private words, threads and files."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Any

from agents.messages import Message
from agents.surface import Conversation, OutcomeUnknown, OutFile, OwnMessage, Person, Place, Refused
from app.slack import belonging, outgoing_files, streams
from app.slack.acting import SlackActing
from app.slack.channel_reading import history, reply_count
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.identity import Identity
from app.slack.limits import REPLIES_PAGE
from app.slack.message_layout import lay_out_message
from app.slack.payloads import attachment_of
from app.slack.posting import send
from app.slack.shared_files import Stands, bytes_of, where
from app.slack.signs import HEARD, Signs
from app.slack.speakers import person_of
from app.slack.thread_reading import NamesSeen, later, own_message, reading, replies
from tools.contract import Attachment, InChannel, Posted


class SlackSurface:
    """agents.surface.Surface for one bot token; that page says what each method promises."""

    def __init__(self, egress: Egress, us: Identity) -> None:
        self._egress = egress
        self._us = us
        self._names = NamesSeen(egress)
        self._signs = Signs(egress)
        self._acting = SlackActing(egress, us)

    @property
    def acting(self) -> SlackActing:
        """Return what tools change."""
        return self._acting

    def post(self, place: Place, message: Message, delivery_id: str, *, seconds: float) -> str:
        """Post into the thread. Returns the ts."""
        where: dict[str, Any] = {"channel": place.channel}
        if place.root:
            where |= {"thread_ts": place.root, "reply_broadcast": False}
        return send(self._egress, "chat.postMessage", where, message, delivery_id, Deadline(seconds))

    def edit(self, place: Place, at: str, message: Message, delivery_id: str, *, seconds: float) -> None:
        """Change our message; one that is gone needs no change."""
        where = {"channel": place.channel, "ts": at}
        try:
            send(self._egress, "chat.update", where, message, delivery_id, Deadline(seconds))
        except Refused as no:
            if no.cause != "message_not_found":
                raise

    def post_direct(self, team_id: str, user_id: str, message: Message, delivery_id: str, *, seconds: float) -> str:
        """Post to the person's direct messages. Returns the ts."""
        deadline = Deadline(seconds)
        channel = self._direct(user_id, deadline)
        return send(self._egress, "chat.postMessage", {"channel": channel}, message, delivery_id, deadline)

    def open_direct(self, team_id: str, user_id: str, *, seconds: float) -> str:
        """Open the person's direct messages. Returns their channel."""
        return self._direct(user_id, Deadline(seconds))

    def _direct(self, user_id: str, deadline: Deadline) -> str:
        channel = self._object("conversations.open", {"users": user_id}, "channel", deadline).get("id")
        if not isinstance(channel, str):
            raise OutcomeUnknown("unreadable_answer")
        return channel

    def upload(self, file: OutFile, *, seconds: float) -> str:
        """Bring a file to Slack. Returns its id."""
        return outgoing_files.upload(self._egress, file, Deadline(seconds))

    def share(self, place: Place, file_id: str, file: OutFile, *, seconds: float) -> str:
        """Show a file in the thread. Returns the ts of its message, mostly ""."""
        return outgoing_files.share(self._egress, place, file_id, file, Deadline(seconds))

    def shared(self, place: Place, file_id: str, *, seconds: float) -> Sequence[str]:
        """Find the messages of the thread that show a file."""
        return outgoing_files.shared(self._egress, place, file_id, Deadline(seconds))

    def open_stream(self, place: Place, reader: str, *, seconds: float) -> str:
        """Begin a stream. Returns its ts."""
        return streams.open_stream(self._egress, place, reader, Deadline(seconds))

    def grow_stream(self, place: Place, at: str, before: str, more: str, *, seconds: float) -> None:
        """Add words to a stream, inert without a flag."""
        streams.grow(self._egress, place, at, before, more, Deadline(seconds))

    def close_stream(self, place: Place, at: str, *, works: bool = False, seconds: float) -> None:
        """End a stream as it stands."""
        streams.close(self._egress, place, at, Deadline(seconds), works=works)

    def end_stream(
        self, place: Place, at: str, message: Message, delivery_id: str, *, works: bool = False, seconds: float
    ) -> None:
        """End a stream and lay its message out."""
        streams.end(self._egress, place, at, message, delivery_id, Deadline(seconds), works=works)

    def find(self, place: Place, delivery_id: str, *, oldest: str, seconds: float) -> Sequence[str]:
        """Find a Delivery's messages in the thread."""
        own = self.own_messages(place, oldest=oldest, seconds=seconds)
        return [message.at for message in own if message.delivery_id == delivery_id]

    def own_messages(self, place: Place, *, oldest: str, seconds: float) -> Sequence[OwnMessage]:
        """List our messages in the thread; none where the whole thread is gone. Without a root: the channel's last."""
        found: dict[str, OwnMessage] = {}
        try:
            for message in self._read(place, oldest, Deadline(seconds)):
                ours = own_message(message, self._us)
                if ours is not None and not later(oldest, ours.at):
                    found[ours.at] = ours
        except Refused as no:
            if no.cause != "thread_not_found":
                raise
        return list(found.values())

    def _read(self, place: Place, oldest: str, deadline: Deadline) -> Iterator[Mapping[str, Any]]:
        if place.root:
            return replies(self._egress, place, deadline, oldest=oldest)
        posts = history(self._egress, place.channel, deadline, after=oldest, before="", metadata=True)
        return islice(posts, REPLIES_PAGE)

    def delete(self, place: Place, at: str, *, seconds: float) -> None:
        """Delete our message."""
        try:
            self._egress.call("chat.delete", {"channel": place.channel, "ts": at}, seconds=seconds)
        except Refused as no:
            if no.cause != "message_not_found":
                raise

    def show_sign(self, place: Place, at: str, *, reacts: Callable[[], None] = lambda: None, seconds: float) -> None:
        """Set the thread's session to processing, or react with eyes."""
        self._signs.show(place, at, Deadline(seconds), reacts)

    def show_status(self, place: Place, words: str, *, seconds: float) -> None:
        """Show a line under the thread, for two minutes at most."""
        self._signs.line(place, words, Deadline(seconds))

    def clear_sign(
        self,
        place: Place,
        at: str,
        *,
        waits: bool = False,
        line: bool = True,
        reaction: bool = True,
        seconds: float,
    ) -> None:
        """Set the session to active, or suspended; take line and eyes away."""
        self._signs.clear(place, at, Deadline(seconds), waits=waits, line=line, reaction=reaction)

    def acknowledge(self, place: Place, at: str, *, seconds: float) -> None:
        """React with a hand."""
        self._signs.react(place, at, HEARD, Deadline(seconds))

    def tell_privately(self, place: Place, user_id: str, text: str, *, seconds: float) -> None:
        """Show words to one person, in the thread or, where the place names none, in the channel."""
        laid = lay_out_message(Message(markdown=text))
        where = {"channel": place.channel, "thread_ts": place.root or None, "user": user_id}
        words = {"text": laid.text, "blocks": laid.blocks, "link_names": False, "parse": "none"}
        self._egress.call("chat.postEphemeral", {**where, **words}, seconds=seconds)

    def person(self, team_id: str, user_id: str, *, seconds: float) -> Person:
        """Ask who someone is."""
        user = self._object("users.info", {"user": user_id}, "user", Deadline(seconds))
        try:
            person = person_of(user, self._us.own_teams(team_id))
        except ValueError:
            raise OutcomeUnknown("unreadable_answer") from None
        self._names.note(team_id, user_id, person.name)
        return person

    def people(self, team_id: str, after: str, *, seconds: float) -> tuple[Sequence[Person], str]:
        """Read one page of the workspace's people."""
        return belonging.people(self._egress, team_id, after, self._us.own_teams(team_id), Deadline(seconds))

    def members(self, team_id: str, channel: str, among: Set[str], *, seconds: float) -> frozenset[str]:
        """Read who is in a channel."""
        return belonging.members(self._egress, channel, among, Deadline(seconds))

    def group(self, team_id: str, group_id: str, *, seconds: float) -> frozenset[str]:
        """Read who is in a user group."""
        return belonging.group(self._egress, team_id, group_id, Deadline(seconds))

    def conversation(self, team_id: str, channel: str, *, seconds: float) -> Conversation:
        """Ask what a channel is."""
        asked = {"channel": channel}
        return belonging.conversation(self._object("conversations.info", asked, "channel", Deadline(seconds)))

    def link(self, place: Place, at: str) -> str:
        """Return a message's permalink."""
        return self._us.permalink(place.channel, at, place.root)

    def messages(self, place: Place, *, after: str, limit: int, seconds: float) -> tuple[Sequence[Posted], bool]:
        """Read the thread."""
        deadline = Deadline(seconds)
        whole = replies(self._egress, place, deadline, oldest=after, inclusive=False)
        page = list(islice((message for message in whole if later(message["ts"], after)), limit + 1))
        read = reading(self._names, self._us, place.team_id, deadline)
        return [read.posted(message, place.channel) for message in page[:limit]], len(page) > limit

    def channel_messages(
        self, place: Place, channel: str, *, after: str, before: str, limit: int, seconds: float
    ) -> tuple[Sequence[InChannel], bool]:
        """Read a channel, from its end backwards."""
        deadline = Deadline(seconds)
        newest_first = history(self._egress, channel, deadline, after=after, before=before)
        page = list(islice(newest_first, limit + 1))
        read = reading(self._names, self._us, place.team_id, deadline)
        shown = [InChannel(read.posted(message, channel), reply_count(message)) for message in reversed(page[:limit])]
        return shown, len(page) > limit

    def file(self, place: Place, file_id: str, *, seconds: float) -> Attachment | None:
        """Describe a file of the thread."""
        deadline = Deadline(seconds)
        try:
            file = self._object("files.info", {"file": file_id}, "file", deadline)
        except Refused as no:
            if no.cause in {"file_not_found", "file_deleted"}:
                return None
            raise
        here = file.get("id") == file_id and where(self._egress, file, place, deadline) is Stands.HERE
        return attachment_of(file) if here else None

    def download(self, place: Place, file_id: str, *, max_bytes: int, seconds: float) -> bytes:
        """Return a file's bytes; Refused("not_shared_here") for one that stands in another conversation."""
        deadline = Deadline(seconds)
        file = self._object("files.info", {"file": file_id}, "file", deadline)
        if where(self._egress, file, place, deadline) is Stands.ELSEWHERE:
            raise Refused("not_shared_here")
        return bytes_of(self._egress, file, max_bytes=max_bytes, deadline=deadline)

    def _object(self, method: str, arguments: Mapping[str, Any], key: str, deadline: Deadline) -> Mapping[str, Any]:
        value = self._egress.call(method, arguments, seconds=deadline).get(key)
        return value if isinstance(value, Mapping) else {}
