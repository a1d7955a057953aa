"""The rehearsed workspace: who and what is in it, and every change to messages, reactions, files and membership."""

from collections import defaultdict
from dataclasses import dataclass, field

from app.rehearsal.clock import Clock
from app.rehearsal.ids import Ids
from app.rehearsal.json_shape import Json
from app.rehearsal.slack_error import SlackError
from app.rehearsal.world.canvases import Canvas
from app.rehearsal.world.channels import Channel
from app.rehearsal.world.credentials import Credentials
from app.rehearsal.world.files import SharedFile
from app.rehearsal.world.messages import Message
from app.rehearsal.world.people import Person, Usergroup
from app.rehearsal.world.scheduled import Schedule
from app.rehearsal.world.sessions import Sessions
from app.rehearsal.world.thread_statuses import ThreadStatuses
from app.rehearsal.world.unfurling import addresses
from app.rehearsal.world.uploads import Uploads
from app.rehearsal.world.visible import VisibleLog

# Slack keeps at most 23 kinds of reaction a person and 50 a message; "guess": only the second is enforced
REACTION_KINDS_PER_MESSAGE = 50
# text is cut there (slack.md 2)
TEXT_CUT = 40_000


@dataclass
class OurApp:
    """The app under rehearsal: its ids in this workspace."""

    app_id: str
    bot_user: str
    bot_id: str
    name: str


@dataclass
class World:
    """State and its changes. Methods take ids that are known to exist or raise SlackError in Slack's own words."""

    team_id: str
    team_name: str
    team_domain: str
    enterprise_id: str | None
    app: OurApp
    credentials: Credentials
    people: dict[str, Person]
    channels: dict[str, Channel]
    clock: Clock
    ids: Ids
    messages: dict[str, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))
    replies: dict[tuple[str, str], list[Message]] = field(default_factory=lambda: defaultdict(list))
    streaming: list[Message] = field(default_factory=list)
    files: dict[str, SharedFile] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=Schedule)
    uploads: Uploads = field(default_factory=Uploads)
    sessions: Sessions = field(default_factory=Sessions)
    statuses: ThreadStatuses = field(default_factory=ThreadStatuses)
    visible: VisibleLog = field(default_factory=VisibleLog)

    def person(self, user: str) -> Person:
        """The person with this id, or this handle in any case. Raises SlackError user_not_found."""
        named = (one for one in self.people.values() if one.name.lower() == user.lower())
        found = self.people.get(user) or next(named, None)
        if found is None:
            raise SlackError("user_not_found")
        return found

    def channel(self, channel: str) -> Channel:
        """The channel with this id, or this name. Raises SlackError channel_not_found."""
        found = self.channels.get(channel)
        found = found or next((one for one in self.channels.values() if one.name and one.name == channel), None)
        if found is None:
            raise SlackError("channel_not_found")
        return found

    def direct_message(self, user: str) -> Channel:
        """The direct message between the app and this person, opened when there is none yet."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        opened = Channel(self.ids.new("D"), "", "im", [self.app.bot_user, user], created=int(self.clock.now()))
        self.channels[opened.id] = opened
        return opened

    def group_message(self, users: list[str]) -> Channel:
        """The group message of the app and these people, opened when there is none yet."""
        inside = sorted({self.app.bot_user, *users})
        for channel in self.channels.values():
            if channel.kind == "mpim" and sorted(channel.members) == inside:
                return channel
        name = f"mpdm-{'--'.join(self.people[user].name for user in inside)}-1"
        opened = Channel(self.ids.new("G"), name, "mpim", inside, created=int(self.clock.now()))
        self.channels[opened.id] = opened
        return opened

    def message(self, channel: str, ts: str) -> Message:
        """A message that has not been deleted. Raises SlackError message_not_found."""
        found = self.messages[channel].get(ts)
        if found is None or found.deleted:
            raise SlackError("message_not_found")
        return found

    def say(self, message: Message, what: str = "posted") -> Message:
        """Add a message. Its ts must come from `new_ts`; text over 40,000 characters is cut (slack.md 2)."""
        message.text = message.text[:TEXT_CUT]
        self.messages[message.channel][message.ts] = message
        if message.root:
            self.replies[message.channel, message.root].append(message)
        for file in message.files:
            self.files[file].shares.setdefault(message.channel, []).append(message.ts)
        self.statuses.clear(message.channel, message.root or message.ts, self.clock.now())
        self.show(what, message)
        return message

    def new_ts(self) -> str:
        """A fresh message timestamp."""
        return self.ids.ts(self.clock.now())

    def show_only_to(self, reader: str, message: Message) -> None:
        """Note an ephemeral message: one person sees it, no history keeps it."""
        self.show("ephemeral", message, shown_to=reader)

    def show(self, what: str, message: Message, **more: object) -> None:
        """Note that people now see a message as it is, with the addresses in it that Slack would unfurl."""
        titles = [self.files[one].title or self.files[one].name for one in message.files]
        seen = addresses([message.text, *titles], message.blocks) if message.unfurls else []
        self.visible.add(what, self.clock.now(), message, unfurled=seen, **more)

    def edit(self, message: Message, editor: str, text: str, blocks: list[Json]) -> Message:
        """Change what a message says."""
        message.text, message.blocks = text[:TEXT_CUT], blocks
        message.edited = {"user": editor, "ts": self.new_ts()}
        self.show("updated", message)
        return message

    def delete(self, message: Message) -> None:
        """Take a message away. A root with replies stays behind as a tombstone when the thread is read."""
        message.deleted = True
        if message in self.streaming:
            self.streaming.remove(message)
        self.visible.add("deleted", self.clock.now(), message)

    def react(self, message: Message, user: str, name: str) -> None:
        """Add a reaction. Raises already_reacted, too_many_reactions."""
        users = message.reactions.get(name, [])
        if user in users:
            raise SlackError("already_reacted")
        if not users and len(message.reactions) >= REACTION_KINDS_PER_MESSAGE:
            raise SlackError("too_many_reactions")
        message.reactions[name] = [*users, user]
        self.visible.add("reaction_added", self.clock.now(), message, reaction=name, by=user)

    def unreact(self, message: Message, user: str, name: str) -> None:
        """Take a reaction back. Raises no_reaction."""
        users = message.reactions.get(name, [])
        if user not in users:
            raise SlackError("no_reaction")
        users.remove(user)
        if not users:
            del message.reactions[name]
        self.visible.add("reaction_removed", self.clock.now(), message, reaction=name, by=user)

    def upload(self, user: str, name: str, content: bytes, mimetype: str = "") -> SharedFile:
        """Keep an uploaded file that stands in no message yet."""
        file = SharedFile(self.ids.new("F"), name, content, user, int(self.clock.now()), mimetype)
        self.files[file.id] = file
        return file

    def thread(self, channel: str, root: str) -> list[Message]:
        """Root and replies of a thread, deleted ones too, oldest first; empty when there is no such root."""
        top = self.messages[channel].get(root)
        opening = [top] if top and top.root is None else []
        return [*opening, *self.replies.get((channel, root), ())]

    def live_replies(self, channel: str, root: str) -> list[Message]:
        """The replies of a thread that still stand, oldest first."""
        return [one for one in self.replies.get((channel, root), ()) if not one.deleted]
