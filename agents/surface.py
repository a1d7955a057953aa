"""What a Run may ask of the place where it talks to people. Slack implements it in app/slack/surface.py.

Every call says whether it may be repeated, because a worker can die between the call and the record of it (E21):
signs and deletions are repeatable, posts are found again by the Delivery's id, private words may be lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tools.contract import Attachment, Posted


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
class OwnMessage:
    """A message of ours that people can see. `delivery_id` is empty where its metadata names none."""

    at: str
    delivery_id: str


class Surface(Protocol):
    """The place where a Run talks. Each call takes at most `seconds` of wall clock, its deadline (E9).

    Every method raises TryLater, OutcomeUnknown or Refused, and nothing else for what the other side does.
    """

    def post(self, place: Place, markdown: str, delivery_id: str, *, seconds: float) -> str:
        """Post one message into the thread, findable by `delivery_id`. Returns its ts.

        `markdown` is never trusted: mentions, broadcasts and addresses in it are made inert. A layout that the other
        side refuses is posted again as plain text.
        """

    def find(self, place: Place, delivery_id: str, *, oldest: str, seconds: float) -> Sequence[str]:
        """Return the ts of every own message in the thread that names `delivery_id`, from ts `oldest` to its end."""

    def own_messages(self, place: Place, *, oldest: str, seconds: float) -> Sequence[OwnMessage]:
        """Return every own message in the thread from ts `oldest` to its end."""

    def delete(self, place: Place, at: str, *, seconds: float) -> None:
        """Delete an own message. Repeatable: one that is gone already is a success."""

    def show_sign(self, place: Place, at: str, *, seconds: float) -> None:
        """Show on the message `at` that it was seen and is being worked on. Repeatable."""

    def clear_sign(self, place: Place, at: str, *, seconds: float) -> None:
        """Take that sign away. Repeatable: one that is gone already is a success."""

    def tell_privately(self, place: Place, user_id: str, text: str, *, seconds: float) -> None:
        """Show `text` to one person only, in the thread. May be lost; never repeated."""

    def post_direct(self, team_id: str, user_id: str, markdown: str, delivery_id: str, *, seconds: float) -> str:
        """Post to the person's direct messages. Returns the ts."""

    def person(self, team_id: str, user_id: str, *, seconds: float) -> Person:
        """Ask who someone is. Never answered from a cache."""

    def messages(self, place: Place, *, after: str, limit: int, seconds: float) -> tuple[Sequence[Posted], bool]:
        """Return up to `limit` messages of the thread after the ts `after`, oldest first, and whether there are more.

        Authors are display names; our own messages are authored `Tagwork`.
        """

    def file(self, place: Place, file_id: str, *, seconds: float) -> Attachment | None:
        """Describe a file, or None where it was not shared in this thread (or is gone)."""

    def download(self, place: Place, file_id: str, *, max_bytes: int, seconds: float) -> bytes:
        """Return a file's bytes; Refused("too_large") past `max_bytes`, Refused("login_page") for a page instead."""
