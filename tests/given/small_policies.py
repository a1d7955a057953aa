"""Policies and calls of a small world: few tools, few channels, few hosts, so that rules meet calls, and each other."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import combinations
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agents.labels import Labels
from agents.policy.compiling import ReadyRule
from agents.policy.conditions import Day, Method, Trigger, Where
from agents.policy.document import Authority, Bundle, Ceiling, Document, Of, Part, Rule
from agents.policy.facts import Facts, Speaker
from agents.policy.matching import look, values_of, values_of_speaker
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tools.contract import Effect, Reach, Trust

P = TypeVar("P")

KINDS: Mapping[str, tuple[Effect, Reach]] = {
    "read_wiki": (Effect.READ, Reach.INSIDE),
    "read_thread": (Effect.READ, Reach.THREAD),
    "post_note": (Effect.ACT, Reach.INSIDE),
    "post_mail": (Effect.ACT, Reach.OUTSIDE),
    "set_topic": (Effect.WRITE, Reach.INSIDE),
    "drop_table": (Effect.ACT, Reach.DESTRUCTIVE),
}
"""The tools there are."""

NOW = int(datetime(2026, 11, 27, 12, 0, tzinfo=UTC).timestamp() * 1_000_000)
"""A Friday, at noon."""

HERE = ("C1", "C2")
PEOPLE = ("U1", "U2", "U3")
HOSTS = ("a.example", "docs.a.example", "b.example", "10.0.0.1", "10.9.9.9")
PATHS = ("/", "/api", "/api/v1", "/apix", "/api/v1/x")


def few_of(values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return each value alone, and every two together."""
    return [*((one,) for one in values), *combinations(values, 2)]


def operators_of(**lists: Sequence[Any]) -> list[dict[str, Any]]:
    """Return tests of one operator, and of two: each with each of its values."""
    alone = [{name: value} for name, values in lists.items() for value in values]
    pairs = [{**one, **other} for one, other in combinations(alone, 2) if set(one) != set(other)]
    return [*alone, *pairs]


def lists_of(*values: str) -> list[dict[str, Any]]:
    return operators_of(any_of=few_of(values), none_of=few_of(values))


def _bounds(*values: float, **fixed: str) -> list[dict[str, Any]]:
    middle = len(values) // 2
    return [{**fixed, **one} for one in operators_of(at_least=values[:middle], at_most=values[middle:])]


GROUP = few_of(["S1", "S2"])
NETWORKS: list[dict[str, Any]] = [{"in_networks": ("10.0.0.0/24",)}, {"in_networks": ("10.0.0.0/8",)}]
FLAG: list[dict[str, Any]] = [{"be": True}, {"be": False}]
TIMES = [
    {"between": between, "days": days, "zone": zone}
    for between in (("08:00", "18:00"), ("00:00", "12:00"), ("11:00", "13:00"), ("22:00", "13:00"))
    for days in few_of([Day.THU, Day.FRI])
    for zone in ("UTC", "Europe/Berlin")
]

TESTS: Mapping[str, Sequence[dict[str, Any]]] = {
    "here": lists_of(*HERE),
    "channel": lists_of(*HERE),
    "person": lists_of(*PEOPLE),
    "host": lists_of("a.example", "*.a.example", "*.example", "b.example", "10.0.0.1") + NETWORKS,
    "port": _bounds(80, 443, 1_000, 8_080),
    "path": operators_of(begins_with=few_of(PATHS), not_with=few_of(PATHS)),
    "method": lists_of(Method.GET, Method.POST, Method.PUT),
    "amount": _bounds(1, 2.5, 3, 4.25),
    "who": lists_of(*PEOPLE),
    "kind": lists_of(PersonKind.ADMIN, PersonKind.MEMBER),
    "groups": operators_of(any_of=GROUP, all_of=GROUP, none_of=GROUP),
    "member": FLAG,
    "external_channel": FLAG,
    "trigger": lists_of(Trigger.MENTION, Trigger.ROUTINE),
    "trust": [{"be": one} for one in Trust],
    "time": TIMES,
    "calls": _bounds(1, 2, 3, 4, within="1d"),
}
"""For each attribute, tests of it."""


POOL = 4_000
"""Rules, ceilings and calls that are made once, by chance from a fixed seed: to draw each value of each anew took nine
tenths of a proof's time."""


def _where(dice: Random, most: int = 2) -> Where:
    names = dice.sample(list(TESTS), min(most, dice.choice([0, 0, 0, 1, 1, 2])))
    return Where.model_validate({name: dice.choice(TESTS[name]) for name in names})


TOOLS = [*few_of(["*", "post_*", "read_*", *KINDS]), *[("*",)] * 20]
EFFECTS: list[tuple[Effect, ...]] = [(), (), (), (Effect.READ,), (Effect.ACT,), (Effect.WRITE, Effect.ACT)]
REACHES: list[tuple[Reach, ...]] = [(), (), (), (Reach.INSIDE,), (Reach.OUTSIDE,), (Reach.INSIDE, Reach.THREAD)]


def _rule(dice: Random) -> Rule:
    verdict = dice.choice([Verdict.ALLOW, Verdict.ALLOW, Verdict.ALLOW, Verdict.ASK, Verdict.ASK, Verdict.DENY])
    return Rule(
        id="r",
        verdict=verdict,
        tools=dice.choice(TOOLS),
        effects=dice.choice(EFFECTS),
        reaches=dice.choice(REACHES),
        where=_where(dice),
        fallback=verdict is not Verdict.DENY and dice.random() < 0.3,
        shadow=dice.random() < 0.1,
        until=dice.choice([None, None, None, None, date(2026, 11, 26), date(2026, 11, 27)]),
    )


def _ceiling(dice: Random) -> Ceiling:
    return Ceiling(
        tools=dice.choice(TOOLS),
        effects=dice.choice(EFFECTS),
        reaches=dice.choice(REACHES),
        where=_where(dice, most=1),
        at_most=dice.choice([Verdict.ALLOW, Verdict.ASK]),
    )


def _call(dice: Random) -> Facts:
    tool = dice.choice(list(KINDS))
    effect, reach = KINDS[tool]
    # a Run that has read what anyone could have written asks before it reaches out, whatever rules say
    trust = Trust.TRUSTED if reach in {Reach.OUTSIDE, Reach.DESTRUCTIVE} else dice.choice(list(Trust))
    return Facts(
        tool=tool,
        effect=effect,
        reach=reach,
        host=dice.choice([None, *HOSTS]),
        port=dice.choice([None, 80, 443, 8_080]),
        path=dice.choice([None, *PATHS]),
        method=dice.choice([None, "GET", "POST"]),
        channel=dice.choice([None, *HERE]),
        person=dice.choice([None, *PEOPLE]),
        amount=dice.choice([None, 0.0, 1.0, 2.5, 3.0, 99.0]),
        speakers=tuple(_speaker(dice) for _ in range(dice.randint(1, 2))),
        trigger=dice.choice([None, *Trigger]),
        here=dice.choice(HERE),
        external_channel=dice.choice([None, True, False]),
        at=NOW,
        counts=dice.choice([{}, {86_400: 0}, {86_400: 2}, {86_400: 5}]),
        labels=Labels(trust=trust),
    )


def _speaker(dice: Random) -> Speaker:
    return Speaker(
        id=dice.choice(PEOPLE),
        kind=dice.choice([PersonKind.ADMIN, PersonKind.MEMBER]),
        groups=dice.choice([None, frozenset(), frozenset({"S1"}), frozenset({"S2"}), frozenset({"S1", "S2"})]),
        member=dice.choice([None, True, True, True, False]),
    )


def _pool(make: Callable[[Random], P]) -> SearchStrategy[P]:
    dice = Random(7)
    return st.sampled_from([make(dice) for _ in range(POOL)])


def wheres() -> SearchStrategy[Where]:
    """Return conditions of a few attributes."""
    return _pool(_where)


@cache
def rules() -> SearchStrategy[Rule]:
    """Return rules, all of one name."""
    return _pool(_rule)


@cache
def ceilings() -> SearchStrategy[Ceiling]:
    """Return ceilings."""
    return _pool(_ceiling)


@cache
def facts() -> SearchStrategy[Facts]:
    """Return calls at which no gate bites: what is decided about them, rules decide."""
    return _pool(_call)


AUTHORITIES = [
    *[{"*": Authority.CHANNEL}] * 6,
    {},
    *({name: authority} for name in ("*", *KINDS) for authority in Authority),
    *({"*": Authority.CHANNEL, name: authority} for name in KINDS for authority in Authority),
]


def documents(of: Of = Of.WORKSPACE) -> SearchStrategy[Document]:
    """Return policies of a few rules, of which many meet the calls of this world."""
    few = st.lists(rules(), min_size=1, max_size=3).map(tuple)
    limits = st.none() | st.none() | st.lists(ceilings(), min_size=1, max_size=3).map(tuple)
    parts = [("default", few), ("b", few)] + ([("C1", few)] if of is Of.WORKSPACE else [])
    return st.builds(
        _document,
        of=st.just(of),
        rules=st.fixed_dictionaries(dict(parts)),
        limits=limits,
        attached=st.booleans(),
        authority=st.sampled_from(AUTHORITIES),
    )


def _document(
    of: Of,
    rules: Mapping[str, tuple[Rule, ...]],
    limits: tuple[Ceiling, ...] | None,
    attached: bool,
    authority: dict[str, Authority],
) -> Document:
    named = {
        where: tuple(one.model_copy(update={"id": f"{of.value}.{where.lower()}.{at}"}) for at, one in enumerate(many))
        for where, many in rules.items()
    }
    return Document(
        of=of,
        authority=authority,
        bundles={"b": Bundle(rules=named["b"])},
        default=Part(rules=named["default"], ceilings=limits, bundles=("b",) if attached else ()),
        channels={"C1": Part(rules=named["C1"])} if "C1" in named else {},
    )


def holds(line: Rule | Ceiling, call: Facts) -> bool:
    """Whether a rule or a ceiling holds for a call, for its first Speaker, whatever its last day."""
    as_rule = line if isinstance(line, Rule) else _as_rule(line)
    ready = ReadyRule.of(Scope.WORKSPACE, as_rule)
    if call.effect is None or call.reach is None:
        return False
    if not ready.tools.name(call.tool) or not ready.tools.fit(call.effect, call.reach):
        return False
    values = {**values_of(call, [86_400], ["UTC", "Europe/Berlin"]), **values_of_speaker(call.speakers[0])}
    outcome = look((*ready.plain, *ready.personal), values)
    lenient = isinstance(line, Rule) and line.verdict is not Verdict.ALLOW
    return lenient if outcome is None else outcome


def _as_rule(line: Ceiling) -> Rule:
    return Rule(
        id="ceiling",
        verdict=Verdict.ALLOW,
        tools=line.tools,
        effects=line.effects,
        reaches=line.reaches,
        where=line.where,
    )
