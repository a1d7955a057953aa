"""What a post is when it reaches us, what it can become, and what the door says. Pure values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agents.policy.from_settings import NOTHING, FromSettings
from agents.surface import PersonKind
from tools.contract import Attachment


class Channel(StrEnum):
    """The kinds of conversation a post can stand in."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"
    GROUP_DIRECT = "mpim"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post, as far as the post itself says. `team_id` is the author's own team."""

    user_id: str
    team_id: str = ""
    bot_id: str = ""
    app_id: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message that someone pointed at: who wrote it, by id, and its words."""

    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message as the surface delivered it.

    Attributes:
        app_id, team_id: the Workspace (api_app_id and the team whose installation received it).
        ts: the message's id in its channel; root: the thread's first message, the same as ts outside a thread.
        addressed: it mentions us, or was written to us directly.
        to_another: it begins by addressing someone else.
        key: what its post key is made of, where that is not its ts.
        about: the message that the author pointed at: context, never instruction.
        named_files: ids of files that only its rich text names; looked up before they are used.
        retry: how often Slack had delivered this event before; for logs only.
    """

    app_id: str
    team_id: str
    channel: str
    channel_kind: Channel
    ts: str
    root: str
    author: Author
    text: str
    addressed: bool
    to_another: bool = False
    key: str = ""
    about: Quoted | None = None
    external: bool = False
    files: tuple[Attachment, ...] = ()
    named_files: tuple[str, ...] = ()
    event_id: str = ""
    retry: int = 0

    @property
    def of_key(self) -> str:
        """The part of its post key that tells it from others in its channel (E16)."""
        return self.key or self.ts

    @property
    def actor(self) -> str:
        """Its author, as the trail names them."""
        return f"person:{self.author.user_id}" if self.author.user_id else f"bot:{self.author.bot_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Someone edited their message. `edited_at` is the edit's own ts; `before` may be empty where it is not known."""

    app_id: str
    team_id: str
    channel: str
    ts: str
    edited_at: str
    user_id: str
    before: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A command that came by itself, not in a message: `/tagwork text` in a channel, outside any thread.

    In its text people and channels stand as ids: `@U…`, `@S…`, `#C…`; `names`: as whom the surface shows them.
    """

    app_id: str
    team_id: str
    channel: str
    channel_kind: Channel
    user_id: str
    text: str
    external: bool = False
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Someone saves a change that they were shown, or drops it. `change_id`: what its button carries."""

    app_id: str
    team_id: str
    channel: str
    channel_kind: Channel
    user_id: str
    change_id: str
    save: bool
    names: Mapping[str, str] = field(default_factory=dict)


class Became(StrEnum):
    """What a post became. The first four are Inputs."""

    STARTED = "started"  #: the request of a new Run
    JOINED = "joined"  #: a follow-up to a Run that has not ended
    UNJUDGED = "unjudged"  #: stored; who wrote it must be asked first
    OVERHEARD = "overheard"  #: nobody spoke to us; a Run reads it, and mostly says nothing
    COMPLETED = "completed"  #: a second event of a stored post brought its files
    DUPLICATE = "duplicate"  #: seen before; nothing new
    COMMAND = "command"  #: a command, carried out without a model
    HELPED = "helped"  #: an empty mention; a short help is on its way
    REFUSED = "refused"  #: told why at most once a day and channel
    NOT_OURS = "not_ours"  #: nobody spoke to us


@dataclass(frozen=True, slots=True)
class Receipt:
    """What `receive` answers. `run_id` and `input_id` are empty where there are none."""

    became: Became
    run_id: str = ""
    input_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What people are told at the door. The face gives them, in its own words."""

    help: str
    refusals: Mapping[PersonKind, str]
    not_here: str
    not_you: str
    secrets_replaced: str
    too_long: Callable[[int, int], str]
    not_a_command: Callable[[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Who may come in.

    Attributes:
        channels: where Tagwork answers; empty: wherever it was invited.
        policy: what the operator's settings say of tools and pages.
        model: of a Run where no scope's settings name one; effort likewise.
        follows: in a thread that has had a Run, a reply without a mention starts the next one.
    """

    sentences: Sentences
    channels: frozenset[str] = frozenset()
    most_characters: int = 30_000
    model: str = ""
    effort: str = ""
    follows: bool = True
    policy: FromSettings = NOTHING
