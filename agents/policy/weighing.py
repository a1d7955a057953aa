"""Weighs all rules that are about a call against each other: deny before ask before allow, whatever their order. Pure.

Each Speaker is weighed alone; together they have only what each of them has. What a rule gives is cut by the ceilings
of wider scopes; what it forbids, or wants asked, is never cut. A fallback counts where no other rule grants anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agents.policy.asking import only_of_channel
from agents.policy.compiling import Applicable, Compiled, ReadyCeiling, ReadyRule
from agents.policy.facts import Facts, Speaker, known
from agents.policy.judgement import Bite, Gate, Match
from agents.policy.matching import Outcome, look, values_of, values_of_speaker
from agents.policy.resolving import Holding
from agents.policy.scopes import BREADTH, Scope
from agents.policy.verdicts import STRICTNESS, Verdict, strictest
from agents.surface import PersonKind

WHY = {
    Gate.MEMBERSHIP: "{tool} may only be used by people who are in this channel, and not everyone who asks is.",
    Gate.CEILING: "A rule here allows {tool}, but a wider scope does not let it.",
    Gate.GUESTS: "{tool} is not among what this channel itself was given, and nothing else counts for guests.",
    Gate.BOT: "No rule lets another app use {tool} here.",
    Gate.AUTHORITY: "{tool} needs the right of whoever asks; that this channel was given it does not count.",
    Gate.DEFAULT: "No rule allows {tool} here.",
}
"""Why nothing is granted, the most telling first."""

ASKS_BY_CEILING = "A rule here allows {tool}, and a wider scope wants a yes from someone for each call."


@dataclass(frozen=True, slots=True)
class Stand:
    """How one Speaker stands.

    Attributes:
        held: the rules that hold for him, each with what it grants; None: nothing.
        kept_back: why rules that hold grant nothing, or why none could.
    """

    speaker: Speaker
    held: Sequence[tuple[ReadyRule, Verdict | None]]
    kept_back: frozenset[Gate]
    verdict: Verdict

    def of(self, verdict: Verdict) -> list[ReadyRule]:
        """Return the rules of one verdict that hold; of those that allow only what is granted."""
        return [
            rule
            for rule, granted in self.held
            if rule.rule.verdict is verdict and (verdict is not Verdict.ALLOW or granted is not None)
        ]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What rules make of a call.

    Attributes:
        winner: the rule that decided; None: a gate, `bite`, did.
        asking: all rules that want it asked, for any Speaker. granting: the one that is named of those that grant it.
        names_host, names_channel: for each Speaker a rule grants it that says of which hosts, which channels.
    """

    verdict: Verdict
    winner: ReadyRule | None
    bite: Bite | None
    matches: tuple[Match, ...]
    asking: tuple[ReadyRule, ...]
    granting: tuple[ReadyRule, ...]
    names_host: bool
    names_channel: bool
    narrowed_by: tuple[str, ...]


def weigh(policies: Compiled, about: Applicable, rules: Sequence[ReadyRule], facts: Facts) -> Weighed:
    """Return what `rules`, all about the call's tool, make of it. There is at least one Speaker.

    Raises:
        NotLoaded: it depends on something that could not be loaded.
    """
    values = values_of(facts, policies.windows, policies.zones)
    held = list(_held(rules, values, facts.at))
    holding = policies.holding(facts.here)
    stands = [_stand(one, held, values, about, holding) for one in facts.speakers]
    verdict = strictest(*(one.verdict for one in stands))
    strict = [one for one in stands if one.verdict is verdict]
    winner, bite = _winner(verdict, strict, facts.tool)
    return Weighed(
        verdict=verdict,
        winner=winner,
        bite=bite,
        matches=_matches(stands),
        asking=_asking(stands),
        granting=_named(rule for one in strict for rule, granted in one.held if granted is not None),
        names_host=all(any(rule.names_host for rule in one.of(Verdict.ALLOW)) for one in stands),
        names_channel=all(any(rule.names_channel for rule in one.of(Verdict.ALLOW)) for one in stands),
        narrowed_by=tuple(one.speaker.id for one in strict) if len(strict) < len(stands) else (),
    )


def _held(rules: Sequence[ReadyRule], values: Mapping[str, object], at: int) -> Iterable[ReadyRule]:
    """Yield the rules that hold as far as the call goes."""
    for ready in rules:
        if (ready.until is None or at < ready.until) and (
            not ready.plain or _counts(look(ready.plain, values), ready.rule.verdict)
        ):
            yield ready


def _stand(
    speaker: Speaker,
    rules: Sequence[ReadyRule],
    values: Mapping[str, object],
    about: Applicable,
    holding: Holding,
) -> Stand:
    own = values_of_speaker(speaker)
    held: list[tuple[ReadyRule, Verdict | None]] = []
    kept_back: set[Gate] = set()
    caps: dict[Scope, Verdict | None] = {}
    for ready in rules:
        verdict = ready.rule.verdict
        if ready.personal and not _counts(look(ready.personal, own), verdict):
            continue
        granted = None
        if verdict is not Verdict.DENY:
            gate = _kept_back(ready, speaker, about, holding)
            if gate is None:
                if ready.scope not in caps:
                    caps[ready.scope] = _cap(ready.scope, about, values, own)
                cap = caps[ready.scope]
                granted = strictest(cap, verdict) if cap is not None else None
                gate = Gate.CEILING
            if granted is None:
                kept_back.add(gate)
        held.append((ready, granted))
    if any(granted is not None and not ready.rule.fallback for ready, granted in held):
        held = [one for one in held if not one[0].rule.fallback]
    if about.membership and not known(speaker.member):
        kept_back.add(Gate.MEMBERSHIP)
    return Stand(speaker, held, frozenset(kept_back), _verdict(held, member=Gate.MEMBERSHIP not in kept_back))


def _counts(outcome: Outcome, verdict: Verdict) -> bool:
    """Whether a rule holds: what is not known is a match for those that restrict, and none for those that allow."""
    return outcome is Outcome.HOLDS or (outcome is Outcome.UNKNOWN and verdict is not Verdict.ALLOW)


def _verdict(held: Sequence[tuple[ReadyRule, Verdict | None]], *, member: bool) -> Verdict:
    said = {rule.rule.verdict for rule, _ in held}
    granted = {one for _, one in held if one is not None}
    if Verdict.DENY in said or not member or not granted:
        return Verdict.DENY
    return Verdict.ASK if Verdict.ASK in said or Verdict.ALLOW not in granted else Verdict.ALLOW


def _kept_back(ready: ReadyRule, speaker: Speaker, about: Applicable, holding: Holding) -> Gate | None:
    if ready.scope is Scope.CHANNEL and not about.of_channel:
        return Gate.AUTHORITY
    if ready.scope is not Scope.CHANNEL and only_of_channel(holding, speaker):
        return Gate.GUESTS
    if speaker.kind is PersonKind.BOT and not ready.names_bots:
        return Gate.BOT
    return None


def _cap(scope: Scope, about: Applicable, values: Mapping[str, object], own: Mapping[str, object]) -> Verdict | None:
    """Return what a scope may grant at most of this call; None: nothing."""
    cap = Verdict.ALLOW
    for wider, ceilings in about.ceilings:
        if BREADTH[wider] >= BREADTH[scope]:
            continue
        fitting = [one.at_most for one in ceilings if _fits(one, values, own)]
        if not fitting:
            return None
        cap = strictest(cap, min(fitting, key=STRICTNESS.__getitem__))
    return cap


def _fits(ceiling: ReadyCeiling, values: Mapping[str, object], own: Mapping[str, object]) -> bool:
    return look(ceiling.plain, values) is Outcome.HOLDS and look(ceiling.personal, own) is Outcome.HOLDS


def _winner(verdict: Verdict, strict: Sequence[Stand], tool: str) -> tuple[ReadyRule | None, Bite | None]:
    for rule in _named(rule for one in strict for rule in one.of(verdict)):
        return rule, None
    if verdict is Verdict.ASK:
        return None, Bite(Gate.CEILING, verdict, ASKS_BY_CEILING.format(tool=tool))
    gates = {gate for one in strict for gate in one.kept_back} | {Gate.DEFAULT}
    gate = next(gate for gate in WHY if gate in gates)
    return None, Bite(gate, verdict, WHY[gate].format(tool=tool))


def _named(rules: Iterable[ReadyRule]) -> tuple[ReadyRule, ...]:
    """Return the one of several rules that is named: the broadest scope's, and of those the first by name."""
    first = min(rules, key=lambda one: (BREADTH[one.scope], one.rule.id), default=None)
    return () if first is None else (first,)


def _matches(stands: Sequence[Stand]) -> tuple[Match, ...]:
    found: dict[tuple[int, str], Match] = {}
    for stand in stands:
        for ready, granted in stand.held:
            key = (BREADTH[ready.scope], ready.rule.id)
            before = found.get(key)
            if before is not None:
                both = (before.granted, granted)
                granted = None if None in both else strictest(*(one for one in both if one is not None))
            found[key] = Match(ready.scope, ready.rule.id, ready.rule.verdict, granted)
    return tuple(found[key] for key in sorted(found))


def _asking(stands: Sequence[Stand]) -> tuple[ReadyRule, ...]:
    found = {(BREADTH[one.scope], one.rule.id): one for stand in stands for one in stand.of(Verdict.ASK)}
    return tuple(found[key] for key in sorted(found))
