"""What a scope may set beyond rules: where Tagwork answers, whom, how, for how much. Unset means: as the wider scope.

Pure values. What holds in a place, and where it comes from, is in resolving.py.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from agents.policy.written_values import WHOLE, Dollars, Flag, Ids, Name, Span


class Guests(StrEnum):
    """What guests, and people of other organisations in a shared channel, may do."""

    RESTRICT = "restrict"  #: they get no answer but a short notice
    CHANNEL_ONLY = "channel_only"  #: they may ask, and only what the channel itself was given counts
    ALLOW = "allow"  #: they may ask as members do


class ReplyMode(StrEnum):
    """What starts a Run."""

    MENTION = "mention"  #: only a mention
    FOLLOW = "follow"  #: also a reply in a thread whose Run has ended
    READ_ALONG = "read_along"  #: also what nobody addressed to it; such a Run only reads, and mostly ends in silence


class AskedIn(StrEnum):
    """Where those who may say yes are asked."""

    THREAD = "thread"  #: on a card in the thread of the request
    DIRECT = "direct"  #: on cards in their direct messages; the thread says who was asked


class Effort(StrEnum):
    """How much the model may think."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"
    MAX = "max"


class Said(BaseModel):
    """Base of the settings: closed and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Asking(Said):
    """Who may ask, beyond which rules decide what they get.

    Attributes:
        members: full members of the workspace may. groups: if set, only members of one of these user groups may,
            and admins. guests: see Guests.
    """

    members: Flag | None = None
    groups: Ids | None = None
    guests: Guests | None = None


class Budget(Said):
    """How much may be spent, in US dollars, and how many Runs may begin. What is unset is not limited here; every
    scope's limit counts beside those of the others.
    """

    run_usd: Dollars | None = None
    day_usd: Dollars | None = None
    month_usd: Dollars | None = None
    person_day_usd: Dollars | None = None
    runs_an_hour: Annotated[int, Field(ge=0), WHOLE] | None = None
    person_runs_an_hour: Annotated[int, Field(ge=0), WHOLE] | None = None


class Retention(Said):
    """How long what people wrote and tools returned is kept, and how long the audit trail's lines."""

    content: Span | None = None
    audit: Span | None = None


class ApproverNames(Said):
    """Who may approve where a rule names nobody, and how.

    Attributes:
        expires: how long an Approval waits. asked_in: see AskedIn.
        most_an_hour: how often one person may say yes within an hour, wherever in the workspace; a no is not limited.
    """

    people: Ids | None = None
    groups: Ids | None = None
    expires: Span | None = None
    asked_in: AskedIn | None = None
    most_an_hour: Annotated[int, Field(ge=1, le=10_000), WHOLE] | None = None


class Editors(Said):
    """Who may change this scope's part of the policy, beside owners and admins."""

    people: Ids | None = None
    groups: Ids | None = None


class Settings(Said):
    """One scope's settings.

    Attributes:
        enabled: whether it answers here at all. instructions: added to those of wider scopes, the widest first.
        model, effort: of new Runs.
        grants: names of credentials that may be used here; those of all scopes add up.
        approvers, editors: see there.
    """

    enabled: Flag | None = None
    asking: Asking = Asking()
    reply_mode: ReplyMode | None = None
    model: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,99}$")] | None = None
    effort: Effort | None = None
    instructions: Annotated[str, StringConstraints(max_length=8_192)] = ""
    grants: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    approvers: ApproverNames = ApproverNames()
    editors: Editors = Editors()
    budget: Budget = Budget()
    retention: Retention = Retention()
