"""All that is known about one ToolCall when it is judged. Pure values: whoever judges asks nobody anything.

What is not known is None: rules that restrict take that as a match, rules that allow do not. What should have been
found out and was not, because the looking failed, is `Failed`: where it matters the call is denied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from agents.labels import Labels
from agents.policy.conditions import Trigger, Where
from agents.policy.document import Document, Part
from agents.policy.pages import Known
from agents.policy.written_values import seconds_of
from agents.surface import PersonKind
from tools.contract import Destination, Effect, Reach


class NotLoaded(Exception):
    """Something that decides should be known, and looking for it failed. Its text is the cause, for operators."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Stands in the place of what could not be loaded. `cause` is for operators, never for people in a thread."""

    cause: str


T = TypeVar("T")
Looked: TypeAlias = T | Failed | None
"""What was found out; None: it is not known or there is none; Failed: the looking broke."""


def known(value: T | Failed | None) -> T | None:
    """Return what was found out. Raises NotLoaded where the looking failed."""
    if isinstance(value, Failed):
        raise NotLoaded(value.cause)
    return value


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone whose Input the model was sent.

    Attributes:
        kind: what they are in the workspace. groups: ids of the user groups that they are in.
        member: of the Run's channel, now.
    """

    id: str
    kind: PersonKind
    groups: Looked[frozenset[str]] = None
    member: Looked[bool] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is judged.

    Attributes:
        tool: its name. effect, reach: None where no such tool is offered to this Run.
        fits: what is wrong with the arguments, in words; empty where they fit the tool's schema.
        destination: what the call would reach, as its tool says.
        host, port, path, method, channel, person, amount: of the arguments, normalised (normalising.py).
        speakers: the requester first.
        trigger: how the Run came about. here: the channel it lives in; external_channel: shared with others.
        at: when, in microseconds of UTC, by the journal's clock.
        counts: uses of the tool in this workspace before, by the window's seconds (`windows_of`).
        labels: of all that the Run has read; has_read_untrusted: any of it came from outside; None: as
            the labels say.
        audience: who can read what arrives at the destination, as Labels.readers; None: nobody knows.
        known, hosts: grounds for reading pages: what the Run knows, and the setting [web] hosts.
        web: whether pages may be read at all.
        frozen: in words, what was frozen; empty: nothing. over_budget: in words, what is used up; empty: nothing.
        may_have_happened: an equal call of this Thread is `unknown` (E19).
        refused_before: someone refused an equal call in this Run.
    """

    tool: str
    effect: Effect | None
    reach: Reach | None
    fits: str = ""
    destination: Destination | None = None
    host: Looked[str] = None
    port: Looked[int] = None
    path: Looked[str] = None
    method: Looked[str] = None
    channel: Looked[str] = None
    person: Looked[str] = None
    amount: Looked[float] = None
    speakers: tuple[Speaker, ...] = ()
    trigger: Looked[Trigger] = None
    here: str = ""
    external_channel: Looked[bool] = None
    at: int = 0
    counts: Mapping[int, int] | Failed = field(default_factory=dict)
    labels: Labels | Failed = field(default_factory=Labels)
    has_read_untrusted: Looked[bool] = None
    audience: Looked[frozenset[str]] = None
    known: Known = field(default_factory=Known)
    hosts: frozenset[str] = frozenset()
    web: bool = True
    frozen: str = ""
    over_budget: str = ""
    may_have_happened: bool | Failed = False
    refused_before: bool | Failed = False


def windows_of(documents: Iterable[Document]) -> frozenset[int]:
    """Return the spans, in seconds, within which these documents count uses: `Facts.counts` should have each."""
    return frozenset(
        seconds_of(where.calls.within) for one in documents for where in wheres_of(one) if where.calls is not None
    )


def wheres_of(document: Document) -> Iterable[Where]:
    """Yield all that any rule or ceiling of a document asks for."""
    parts: list[Part] = [document.default, *document.channels.values()]
    for part in parts:
        yield from (one.where for one in part.ceilings or ())
        yield from (one.where for one in part.rules)
    for bundle in document.bundles.values():
        yield from (one.where for one in bundle.rules)
