"""What a Run may ask of the place where it talks to people. Slack implements it in app/slack/surface.py.

Every call says whether it may be repeated, because a worker can die between the call and the record of it (E21):
signs and deletions are repeatable, posts are found again by the Delivery's id, private words may be lost.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from agents.acting import Acting
from agents.messages import Message
from tools.contract import Attachment, InChannel, Posted


class PersonKind(StrEnum):
    """Who is asking, in the only classes that admission knows."""

    ADMIN = "admin"  #: an owner or admin of this workspace
    MEMBER = "member"  #: a full member
    GUEST = "guest"  #: a single- or multi-channel guest
    STRANGER = "stranger"  #: someone of another organisation, through Slack Connect
    BOT = "bot"  #: another app or workflow
    GONE = "gone"  #: deactivated


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a workspace, as the surface last described them."""

    user_id: str
    name: str
    kind: PersonKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Thread lives. `root` is the ts of the thread's first message; `team_id` is the Workspace's team."""

    team_id: str
    channel: str
    root: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a channel is. `external`: shared with another organisation, or about to be; `private`: not open to join."""

    external: bool
    private: bool
    name: str = ""
    archived: bool = False


class CallFailed(Exception):
    """Base of what a surface call may end in. `cause` is the other side's own code, for operators."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class TryLater(CallFailed):
    """Known not to have happened: the other side asks to wait `retry_after` seconds."""

    def __init__(self, cause: str, retry_after: float) -> None:
        super().__init__(cause)
        self.retry_after = retry_after


class OutcomeUnknown(CallFailed):
    """The connection broke or timed out: it may have happened."""


class Refused(CallFailed):
    """The other side said no, for good: archived channel, bot removed, thread deleted, missing scope."""


@dataclass(frozen=True, slots=True)
class OutFile:
    """A file that we give to people. `alt`: what it shows, in words, for those who do not see it."""

    name: str
    media_type: str
    body: bytes
    alt: str = ""


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message of ours that people can see. `delivery_id` is empty where its metadata names none; `files`: it has."""

    at: str
    delivery_id: str
    files: bool = False


class Surface(Protocol):
    """The place where a Run talks. Each call takes at most `seconds` of wall clock, its deadline (E9).

    Every method raises TryLater, OutcomeUnknown or Refused, and nothing else for what the other side does.
    """

    @property
    def acting(self) -> Acting:
        """What tools may change there, beyond what Runs post in their own threads."""

    def post(self, place: Place, message: Message, delivery_id: str, *, seconds: float) -> str:
        """Post one message into the thread, findable by `delivery_id`. Returns its ts.

        Its words are never trusted: mentions, broadcasts and addresses in them are made inert. A layout that the other
        side refuses is posted again as plain text.
        """

    def edit(self, place: Place, at: str, message: Message, delivery_id: str, *, seconds: float) -> None:
        """Make the own message `at` say this instead, findable by `delivery_id`. Repeatable; gone is a success."""

    def upload(self, file: OutFile, *, seconds: float) -> str:
        """Bring a file's bytes to the other side, where nobody sees it yet. Returns its id."""

    def share(self, place: Place, file_id: str, file: OutFile, *, seconds: float) -> str:
        """Show an uploaded file in the thread. Returns the ts of its message, or "" where that is not known yet."""

    def shared(self, place: Place, file_id: str, *, seconds: float) -> Sequence[str]:
        """Return the ts of every message of the thread that shows the file; how a lost `share` is looked up."""

    def open_stream(self, place: Place, reader: str, *, seconds: float) -> str:
        """Begin a message that grows, without text, for the person who asked. Returns its ts. Not findable: it has no
        metadata before its end; whoever takes over looks for own messages that no Delivery knows (E21)."""

    def grow_stream(self, place: Place, at: str, before: str, more: str, *, seconds: float) -> None:
        """Add `more` to a stream that was given `before` so far: both raw, so that what is unfinished at the seam (half
        an address, half a mention) can be held back and still be made inert as a whole.

        Refused("message_not_in_streaming_state") where the other side has ended the stream.
        """

    def close_stream(self, place: Place, at: str, *, works: bool = False, seconds: float) -> None:
        """End the stream with what it says. Repeatable: one that has ended, or is gone, is a success.

        `works`: the Run goes on, so people keep the sign that it does.
        """

    def end_stream(
        self, place: Place, at: str, message: Message, delivery_id: str, *, works: bool = False, seconds: float
    ) -> None:
        """End the stream and make its message say exactly `message`, findable by `delivery_id`. Repeatable, also where
        the stream was ended already, by us, by the other side or by age. `works`: as for `close_stream`."""

    def find(self, place: Place, delivery_id: str, *, oldest: str, seconds: float) -> Sequence[str]:
        """Return the ts of every own message in the thread that names `delivery_id`, from ts `oldest` to its end."""

    def own_messages(self, place: Place, *, oldest: str, seconds: float) -> Sequence[OwnMessage]:
        """Return every own message in the thread from ts `oldest` to its end."""

    def delete(self, place: Place, at: str, *, seconds: float) -> None:
        """Delete an own message. Repeatable: one that is gone already is a success."""

    def show_sign(self, place: Place, at: str, *, reacts: Callable[[], None] = lambda: None, seconds: float) -> None:
        """Show that the message `at` was seen and is being worked on, with a way to stop it. Repeatable.

        `reacts` is called before that becomes a mark on the message itself; where it raises, none is made.
        """

    def show_status(self, place: Place, words: str, *, seconds: float) -> None:
        """Show one short line of what is going on, which goes away by itself. Repeatable; may be lost."""

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
        """Take the sign away; `waits`: what is open now is a person's to move. Repeatable.

        `line`, `reaction`: whether a passing line, or a mark on the message, may stand.
        """

    def acknowledge(self, place: Place, at: str, *, seconds: float) -> None:
        """Show on the message `at` that it was heard and will be taken into account. Repeatable."""

    def tell_privately(self, place: Place, user_id: str, text: str, *, seconds: float) -> None:
        """Show `text` to one person only: in the thread, or in the channel where the place has no root. May be lost;
        never repeated."""

    def open_direct(self, team_id: str, user_id: str, *, seconds: float) -> str:
        """Return the channel of the person's direct messages with us, opened if need be. Repeatable."""

    def post_direct(self, team_id: str, user_id: str, message: Message, delivery_id: str, *, seconds: float) -> str:
        """Post to the person's direct messages. Returns the ts."""

    def person(self, team_id: str, user_id: str, *, seconds: float) -> Person:
        """Ask who someone is. Never answered from a cache."""

    def people(self, team_id: str, after: str, *, seconds: float) -> tuple[Sequence[Person], str]:
        """Return some of a workspace's people, and the word for those after them; "": there are none. `after`: such a
        word, "" for the first. Never answered from a cache. Refused for a word that is no more."""

    def members(self, team_id: str, channel: str, among: Set[str], *, seconds: float) -> frozenset[str]:
        """Return who of `among` is in a channel now. Never answered from a cache."""

    def group(self, team_id: str, group_id: str, *, seconds: float) -> frozenset[str]:
        """Return who is in a user group now. Never answered from a cache."""

    def conversation(self, team_id: str, channel: str, *, seconds: float) -> Conversation:
        """Ask what a channel is, and with whom it is shared. Never answered from a cache."""

    def link(self, place: Place, at: str) -> str:
        """Return where people see a message of the thread; empty where that is unknown. Asks nobody."""

    def messages(self, place: Place, *, after: str, limit: int, seconds: float) -> tuple[Sequence[Posted], bool]:
        """Return up to `limit` messages of the thread after the ts `after`, oldest first, and whether there are more.

        Authors are display names; our own messages are authored `Tagwork`.
        """

    def channel_messages(
        self, place: Place, channel: str, *, after: str, before: str, limit: int, seconds: float
    ) -> tuple[Sequence[InChannel], bool]:
        """Return the last `limit` messages of a channel between two ts, oldest first, and whether there are earlier.

        Both ts are excluded and may be empty. Replies in threads are counted, not shown. Others' posts never carry
        our name.
        """

    def file(self, place: Place, file_id: str, *, seconds: float) -> Attachment | None:
        """Describe a file, or None where it was not shared in this thread (or is gone)."""

    def download(self, place: Place, file_id: str, *, max_bytes: int, seconds: float) -> bytes:
        """Return a file's bytes; Refused("too_large") past `max_bytes`, Refused("login_page") for a page instead."""
