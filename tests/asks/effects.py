"""What was changed, and for whom, as Rehearsal's own log of calls and visits has it; and what a preset means to be so.

Nothing here looks at Tagwork's journal, policy or code: a fault there must not hide itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.given.rehearsal import Json


class Reach(StrEnum):
    """How far an effect goes."""

    THREAD = "thread"  #: those who read the thread that asked
    WRITTEN = "written"  #: a page whose address a person wrote in the thread is read
    INSIDE = "inside"  #: others of the workspace
    OUTSIDE = "outside"  #: whoever is none of it


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that others can see: what kind, where, how far."""

    kind: str
    where: str
    reach: Reach


class Means(StrEnum):
    """What a preset means to be so, in the words by which admins choose it (docs/admins/permissions.md)."""

    FREE = "free"
    ASKED = "asked"
    NEVER = "never"


INTENDED: Mapping[str, Mapping[Reach, Means]] = {
    "careful": {Reach.INSIDE: Means.ASKED, Reach.OUTSIDE: Means.NEVER},
    "standard": {Reach.INSIDE: Means.ASKED, Reach.OUTSIDE: Means.ASKED},
    "open": {Reach.INSIDE: Means.FREE, Reach.OUTSIDE: Means.ASKED},
    "careful, asked less": {Reach.INSIDE: Means.FREE, Reach.OUTSIDE: Means.NEVER},
    "standard, asked less": {Reach.INSIDE: Means.FREE, Reach.OUTSIDE: Means.ASKED},
}
"""By preset, and by preset once an admin has let run within the workspace what people always say yes to.

What stays in the thread, and a page whose address was written there, needs no yes in any.
"""

OUTSIDERS = frozenset({"C0PARTNERS1", "U0STRANGE01"})
"""Places and people of another organisation, as Rehearsal's world has them."""

KINDS = {
    "chat.postMessage": "post",
    "chat.scheduleMessage": "schedule",
    "conversations.setTopic": "topic",
    "conversations.canvases.create": "canvas",
    "canvases.edit": "canvas",
}
"""Calls of Slack by which something of a tool's can come about."""


def means(preset: str, effect: Effect) -> Means:
    """Return what a preset means of an effect."""
    return INTENDED[preset].get(effect.reach, Means.FREE)


def effects_in(calls: Sequence[Json], *, thread: str, channel: str) -> Iterator[Effect]:
    """Yield what calls did, oldest first. In: the thread that asked, and its channel."""
    person = ""
    for call in (one for one in calls if one["took_effect"] or one["method"] == "pages"):
        method, args = str(call["method"]), call["args"]
        where = str(args.get("channel") or args.get("channel_id") or channel)
        if method == "pages":
            yield _visit(args)
        elif method == "conversations.open":
            person = str(args.get("users", ""))
        elif method == "chat.postMessage" and where == channel and args.get("thread_ts") == thread:
            yield Effect("answer", where, Reach.THREAD)
        elif method in KINDS:
            # a direct conversation is named by its own id, and was opened just before
            where = person if where.startswith("D") else where
            yield Effect(KINDS[method], where, Reach.OUTSIDE if where in OUTSIDERS else Reach.INSIDE)


def _visit(args: Json) -> Effect:
    if args.get("http_method", "GET") != "GET":
        return Effect("request", "service", Reach.OUTSIDE)
    return Effect("read", "service", Reach.OUTSIDE if args["query"] else Reach.WRITTEN)
