"""A call that nobody made: what it would be judged by, from what somebody supposes about it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from agents.labels import Labels
from agents.policy.addresses import exact
from agents.policy.conditions import Trigger
from agents.policy.facts import Facts, Speaker
from agents.policy.normalising import reach_of, reached
from agents.policy.pages import Known
from agents.surface import PersonKind
from agents.toolcalls.catalogue import destination_of, effect_of, fitted
from tools.contract import Effect, Reach, Tool, Trust

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """What is supposed of a call.

    Attributes:
        arguments: as the model would give them. here: the channel in which it is asked for.
        who: id of whoever asks; kind: what they are, in the words of PersonKind; groups: theirs; member: of `here`.
        trigger: how it came about, in the words of Trigger. external: the channel is shared with others.
        untrusted: the Run has read what anyone could have written. written: addresses that they wrote.
        effect, reach: of a tool that is not in the catalogue, in the words of Effect and Reach.
        used: how often it was used before, within any time. at: when; it knows its zone.
        hosts, web: the settings [web] hosts and [web] enabled.
    """

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    here: str = ""
    who: str = ""
    kind: str = PersonKind.MEMBER.value
    groups: frozenset[str] = frozenset()
    member: bool = True
    trigger: str = Trigger.MENTION.value
    external: bool = False
    untrusted: bool = False
    written: frozenset[str] = frozenset()
    effect: str = ""
    reach: str = ""
    used: int = 0
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    hosts: frozenset[str] = frozenset()
    web: bool = True


def facts_of(supposed: Supposed, tools: Mapping[str, Tool], windows: Iterable[int]) -> Facts:
    """Return what such a call would be judged by.

    `tools`: those that there are; `windows`: spans in seconds within which a policy counts uses (Compiled.windows).

    Raises:
        ValueError: a word that does not mean anything here; the text says which there are.
    """
    tool = tools.get(supposed.tool)
    if tool is None and not (supposed.effect and supposed.reach):
        near = get_close_matches(supposed.tool, tools)
        hint = f" ({near[0]} is nearest)" if near else ""
        raise ValueError(f"there is no tool {supposed.tool!r} here{hint}; of another one, say its effect and its reach")
    effect = _word(Effect, supposed.effect) if tool is None else effect_of(tool)
    fit, wrong = (None, "") if tool is None else fitted(tool, dict(supposed.arguments))
    destination, unsaid = (None, "") if tool is None or fit is None else destination_of(tool, fit)
    said_reach = destination.reach if destination is not None else None
    found = reached(destination, supposed.arguments, effect, supposed.here)
    return Facts(
        tool=supposed.tool,
        effect=effect,
        reach=_word(Reach, supposed.reach) if tool is None else reach_of(tool.reach, said_reach),
        fits=wrong or unsaid,
        destination=destination,
        **found.as_facts(),
        speakers=(Speaker(supposed.who, _word(PersonKind, supposed.kind), supposed.groups, supposed.member),),
        trigger=_word(Trigger, supposed.trigger),
        here=supposed.here,
        external_channel=supposed.external,
        at=round(supposed.at.timestamp()) * MICROSECONDS,
        counts=dict.fromkeys(windows, supposed.used),
        labels=Labels(trust=Trust.UNTRUSTED if supposed.untrusted else Trust.TRUSTED),
        known=Known(written=frozenset(filter(None, map(exact, supposed.written)))),
        hosts=supposed.hosts,
        web=supposed.web,
    )


W = TypeVar("W", bound=StrEnum)


def _word(words: type[W], given: str) -> W:
    try:
        return words(given)
    except ValueError:
        raise ValueError(f"{given!r} is none of {', '.join(words)}") from None
