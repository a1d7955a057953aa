"""Weighs all rules that are about a call against each other: deny before ask before allow, whatever their order. Pure.

Each Speaker is weighed alone; together they have only what each of them has. What a rule gives is cut by the ceilings
of wider scopes; what it forbids, or wants asked, is never cut. A fallback counts where no other rule grants anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from agents.policy.asking import only_of_channel
from agents.policy.compiling import Applicable, Compiled, ReadyCeiling, ReadyRule
from agents.policy.facts import Facts, Failed, NotLoaded, Speaker, known
from agents.policy.judgement import Bite, Gate, Match
from agents.policy.matching import look, values_of, values_of_speaker
from agents.policy.resolving import Holding
from agents.policy.scopes import Scope
from agents.policy.sifting import Sieve
from agents.policy.verdicts import Verdict, strictest
from agents.surface import PersonKind
from tools.contract import Effect

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


Held: TypeAlias = list[tuple[ReadyRule, Verdict | None]]
"""Rules that hold, in the order of Applicable.rules, each with what it grants; None: nothing."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How one Speaker stands. `kept_back`: why rules that hold grant him nothing, or why none could."""

    speaker: Speaker
    held: Held
    kept_back: frozenset[Gate]
    verdict: Verdict

    def of(self, verdict: Verdict) -> Iterator[ReadyRule]:
        """Yield the rules of one verdict that hold; of those that allow only what is granted."""
        for rule, granted in self.held:
            if rule.verdict is verdict and (verdict is not Verdict.ALLOW or granted is not None):
                yield rule


@dataclass(frozen=True, slots=True)
class Weighed:
    """What rules make of a call.

    Attributes:
        winner: the rule that decided; None: a gate, `bite`, did.
        asking: all rules that want it asked, for any Speaker. granting: the one that is named of those that grant it,
            or nothing.
        names_host, names_channel: of a `read`: to each Speaker a rule grants it that names hosts, that names channels.
        narrowed_by: ids of the strictest Speakers, where others have more.
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


def weigh(policies: Compiled, about: Applicable, rules: Sieve[ReadyRule], facts: Facts) -> Weighed:
    """Return what `rules`, those of Applicable.rules or of Applicable.tried, make of it. There is at least one Speaker.

    Raises:
        NotLoaded: it depends on something that could not be loaded.
    """
    values = values_of(facts, policies.windows, policies.zones)
    known_of = [(one, values_of_speaker(one)) for one in facts.speakers]
    held = _held(rules.left(values, [own for _, own in known_of]), values, facts.at)
    holding = policies.holding(facts.here)
    stands = [_stand(one, own, held, values, about, holding) for one, own in known_of]
    verdict = strictest(*(one.verdict for one in stands))
    reads = facts.effect is Effect.READ
    strict = [one for one in stands if one.verdict is verdict]
    winner = _first(next(one.of(verdict), None) for one in strict)
    # those of each Speaker stand in the order in which they are named
    granting = _first(next(_granting(one), None) for one in strict)
    return Weighed(
        verdict=verdict,
        winner=winner,
        bite=_bite(verdict, strict, facts.tool) if winner is None else None,
        matches=_matches(held, stands),
        asking=_asking(held, stands),
        granting=tuple(filter(None, [granting])),
        names_host=reads and all(any(rule.names_host for rule in one.of(Verdict.ALLOW)) for one in stands),
        names_channel=reads and all(any(rule.names_channel for rule in one.of(Verdict.ALLOW)) for one in stands),
        narrowed_by=tuple(one.speaker.id for one in strict) if len(strict) < len(stands) else (),
    )


def _held(rules: Sequence[ReadyRule], values: Mapping[str, object], at: int) -> list[ReadyRule]:
    """Return the rules that hold as far as the call goes.

    What `look` does stands here once more: to call it for each rule would be half of a decision's time.
    """
    held = []
    for ready in rules:
        until = ready.until
        if until is not None and at >= until:
            continue
        unknown, broken = False, None
        for _, key, passes in ready.plain:
            value = values[key]
            if value is None:
                unknown = True
            elif isinstance(value, Failed):
                broken = value
            elif not passes(value):
                break
        else:
            if broken is not None:
                raise NotLoaded(broken.cause)
            if not unknown or ready.verdict is not Verdict.ALLOW:
                held.append(ready)
    return held


def _stand(
    speaker: Speaker,
    own: Mapping[str, object],
    rules: Sequence[ReadyRule],
    values: Mapping[str, object],
    about: Applicable,
    holding: Holding,
) -> Stand:
    is_bot = speaker.kind is PersonKind.BOT
    counting = [one for one in rules if not one.personal or _counts(look(one.personal, own), one.verdict)]
    # what each scope gives this Speaker is the same for all its rules
    scopes = {one.breadth: one for one in counting if one.verdict is not Verdict.DENY}
    given = {breadth: _given(one, speaker, about, holding, values, own) for breadth, one in scopes.items()}
    held: Held = []
    kept_back: set[Gate] = set()
    for ready in counting:
        granted = None
        if ready.verdict is not Verdict.DENY:
            gives = Gate.BOT if is_bot and not ready.names_bots else given[ready.breadth]
            if isinstance(gives, Gate):
                kept_back.add(gives)
            else:
                granted = ready.verdict if gives is Verdict.ALLOW else Verdict.ASK
        held.append((ready, granted))
    if any(granted is not None and not ready.fallback for ready, granted in held):
        held = [one for one in held if not one[0].fallback]
    if about.membership and not known(speaker.member):
        kept_back.add(Gate.MEMBERSHIP)
    return Stand(speaker, held, frozenset(kept_back), _verdict(held, member=Gate.MEMBERSHIP not in kept_back))


def _counts(holds: bool | None, verdict: Verdict) -> bool:
    """Whether a rule holds: what is not known is a match for those that restrict, and none for those that allow."""
    return verdict is not Verdict.ALLOW if holds is None else holds


def _verdict(held: Held, *, member: bool) -> Verdict:
    said = [ready.verdict for ready, _ in held]
    grants = [granted for _, granted in held if granted is not None]
    if Verdict.DENY in said:
        return Verdict.DENY
    if not member or not grants:
        return Verdict.DENY
    return Verdict.ASK if Verdict.ASK in said or Verdict.ALLOW not in grants else Verdict.ALLOW


def _given(
    ready: ReadyRule,
    speaker: Speaker,
    about: Applicable,
    holding: Holding,
    values: Mapping[str, object],
    own: Mapping[str, object],
) -> Verdict | Gate:
    """Return what the scope of a rule may grant a Speaker at most, or the gate that keeps it back."""
    if ready.scope is Scope.CHANNEL and not about.of_channel:
        return Gate.AUTHORITY
    if ready.scope is not Scope.CHANNEL and only_of_channel(holding, speaker):
        return Gate.GUESTS
    caps = [Verdict.ALLOW]
    for ceilings in (above for wider, above in about.ceilings if wider < ready.breadth):
        fitting = [one.at_most for one in ceilings if _fits(one, values, own)]
        if not fitting:
            return Gate.CEILING
        caps.append(Verdict.ALLOW if Verdict.ALLOW in fitting else Verdict.ASK)
    return strictest(*caps)


def _fits(ceiling: ReadyCeiling, values: Mapping[str, object], own: Mapping[str, object]) -> bool:
    return look(ceiling.plain, values) is True and look(ceiling.personal, own) is True


def _bite(verdict: Verdict, strict: Sequence[Stand], tool: str) -> Bite:
    """Return why it is so where no rule says it."""
    if verdict is Verdict.ASK:
        return Bite(Gate.CEILING, verdict, ASKS_BY_CEILING.format(tool=tool))
    gates = {gate for one in strict for gate in one.kept_back} | {Gate.DEFAULT}
    gate = next(gate for gate in WHY if gate in gates)
    return Bite(gate, verdict, WHY[gate].format(tool=tool))


def _first(rules: Iterable[ReadyRule | None]) -> ReadyRule | None:
    """Return the one of several rules that is named: the broadest scope's, and of those the first by name."""
    return min((one for one in rules if one is not None), key=_place, default=None)


def _place(ready: ReadyRule) -> tuple[int, str]:
    return ready.breadth, ready.rule.id


def _granting(stand: Stand) -> Iterator[ReadyRule]:
    return (ready for ready, granted in stand.held if granted is not None)


def _matches(held: Sequence[ReadyRule], stands: Sequence[Stand]) -> tuple[Match, ...]:
    """Return each rule that holds for any Speaker, with what it grants all for whom it does, in the order of `held`."""
    if len(stands) == 1:
        return tuple([ready.told(granted) for ready, granted in stands[0].held])
    least: dict[int, Verdict | None] = {}
    for stand in stands:
        for ready, granted in stand.held:
            key = id(ready)
            # None grants least, then a yes, then all that a rule says
            if key not in least or granted is None or (granted is Verdict.ASK and least[key] is not None):
                least[key] = granted
    return tuple([ready.told(least[id(ready)]) for ready in held if id(ready) in least])


def _asking(held: Sequence[ReadyRule], stands: Sequence[Stand]) -> tuple[ReadyRule, ...]:
    if len(stands) == 1:
        return tuple(stands[0].of(Verdict.ASK))
    asking = {id(one) for stand in stands for one in stand.of(Verdict.ASK)}
    return tuple([one for one in held if id(one) in asking])
