"""The policy of one workspace, or of the whole organisation, as one versioned document. Pure values; YAML is its text.

What lower scopes say adds up with what upper ones say: organisation, workspace, channel. Rules are judged in
judging.py, settings resolved in resolving.py.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from agents.policy.conditions import Where
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict
from agents.policy.written_values import MOST_VALUES, WHOLE, Flag, Id, Ids, Name, Span, ToolName
from tools.contract import Effect, Reach

Tools = Annotated[tuple[ToolName, ...], Field(min_length=1, max_length=MOST_VALUES)]
Reason = Annotated[str, StringConstraints(max_length=300)]


class Written(BaseModel):
    """Base of every part of the document: closed, so that a misspelt key is an error and never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Approvers(Written):
    """Who may say yes to a call that a rule makes ask. Whoever is named by any line may; guests and strangers never.

    Attributes:
        requester: whoever asked, too; never for what goes `outside` or is `destructive`, whatever stands here.
        admins: owners and admins of the workspace. people, groups: further ones, by id.
        quorum: how many different people must say yes. expires: until when; without it, the setting's.
    """

    requester: Flag = False
    admins: Flag = True
    people: Ids | None = None
    groups: Ids | None = None
    quorum: Annotated[int, Field(ge=1, le=10), WHOLE] = 1
    expires: Span | None = None

    @model_validator(mode="after")
    def _names_someone(self) -> Self:
        if not (self.requester or self.admins or self.people or self.groups):
            raise ValueError("names nobody who could approve: set admins, requester, people or groups")
        if self.requester and not (self.admins or self.people or self.groups) and self.quorum > 1:
            raise ValueError(f"can never be reached: a quorum of {self.quorum} of the requester alone")
        return self


class Rule(Written):
    """One line of policy: for which tools, of which kind, under which conditions, what is so.

    Attributes:
        id: its name, unique in the document; decisions and the audit trail name it.
        tools: names, beginnings of names with `*`, or `*`. effects, reaches: only tools of these; empty: of any.
        where: what must be so beyond that. reason: told to people, so no secret belongs there.
        approvers: for `ask` only; without them those of the tool's reach (defaults.py).
        fallback: it counts only where no rule without this word grants the call: what holds until someone says more.
        shadow: it is only noted what it would have decided. until: the last day on which it counts, in UTC.
    """

    id: Name
    verdict: Verdict
    tools: Tools
    effects: tuple[Effect, ...] = ()
    reaches: tuple[Reach, ...] = ()
    where: Where = Where()
    reason: Reason = ""
    approvers: Approvers | None = None
    fallback: Flag = False
    shadow: Flag = False
    until: date | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.fallback and self.verdict is Verdict.DENY:
            raise ValueError("is a fallback that denies: without any rule a call is denied")
        if self.approvers is not None and self.verdict is not Verdict.ASK:
            raise ValueError(f"has approvers, and its verdict is {self.verdict.value}: only `ask` has approvers")
        return self


class Ceiling(Written):
    """What narrower scopes may grant at most. A call that none of a scope's ceilings fits cannot be granted below it.

    `at_most: ask`: what narrower scopes allow asks.
    """

    tools: Tools
    effects: tuple[Effect, ...] = ()
    reaches: tuple[Reach, ...] = ()
    where: Where = Where()
    at_most: Literal[Verdict.ALLOW, Verdict.ASK] = Verdict.ALLOW


class Bundle(Written):
    """Access and instructions under a name, to be attached to channels and workspaces."""

    instructions: Annotated[str, StringConstraints(max_length=10_000)] = ""
    rules: tuple[Rule, ...] = ()
    grants: tuple[Name, ...] = ()


class Part(Written):
    """What one scope says.

    Attributes:
        ceilings: None: this scope limits nothing; empty: narrower scopes may grant nothing.
        bundles: names of bundles of the document that are attached here.
    """

    ceilings: tuple[Ceiling, ...] | None = None
    rules: Annotated[tuple[Rule, ...], Field(max_length=5_000)] = ()
    settings: Settings = Settings()
    bundles: tuple[Name, ...] = ()


class Authority(StrEnum):
    """Whose right a call of a tool needs."""

    CHANNEL = "channel"  #: the channel's: whoever may ask there
    REQUESTER = "requester"  #: that of each Speaker; what a channel is given does not count
    BOTH = "both"  #: that of each Speaker, each of them a member of the channel


class Of(StrEnum):
    ORGANISATION = "organisation"
    WORKSPACE = "workspace"


class Document(Written):
    """One policy.

    Attributes:
        tagwork: the format. of: whose it is. version: of what it was exported from; `apply` refuses an older one.
        default: what holds in the whole scope; channels: what is added in one channel, by its id.
        bundles: by name. authority: by tool; without it `both` for `write` and `act`, `channel` for `read`.
    """

    tagwork: Literal["policy/1"] = "policy/1"
    of: Of = Of.WORKSPACE
    version: Annotated[int, Field(ge=0), WHOLE] = 0
    authority: dict[ToolName, Authority] = {}
    bundles: dict[Name, Bundle] = {}
    default: Part = Part()
    channels: dict[Id, Part] = {}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        seen: set[str] = set()
        parts = [self.default, *self.channels.values()]
        for rule in [
            *(one for part in parts for one in part.rules),
            *(r for b in self.bundles.values() for r in b.rules),
        ]:
            if rule.id in seen:
                raise ValueError(f"two rules are called {rule.id!r}: a decision could not say which one made it")
            seen.add(rule.id)
        for part in parts:
            for name in part.bundles:
                if name not in self.bundles:
                    raise ValueError(f"attaches the bundle {name!r}, which the document does not have")
        if self.of is Of.ORGANISATION and self.channels:
            raise ValueError("is the organisation's, which has no channels: a channel's part belongs to its workspace")
        return self
