"""What people can order without a model, as values. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Verb(StrEnum):
    """What can be ordered. The value is the word itself."""

    HELP = "help"  #: what Tagwork is and how to ask
    STATUS = "status"  #: what runs in this channel, and what ended last
    STOP = "stop"  #: stops a Run
    AUDIT = "audit"  #: why a Run did what it did
    WHY = "why"  #: which rule decides, of a Run or of a tool here
    POLICY = "policy"  #: what holds here; with a preset: begins with another one
    ALLOW = "allow"  #: lets a tool be used
    ASK = "ask"  #: lets a tool be used after someone's yes
    DENY = "deny"  #: keeps a tool from being used
    ON = "on"  #: answers here
    OFF = "off"  #: answers nobody here
    WHO = "who"  #: who may ask
    REPLY = "reply"  #: what starts a Run in a thread that was answered
    MODEL = "model"  #: of new Runs
    BUDGET = "budget"  #: how much may be spent
    APPROVERS = "approvers"  #: who may say yes where a rule names nobody
    FREEZE = "freeze"  #: stops something at once
    THAW = "thaw"  #: lets it go on
    USAGE = "usage"  #: what was spent
    RUNS = "runs"  #: what runs in the workspace
    GRANTS = "grants"  #: which credentials are lent
    ROUTINES = "routines"  #: what runs by the clock


SPOKEN = frozenset({Verb.HELP, Verb.STATUS, Verb.STOP, Verb.AUDIT})
"""What can also be written in a message. All else would be too easily meant otherwise."""

CHANGES = frozenset(
    {Verb.ALLOW, Verb.ASK, Verb.DENY, Verb.ON, Verb.OFF, Verb.WHO, Verb.REPLY, Verb.MODEL, Verb.FREEZE, Verb.THAW}
)
"""What changes who may do what; POLICY, BUDGET and APPROVERS do where they say what is to hold."""

HERE, WORKSPACE = "here", "workspace"
"""Places beside channels, which stand as their ids."""

MEMBERS, GUESTS, EVERYONE, ADMINS = "members", "guests", "everyone", "admins"
"""Kinds of people beside persons and user groups, which stand as their ids."""

NONE = "none"
"""Takes a value away, so that the wider scope's counts."""


@dataclass(frozen=True, slots=True)
class Command:
    """One order.

    Attributes:
        number: the Run's, as people see it, where they named one.
        what: a tool, a model, a preset, a reply mode, the address of a message, or what is frozen; by the verb.
        whom: ids of people or of user groups, or one of the kinds.
        where: an id of a channel, HERE or WORKSPACE; empty: not said.
        until: the last day on which it counts. usd, per, per_person: a limit of money, `run`, `day` or `month`.
        because: why, in their words.
    """

    verb: Verb
    number: int | None = None
    what: str = ""
    whom: tuple[str, ...] = ()
    where: str = ""
    until: date | None = None
    usd: Decimal | None = None
    per: str = ""
    per_person: bool = False
    because: str = ""

    @property
    def changes(self) -> bool:
        """Whether it changes who may do what, so that it needs the right to."""
        return self.verb in CHANGES or (
            self.verb in {Verb.POLICY, Verb.BUDGET, Verb.APPROVERS} and bool(self.what or self.whom or self.per)
        )


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that are no command. `nearest` is a command that they may have meant, or empty; `why`: what is wrong."""

    said: str
    nearest: str
    why: str = ""
