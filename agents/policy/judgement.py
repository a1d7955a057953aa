"""The answer for one ToolCall, with all that explains it. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from tools.contract import Reach


class Gate(StrEnum):
    """What decides beside rules, and whose name stands in the place of a rule's."""

    TOOL = "no-such-tool"
    ARGUMENTS = "arguments"
    FROZEN = "frozen"
    DISABLED = "disabled"  #: it does not answer in this channel
    NOBODY = "nobody-asks"  #: a call without anyone who asks
    GONE = "gone"  #: someone who asks is deactivated
    ASKING = "asking"  #: someone may not ask here
    GUESTS = "guests"  #: a guest, or someone of another organisation, may not, or not all
    BOT = "bot"  #: another app may only what a rule says of it
    AUTHORITY = "authority"  #: only the channel is given it, and this tool needs the right of whoever asks
    MEMBERSHIP = "membership"  #: someone who asks is not in the channel
    DEFAULT = "default"  #: no rule allows it
    CEILING = "ceiling"  #: a rule allows it, and a wider scope does not let it
    WEB = "web-off"
    ADDRESS = "no-address"
    PAGE = "page"
    CHANNEL = "other-channel"
    DESTINATION = "destination"
    FLOW = "flow"  #: what the Run has read is not for those who would get it
    TAKEN_IN = "read-untrusted"  #: it has read what anyone could have written, and would reach outside
    REPEATED = "may-have-happened"
    REFUSED = "refused-before"
    BUDGET = "budget"
    ERROR = "policy.error"


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """A rule that holds for a call. `granted`: what it gives after ceilings; None: nothing."""

    scope: Scope
    rule: str
    verdict: Verdict
    granted: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Bite:
    """A gate that made the verdict at least `verdict`, and why, in words."""

    gate: Gate
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, order=True)
class Miss:
    """A rule that would have allowed the call, had not one or two of its tests failed: each said in words."""

    scope: Scope
    rule: str
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """People, any of whom may say yes."""

    requester: bool = False
    admins: bool = False
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What an Approval needs.

    Attributes:
        named: whoever says yes must be among each of these: one for each rule that asks.
        quorum: how many different people. seconds: after which it expires.
    """

    named: tuple[Named, ...]
    quorum: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Shadow:
    """What rules that are only tried out would have made of it: those that hold, and the verdict with them."""

    matches: tuple[Match, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The answer.

    Attributes:
        rule: id of the rule that decided, or the gate's name. scope: whose it is.
        reason: in words for people and model; no more of a rule than its own reason.
        matches: all rules that hold, for any Speaker. gates: all that bit, also where they changed nothing.
        misses: nearest misses, at most MOST_MISSES; only where it is not allowed.
        narrowed_by: ids of Speakers without whom the verdict of rules would have been laxer.
        ground: why a page may be read; empty: no page.
        terms: of the Approval; only for `ask`.
        digest: of all text that made it ask or allow: an Approval binds it (E20).
        versions: of the documents, by the scope they are of.
        cause: of `policy.error`, for operators.
        reach: how far the call goes, which may be further than its tool does; None: there is no such tool.
    """

    verdict: Verdict
    rule: str
    scope: Scope
    reason: str
    matches: tuple[Match, ...] = ()
    gates: tuple[Bite, ...] = ()
    misses: tuple[Miss, ...] = ()
    narrowed_by: tuple[str, ...] = ()
    ground: str = ""
    terms: Terms | None = None
    digest: str = ""
    shadow: Shadow | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
    cause: str = ""
    reach: Reach | None = None


MOST_MISSES = 3
"""More would not help anyone to choose."""
