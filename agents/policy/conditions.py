"""What a rule may ask of a call: one typed test for each attribute, so that nothing is compared that has no meaning.

Written as `attribute: {operator: value}`. All tests of a rule must hold, and all operators of a test. Pure: what an
attribute is comes from outside; what a test makes of it is in matching.py.
"""

import ipaddress
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from agents.policy.written_values import (
    MOST_VALUES,
    NUMBER,
    WHOLE,
    Flag,
    Host,
    Ids,
    Network,
    PathPrefix,
    Span,
    TimeOfDay,
)
from agents.surface import PersonKind
from tools.contract import Trust


class Trigger(StrEnum):
    """How a Run came about."""

    MENTION = "mention"  #: someone named us in a channel
    REPLY = "reply"  #: someone went on in a thread without naming us
    DIRECT = "direct"  #: someone wrote to us directly
    SHORTCUT = "shortcut"  #: someone pointed at a message
    ROUTINE = "routine"  #: a clock
    AMBIENT = "ambient"  #: nobody: we read along


class Day(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Test(BaseModel):
    """Base of every test: closed, unchangeable and never empty: a test of nothing looks like one of something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if all(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("names no operator: say what to compare with")
        return self


class IdTest(Test):
    """Of an id that a call has at most one of."""

    any_of: Ids | None = None
    none_of: Ids | None = None


class GroupTest(Test):
    """Of the user groups that someone is in."""

    any_of: Ids | None = None
    all_of: Ids | None = None
    none_of: Ids | None = None


Hosts = Annotated[tuple[Host, ...], Field(min_length=1, max_length=MOST_VALUES)]
Networks = Annotated[tuple[Network, ...], Field(min_length=1, max_length=MOST_VALUES)]


class HostTest(Test):
    """Of the host that a call would reach. `in_networks` holds only where the host is written as a number."""

    any_of: Hosts | None = None
    none_of: Hosts | None = None
    in_networks: Networks | None = None

    @field_validator("in_networks")
    @classmethod
    def _are_networks(cls, given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for one in given or ():
            ipaddress.ip_network(one)
        return given


class PathTest(Test):
    """Of the path that a call would reach, after `.`, `..` and escapes are resolved."""

    begins_with: Annotated[tuple[PathPrefix, ...], Field(min_length=1, max_length=MOST_VALUES)] | None = None
    not_with: Annotated[tuple[PathPrefix, ...], Field(min_length=1, max_length=MOST_VALUES)] | None = None


class Method(StrEnum):
    """What an HTTP request is to do."""

    GET = "GET"
    HEAD = "HEAD"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class MethodTest(Test):
    """Of the method of an HTTP request."""

    any_of: Annotated[tuple[Method, ...], Field(min_length=1)] | None = None
    none_of: Annotated[tuple[Method, ...], Field(min_length=1)] | None = None


class NumberTest(Test):
    """Of a number."""

    at_least: Annotated[float, Field(allow_inf_nan=False), NUMBER] | None = None
    at_most: Annotated[float, Field(allow_inf_nan=False), NUMBER] | None = None

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"can never hold: at_least {self.at_least} is above at_most {self.at_most}")
        return self


class KindTest(Test):
    """Of what someone is in the workspace."""

    any_of: Annotated[tuple[PersonKind, ...], Field(min_length=1)] | None = None
    none_of: Annotated[tuple[PersonKind, ...], Field(min_length=1)] | None = None


class TriggerTest(Test):
    """Of how the Run came about."""

    any_of: Annotated[tuple[Trigger, ...], Field(min_length=1)] | None = None
    none_of: Annotated[tuple[Trigger, ...], Field(min_length=1)] | None = None


class FlagTest(Test):
    """Of what is so or is not so."""

    be: Flag


class TrustTest(Test):
    """Of what the Run has read: `untrusted` as soon as any of it came from outside."""

    be: Trust


class TimeTest(Test):
    """Of the time of the call: between two times of day, in a zone, on some days. It may go over midnight."""

    between: tuple[TimeOfDay, TimeOfDay] = ("00:00", "24:00")
    days: Annotated[tuple[Day, ...], Field(min_length=1)] = tuple(Day)
    zone: Annotated[str, StringConstraints(min_length=1, max_length=64)] = "UTC"

    @field_validator("zone")
    @classmethod
    def _is_known(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
            raise ValueError(f"is no time zone: {given!r}. Write one such as Europe/Berlin") from fault
        return given

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if self.between[0] == self.between[1]:
            raise ValueError("can never hold: it ends when it begins")
        return self


class CountTest(Test):
    """Of how often the tool was already used in this workspace within a span of time until now."""

    within: Span
    at_least: Annotated[int, Field(ge=0), WHOLE] | None = None
    at_most: Annotated[int, Field(ge=0), WHOLE] | None = None

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise ValueError("names no number: say at_least or at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"can never hold: at_least {self.at_least} is above at_most {self.at_most}")
        return self


class Where(BaseModel):
    """All that a rule may ask of a call beyond its tool. What is not written is not asked.

    Attributes:
        here: the channel that the Run lives in; channel, person: what the call would reach in Slack.
        host, port, path, method: what it would reach on the web. amount: the number that the tool calls its amount.
        who: the one who asks; kind: what they are; groups: their user groups; member: of the channel of the Run now.
        external_channel: the Run's channel is shared with another organisation.
        trigger: how the Run came about; trust: of what it has read; time: of the call; calls: of this tool before.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    here: IdTest | None = None
    channel: IdTest | None = None
    person: IdTest | None = None
    host: HostTest | None = None
    port: NumberTest | None = None
    path: PathTest | None = None
    method: MethodTest | None = None
    amount: NumberTest | None = None
    who: IdTest | None = None
    kind: KindTest | None = None
    groups: GroupTest | None = None
    member: FlagTest | None = None
    external_channel: FlagTest | None = None
    trigger: TriggerTest | None = None
    trust: TrustTest | None = None
    time: TimeTest | None = None
    calls: CountTest | None = None


OF_SPEAKERS = frozenset({"who", "kind", "groups", "member"})
"""Attributes that each Speaker of a Run has for himself."""
