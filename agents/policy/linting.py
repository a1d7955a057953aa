"""What in a policy looks right and does nothing, or does more than it looks like. Pure; nothing of it is an error.

Whatever is told is certain as far as the document, and the catalogue and counts that are given, can say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum

from agents.models.cost import PRICED
from agents.policy.covering import covers, disjoint, grounds_of, matched, tests_of
from agents.policy.defaults import NEVER_BY_REQUESTER
from agents.policy.document import Ceiling, Document, Rule
from agents.policy.impossible import impossible
from agents.policy.verdicts import Verdict
from tools.contract import Effect, Reach, Tool


class Kind(StrEnum):
    """What can be told."""

    UNREACHABLE = "unreachable"  #: no ceiling of a wider scope lets it grant anything
    DENIED = "denied"  #: another rule denies all that it grants
    ALWAYS_ASKS = "always-asks"  #: it allows, and another rule asks for all of it
    REPEATS = "repeats"  #: another rule says all that it says
    NEVER_HOLDS = "never-holds"  #: no call can meet its conditions
    UNKNOWN_TOOL = "unknown-tool"  #: there is no such tool here
    UNKNOWN_ATTRIBUTE = "unknown-attribute"  #: it tests what none of its tools has
    WIDE = "wide"  #: it allows changes by tools that nobody has named, also by those of tomorrow
    NOBODY = "nobody"  #: it asks, and nobody may say yes
    EXPIRED = "expired"  #: its last day has passed
    NEVER_MATCHED = "never-matched"  #: it has held for no call in the time that was looked at
    UNATTACHED = "unattached"  #: a bundle that no scope attaches
    UNKNOWN_MODEL = "unknown-model"  #: a model without a known price, as one that is misspelt


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing that is told. `rule`: id of the rule, or name of the bundle or setting. `place`: where it stands."""

    kind: Kind
    rule: str
    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.place}): {self.says} [{self.kind}]"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule where it counts: `channel` is empty for what counts everywhere. `above`: the ceilings over it."""

    rule: Rule
    place: str
    channel: str
    above: tuple[tuple[str, tuple[Ceiling, ...]], ...]


REACHED = frozenset({"host", "port", "path", "method", "channel", "person"})
"""Attributes that a call has only where its tool says what it would reach."""


def lints(
    document: Document,
    catalogue: Mapping[str, Tool] | None = None,
    *,
    organisation: Document | None = None,
    today: date | None = None,
    counts: Mapping[str, int] | None = None,
) -> list[Lint]:
    """Return what is amiss in a document, in its order.

    `catalogue`: the tools there are; None: nothing about tools is told. `organisation`: the wider document. `today`: in
    UTC; None: nothing about days is told. `counts`: for how many calls each rule held; None: nothing about that.
    """
    placed = list(_placed(document, organisation))
    over = [] if organisation is None else list(_placed(organisation, None))
    told: list[Lint] = []
    seen: set[str] = set()
    for one in placed:
        if one.rule.id in seen:
            continue
        seen.add(one.rule.id)
        everywhere = [other for other in placed if other.rule.id == one.rule.id]
        # a bundle's rule is amiss only if it is so wherever the bundle is attached
        found = [_first(_of_rule(place, [*over, *placed], catalogue, today, counts)) for place in everywhere]
        told += [
            Lint(kind, one.rule.id, one.place, says)
            for kind, says in found[0].items()
            if all(kind in other for other in found)
        ]
    attached = {name for part in (document.default, *document.channels.values()) for name in part.bundles}
    told += [
        Lint(Kind.UNATTACHED, name, "bundle", "no scope attaches it, so nothing of it counts")
        for name in document.bundles
        if name not in attached
    ]
    return [*told, *_of_models(document)]


def _of_models(document: Document) -> Iterator[Lint]:
    for channel, part in (("", document.default), *document.channels.items()):
        model = part.settings.model
        if model is None or model in PRICED:
            continue
        near = get_close_matches(model, PRICED)
        says = f"the price of `{model}` is not known: it may not exist, and is charged as the dearest one" + (
            f"; `{near[0]}` is nearest" if near else ""
        )
        place = f"channel {channel}" if channel else document.of.value
        yield Lint(Kind.UNKNOWN_MODEL, "setting model", place, says)


def _placed(document: Document, organisation: Document | None) -> Iterator[_Placed]:
    above = () if organisation is None else _limits("organisation", organisation.default.ceilings)
    below = (*above, *_limits(document.of.value, document.default.ceilings))
    for channel, part in (("", document.default), *document.channels.items()):
        over = below if channel else above
        for rule in part.rules:
            yield _Placed(rule, f"channel {channel}" if channel else document.of.value, channel, over)
        for name in dict.fromkeys(part.bundles):
            for rule in document.bundles[name].rules:
                yield _Placed(rule, f"bundle {name}", channel, over)


def _first(told: Iterator[tuple[Kind, str]]) -> dict[Kind, str]:
    """Return the first that is told of each kind."""
    first: dict[Kind, str] = {}
    for kind, says in told:
        first.setdefault(kind, says)
    return first


def _limits(whose: str, ceilings: tuple[Ceiling, ...] | None) -> tuple[tuple[str, tuple[Ceiling, ...]], ...]:
    return () if ceilings is None else ((whose, ceilings),)


def _of_rule(
    placed: _Placed,
    every: list[_Placed],
    catalogue: Mapping[str, Tool] | None,
    today: date | None,
    counts: Mapping[str, int] | None,
) -> Iterator[tuple[Kind, str]]:
    rule = placed.rule
    if today is not None and rule.until is not None and rule.until < today:
        # what else could be said of it does not matter any more
        yield Kind.EXPIRED, f"it counted until {rule.until.isoformat()}"
        return
    yield from _of_conditions(placed)
    if catalogue is not None:
        yield from _of_tools(rule, catalogue)
    yield from _of_ceilings(placed, catalogue)
    yield from _of_others(placed, every)
    yield from _of_width(rule)
    if counts is not None and not counts.get(rule.id):
        yield Kind.NEVER_MATCHED, "it held for no call in the time that was looked at"


def _of_conditions(placed: _Placed) -> Iterator[tuple[Kind, str]]:
    whys = [f"`{attribute}`: {why}" for attribute, why in impossible(placed.rule.where)]
    here = placed.rule.where.here
    if placed.channel and here is not None:
        out = here.any_of is not None and placed.channel not in here.any_of
        if out or placed.channel in (here.none_of or ()):
            whys.append(f"`here`: it stands in the part of {placed.channel}, which it leaves out")
    if whys:
        yield Kind.NEVER_HOLDS, f"no call can meet its conditions: {'; '.join(whys)}"


def _of_tools(rule: Rule, catalogue: Mapping[str, Tool]) -> Iterator[tuple[Kind, str]]:
    named = [one for one in rule.tools if one != "*"]
    unknown = [
        one
        for one in named
        if not any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for name in catalogue)
    ]
    if unknown:
        yield Kind.UNKNOWN_TOOL, f"there is no tool {_listed(unknown)} here"
        return
    meant = matched(rule, catalogue)
    if not meant:
        # no tool of a kind is installed: a rule by kinds is written for those to come
        if named:
            kinds = [one.value for one in (*rule.effects, *rule.reaches)]
            yield Kind.NEVER_HOLDS, f"none of the tools it names is {_listed(kinds)}"
        return
    if any(one.endswith("*") for one in rule.tools):
        return
    lacking = sorted(name for name in tests_of(rule.where) if not any(_has(catalogue[one], name) for one in meant))
    if lacking:
        so = "never holds" if rule.verdict is Verdict.ALLOW else "holds as if it did not test that"
        yield Kind.UNKNOWN_ATTRIBUTE, f"no call of {_listed(meant)} has {_listed(lacking)}, so it {so}"


def _has(tool: Tool, attribute: str) -> bool:
    if attribute in REACHED:
        return tool.touches is not None
    return attribute != "amount" or "amount" in tool.arguments.model_fields


def _of_ceilings(placed: _Placed, catalogue: Mapping[str, Tool] | None) -> Iterator[tuple[Kind, str]]:
    if placed.rule.verdict is Verdict.DENY:
        return
    granting = placed.rule.model_copy(update={"verdict": Verdict.ALLOW})
    known = catalogue if catalogue is not None and matched(granting, catalogue) else None
    for whose, ceilings in placed.above:
        if all(disjoint(one, granting, known) for one in ceilings):
            yield Kind.UNREACHABLE, f"no ceiling of the {whose} lets it grant anything"
            return


def _of_others(placed: _Placed, every: list[_Placed]) -> Iterator[tuple[Kind, str]]:
    rule = placed.rule
    # an organisation's rule may have the same id
    own = next(at for at, other in enumerate(every) if other.rule is rule)
    for at, other in enumerate(every):
        wider = other.rule
        if wider.shadow or other.channel not in ("", placed.channel) or not covers(wider, rule):
            continue
        # what ends sooner, or has ended, leaves it something
        if wider.until is not None and (rule.until is None or wider.until < rule.until):
            continue
        if wider.verdict is Verdict.DENY and rule.verdict is not Verdict.DENY:
            yield Kind.DENIED, f"`{wider.id}` denies all that it grants"
        elif wider.verdict is Verdict.ASK and rule.verdict is Verdict.ALLOW and not wider.fallback:
            yield Kind.ALWAYS_ASKS, f"`{wider.id}` asks for all that it allows"
        # of two that say the same as long the later one is told
        elif _says_all(wider, rule) and (at < own or wider.until != rule.until or not covers(rule, wider)):
            yield Kind.REPEATS, f"`{wider.id}` says all that it says"


def _says_all(wider: Rule, rule: Rule) -> bool:
    """Whether a rule that covers another, of the same verdict, leaves nothing for it to say."""
    return (
        wider.verdict is rule.verdict
        and not rule.shadow
        and wider.approvers == rule.approvers
        and wider.fallback == rule.fallback
        and (rule.verdict is not Verdict.ALLOW or grounds_of(rule.where) <= grounds_of(wider.where))
    )


def _of_width(rule: Rule) -> Iterator[tuple[Kind, str]]:
    unnamed = [one for one in rule.tools if one.endswith("*")]
    effects, reaches = set(rule.effects or Effect), set(rule.reaches or Reach)
    near = reaches <= {Reach.RUN} or (reaches <= {Reach.RUN, Reach.THREAD, Reach.INSIDE} and Effect.ACT not in effects)
    if rule.verdict is Verdict.ALLOW and unnamed and effects != {Effect.READ} and not near and not tests_of(rule.where):
        yield Kind.WIDE, f"it allows changes by every tool of {_listed(unnamed)}, also by those of tomorrow"
    approvers = rule.approvers
    alone = approvers is not None and not (approvers.admins or approvers.people or approvers.groups)
    if alone and reaches <= NEVER_BY_REQUESTER:
        yield Kind.NOBODY, "only whoever asked may say yes, and for what it reaches they never may"


def _listed(words: list[str]) -> str:
    return ", ".join(f"`{one}`" for one in words)
