"""What a tool is, what it may be lent, and what it gives back. Every other file directly in tools/ is one tool.

A tool is a function of its arguments and a ToolContext. It reaches nothing that the context does not lend it: no Slack
client, no database of ours, no settings. Whether a call may run at all is judged outside, before the tool is reached.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict


class Effect(StrEnum):
    """Can it be repeated?"""

    READ = "read"  #: changes nothing; runs again after a lost worker
    WRITE = "write"  #: repeatable under a declared proof
    ACT = "act"  #: not repeatable; a lost worker leaves it `unknown`


class Reach(StrEnum):
    """Whom does it touch?"""

    RUN = "run"  #: only the Run itself (its plan, its questions)
    THREAD = "thread"  #: what was posted or attached in the Run's own thread
    INSIDE = "inside"  #: the workspace
    OUTSIDE = "outside"  #: anything beyond the workspace
    DESTRUCTIVE = "destructive"  #: takes something away for good


class Trust(StrEnum):
    """May text steer the planner? Only a Speaker's words are trusted; files, pages and results never are."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"


@dataclass(frozen=True, slots=True)
class Source:
    """Where data came from: `kind` (file, message, page), its id there, and the sha256 of what was read.

    `url` is where people find it, as the place it came from told it; it is no part of what the source is.
    """

    kind: str
    id: str
    digest: str
    title: str = ""
    url: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class KeyProof:
    """The other side honours the call's key: the same key has its effect once, for `lives` seconds."""

    lives: int


@dataclass(frozen=True, slots=True)
class FindProof:
    """`find(arguments, context)` returns the ToolResult of this call's earlier effect, or None where there was none."""

    find: Callable[[Any, "ToolContext"], "ToolResult | None"]


Proof = KeyProof | FindProof


class MayHaveHappened(Exception):
    """An answer was lost: nobody knows whether the effect happened. Its proof is asked or, without one, people.

    `find` raises it where it cannot look.
    """


class Arguments(BaseModel):
    """Base of every tool's arguments: a closed schema, so that an argument nobody declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BadArguments(Exception):
    """The arguments cannot be used. The model reads the text and may try again with others."""


class ToolFailed(Exception):
    """Final for this call. The text is read by the model and by people: what failed, and what would help."""


class Unavailable(Exception):
    """Not now: nothing has happened, and the same call may be tried again after `retry_after` seconds.

    Where an answer of a `write` or an `act` was lost it may have happened: that is MayHaveHappened. `find` never raises
    this one: the call would be made without it.
    """

    def __init__(self, text: str, retry_after: float = 5.0) -> None:
        super().__init__(text)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that was shared in the Run's thread. `size` in bytes; `url` is where people see it, empty if unknown."""

    id: str
    name: str
    media_type: str
    size: int
    posted_by: str = ""
    url: str = ""


class Files(Protocol):
    """The files of the Run's own thread, and no others."""

    def listed(self) -> Sequence[Attachment]:
        """Return every file of the thread, oldest first."""

    def open(self, file_id: str) -> bytes:
        """Return the file's bytes.

        Raises:
            BadArguments: no such file in this thread.
            ToolFailed: too large, deleted, or not readable by Tagwork.
            Unavailable: Slack asks to wait.
        """


@dataclass(frozen=True, slots=True)
class Posted:
    """One message as people see it.

    Attributes:
        at: Slack's ts, the message's id within its channel.
        author: their name; author_id: the id of the person, empty where an app wrote it.
        url: where people see it, empty if unknown.
    """

    at: str
    author: str
    text: str
    files: Sequence[Attachment] = ()
    author_id: str = ""
    url: str = ""


class Thread(Protocol):
    """The Run's own thread."""

    def messages(self, *, after: str = "", limit: int = 100) -> tuple[Sequence[Posted], bool]:
        """Return up to `limit` messages after the ts `after`, oldest first, and whether there are more.

        Raises:
            ToolFailed: the thread cannot be read.
            Unavailable: Slack asks to wait.
        """


@dataclass(frozen=True, slots=True)
class InChannel:
    """One message that stands in a channel: the root of a thread, or alone. `replies` counts those under it."""

    posted: Posted
    replies: int = 0


class Channel(Protocol):
    """The channel that the Run's thread stands in."""

    def messages(
        self, channel: str = "", *, after: str = "", before: str = "", limit: int = 100
    ) -> tuple[Sequence[InChannel], bool]:
        """Return the last `limit` messages between two ts (both excluded), oldest first, and whether there are earlier.

        `channel` is an id; empty: the Run's own.

        Raises:
            ToolFailed: the channel cannot be read.
            Unavailable: Slack asks to wait.
        """


@dataclass(frozen=True, slots=True)
class Page:
    """What came back for an address.

    Attributes:
        url: where it was found in the end, after redirects.
        media_type: what the server called it, in lower case and without parameters; empty where it did not say.
        charset: the server's word for its encoding; may be empty.
        body: its bytes, unpacked.
        cut: the body was longer than what is read, and ends early.
    """

    url: str
    media_type: str
    charset: str
    body: bytes
    cut: bool = False


class Web(Protocol):
    """The pages that this Run may read, and no others."""

    def get(self, url: str) -> Page:
        """Return the page at `url`.

        Raises:
            BadArguments: no address of a page.
            ToolFailed: it may not be read, is not there, or broke; the sentence says which.
            Unavailable: the other side asks to wait, or could not be reached just now.
        """


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is to read a message: a channel or a person, by id; both empty: the Run's own thread.

    `outside`: the caller has said that people of another organisation are among them.
    """

    channel: str = ""
    person: str = ""
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was posted: the channel it stands in, its ts, and where people see it (empty: unknown)."""

    channel: str
    at: str
    url: str = ""


class Messages(Protocol):
    """Posts beyond the Run's answers. Nothing in their words is live, and each says which request it comes from.

    All methods that change something raise BadArguments (no such recipient, or one outside that was not said to be),
    ToolFailed, Unavailable and MayHaveHappened; those that look, MayHaveHappened alone.
    """

    def post(self, to: Recipient, text: str) -> Sent:
        """Post a message, outside any thread."""

    def posted(self, to: Recipient) -> Sent | None:
        """Return what this call has posted, or None."""

    def post_later(self, to: Recipient, text: str, at: int) -> None:
        """Have a message posted at a moment, in Unix seconds."""

    def is_to_come(self, to: Recipient, text: str, at: int) -> bool:
        """Whether such a message waits for that moment, or this call's was posted then."""


class Topics(Protocol):
    """What stands at the top of channels. Empty `channel`: the Run's. Errors: as for Messages."""

    def set(self, channel: str, topic: str, *, outside: bool) -> None:
        """Set a channel's topic."""

    def is_set(self, channel: str, topic: str) -> bool:
        """Whether a channel has this topic."""


class Where(StrEnum):
    """Where in a canvas words go."""

    START = "start"
    END = "end"
    AFTER = "after"  #: behind one section
    INSTEAD = "instead"  #: in the place of one section


class Canvases(Protocol):
    """The canvases of channels. Empty `channel`: the Run's. Errors: as for Messages."""

    def write(self, channel: str, text: str, where: Where, section: str, *, outside: bool) -> None:
        """Write Markdown into a channel's canvas, which is made where there is none. Nothing in it is live.

        `section`: words that the one section has which AFTER and INSTEAD are about.
        """

    def is_written(self, channel: str) -> bool:
        """Whether this call has written into the channel's canvas."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a service answered.

    Attributes:
        media_type: in lower case and without parameters; empty where it did not say.
        text: the body as text, without the credential that the request carried; empty where it is no text.
        size: bytes of the body that were read. cut: it was longer.
        leads_to: the host to which it sends the reader on, which is never followed.
    """

    status: int
    media_type: str
    text: str
    size: int
    cut: bool = False
    leads_to: str = ""


class Requests(Protocol):
    """The services that admins have lent Grants for, where this Run is."""

    def send(
        self, grant: str, method: str, url: str, *, body: str = "", media_type: str = "", keyed: bool = False
    ) -> Answered:
        """Send one request with the credential of a Grant, which nobody here sees.

        `keyed`: only where the service honours the call's key, so that the same call has its effect once.

        Raises:
            BadArguments: no such Grant here, or it is not for this request; the sentence lists those that there are.
            ToolFailed: nothing was sent.
            Unavailable: the service asks to wait, and did nothing.
            MayHaveHappened: no whole answer came, or one that leaves it open.
        """


@dataclass(frozen=True, slots=True)
class Destination:
    """What a call would reach.

    Attributes:
        kind: `page` and `request` (`id`: the address), `channel` (`id`: its id; empty: the Run's), `person` (`id`).
        method: of a request, in capitals.
        reach: where it is not the tool's own: `outside` for a channel that another organisation shares, `destructive`
            for a request that deletes. What the arguments say of it is made sure of when the call is made.
    """

    kind: str
    id: str
    method: str = ""
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What one call is lent.

    Attributes:
        call_id: the same for every repetition of this call; a `write` sends it as its key.
        seconds: how long the call may take, wall clock; past it the worker counts the thread as lost.
        settings: the tool's own options, from `[tools.<name>]` of the settings.
    """

    call_id: str
    seconds: float
    files: Files
    thread: Thread
    channel: Channel
    web: Web
    messages: Messages
    topics: Topics
    canvases: Canvases
    requests: Requests
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One line of a plan: its title in plain words, and the numbers (from 1) of the lines that it waits for.

    `done` and `dropped` say what became of a line that an earlier plan had; at most one is true.
    """

    title: str
    waits_for: Sequence[int] = ()
    done: bool = False
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a Run means to do. It replaces the plan before it, line by line."""

    title: str
    steps: Sequence[PlannedStep]


@dataclass(frozen=True, slots=True)
class Question:
    """What people are to be asked: the words, and the choices that become buttons (none: any reply answers).

    `default` is the number (from 1) of the suggested choice; 0: none.
    """

    text: str
    choices: Sequence[str] = ()
    default: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a call made.

    Attributes:
        name: with its ending; shown to people.
        alt: what a picture shows, in words, for those who do not see it.
        chart: the whole `data_visualization` block that shows the same natively, within Slack's limits; None: a file
            only. A picture (`image/…`) comes only where there is no such block.
    """

    name: str
    media_type: str
    body: bytes
    alt: str = ""
    chart: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult:
    """What a call gives the planner.

    Attributes:
        text: what the model reads; the tool keeps it within its own limit.
        sources: what was read for it; answers cite from here.
        trust: lower than `trusted` whenever any byte of the text came from outside the tool.
        cut: empty, or one sentence that says what was left out and how to ask for the rest.
        made: files for the people in the thread; the engine keeps and posts them.
        links: addresses that stand in the page that was read, of its own host; unaltered they may be read next.
        plan: the Run's plan from now on, where the call laid one out.
        question: what the call asks people; it then waits for the Input that answers, and its result is that answer.
        withdraws: the id of a call of this Run that waits for approval and is taken back.
    """

    text: str
    sources: Sequence[Source] = ()
    trust: Trust = Trust.UNTRUSTED
    cut: str = ""
    made: Sequence[Made] = ()
    links: Sequence[str] = ()
    plan: Plan | None = None
    question: Question | None = None
    withdraws: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One ability: a file directly in tools/ (or an entry point of the group `tagwork.tools`) that names it TOOL.

    Attributes:
        name: verb_noun, as the model and the policy see it.
        description: for the model: what it does, when to use it and when not.
        call: the function; it may raise BadArguments, ToolFailed or Unavailable, and any other exception is a fault.
        seconds: the longest one call may take.
        quick: a `read` that ends within 5 s, which the holder of the Run's lease may run itself.
        proof: how a `write` shows that its effect happened once; a `write` without one is treated as an `act`.
        touches: what a call with these arguments would reach, for the policy; None: nothing beyond `reach`.
        needs: names of importable modules it cannot work without; where one is missing the tool is not offered.
    """

    name: str
    effect: Effect
    reach: Reach
    description: str
    arguments: type[Arguments]
    call: Callable[[Any, ToolContext], ToolResult]
    seconds: float = 60.0
    quick: bool = False
    proof: Proof | None = None
    touches: Callable[[Any], Destination | None] | None = None
    needs: Sequence[str] = ()
