"""Policies and calls of a small world: few tools, few channels, few hosts, so that rules meet calls, and each other."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agents.labels import Labels
from agents.policy.compiling import ReadyRule
from agents.policy.conditions import Day, Method, Trigger, Where
from agents.policy.document import Authority, Bundle, Ceiling, Document, Of, Part, Rule
from agents.policy.facts import Facts, Speaker
from agents.policy.matching import Outcome, look, values_of, values_of_speaker
from agents.policy.scopes import Scope
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tests.given.policy_documents import some
from tools.contract import Effect, Reach, Trust

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


def _lists(*values: str) -> SearchStrategy[dict[str, Any]]:
    several = some(st.sampled_from(values), 2)
    return st.fixed_dictionaries({}, optional={"any_of": several, "none_of": several}).filter(bool)


def _bounds(*values: float) -> SearchStrategy[dict[str, Any]]:
    low, high = st.sampled_from(values[: len(values) // 2]), st.sampled_from(values[len(values) // 2 :])
    return st.fixed_dictionaries({}, optional={"at_least": low, "at_most": high}).filter(bool)


GROUPS = st.fixed_dictionaries(
    {}, optional={name: some(st.sampled_from(["S1", "S2"]), 2) for name in ("any_of", "all_of", "none_of")}
).filter(bool)
HOST = _lists("a.example", "*.a.example", "*.example", "b.example", "10.0.0.1") | st.sampled_from(
    [{"in_networks": ("10.0.0.0/24",)}, {"in_networks": ("10.0.0.0/8",)}]
)
PATH = st.fixed_dictionaries(
    {}, optional={name: some(st.sampled_from(PATHS), 2) for name in ("begins_with", "not_with")}
).filter(bool)
FLAG = st.fixed_dictionaries({"be": st.booleans()})
TIME = st.fixed_dictionaries(
    {
        "between": st.sampled_from([("08:00", "18:00"), ("00:00", "12:00"), ("11:00", "13:00"), ("22:00", "13:00")]),
        "days": some(st.sampled_from([Day.THU, Day.FRI]), 2),
        "zone": st.sampled_from(["UTC", "Europe/Berlin"]),
    }
)
CALLS = _bounds(1, 2, 3, 4).map(lambda said: {"within": "1d", **said})

TESTS: Mapping[str, SearchStrategy[Any]] = {
    "here": _lists(*HERE),
    "channel": _lists(*HERE),
    "person": _lists(*PEOPLE),
    "host": HOST,
    "port": _bounds(80, 443, 1_000, 8_080),
    "path": PATH,
    "method": _lists(Method.GET, Method.POST, Method.PUT),
    "amount": _bounds(1, 2.5, 3, 4.25),
    "who": _lists(*PEOPLE),
    "kind": _lists(PersonKind.ADMIN, PersonKind.MEMBER),
    "groups": GROUPS,
    "member": FLAG,
    "external_channel": FLAG,
    "trigger": _lists(Trigger.MENTION, Trigger.ROUTINE),
    "trust": st.fixed_dictionaries({"be": st.sampled_from(Trust)}),
    "time": TIME,
    "calls": CALLS,
}
"""For each attribute, tests of it."""


PAIRS: Mapping[str, SearchStrategy[tuple[str, Any]]] = {
    name: st.tuples(st.just(name), test) for name, test in TESTS.items()
}


def wheres(most: int = 2, without: frozenset[str] = frozenset()) -> SearchStrategy[Where]:
    """Return conditions of a few attributes."""
    pairs = st.one_of(*(pair for name, pair in PAIRS.items() if name not in without))
    return st.lists(pairs, max_size=most, unique_by=lambda pair: pair[0]).map(
        lambda said: Where.model_validate(dict(said))
    )


TOOLS = some(st.sampled_from(["*", "post_*", "read_*", *KINDS]), 2)
EFFECTS = st.sampled_from([(), (), (), (Effect.READ,), (Effect.ACT,), (Effect.WRITE, Effect.ACT)])
REACHES = st.sampled_from([(), (), (), (Reach.INSIDE,), (Reach.OUTSIDE,), (Reach.INSIDE, Reach.THREAD)])


def rules(without: frozenset[str] = frozenset()) -> SearchStrategy[Rule]:
    """Return rules, all of one name."""
    return st.builds(
        Rule,
        id=st.just("r"),
        verdict=st.sampled_from(Verdict),
        tools=TOOLS,
        effects=EFFECTS,
        reaches=REACHES,
        where=wheres(without=without),
        until=st.sampled_from([None, None, date(2026, 11, 26), date(2026, 11, 27)]),
        shadow=st.sampled_from([False, False, False, True]),
    ).flatmap(lambda one: st.just(one) if one.verdict is Verdict.DENY else _perhaps_fallback(one))


def _perhaps_fallback(rule: Rule) -> SearchStrategy[Rule]:
    return st.sampled_from([rule, rule, rule.model_copy(update={"fallback": True})])


def ceilings(without: frozenset[str] = frozenset()) -> SearchStrategy[Ceiling]:
    """Return ceilings."""
    return st.builds(
        Ceiling,
        tools=TOOLS,
        effects=EFFECTS,
        reaches=REACHES,
        where=wheres(most=1, without=without),
        at_most=st.sampled_from([Verdict.ALLOW, Verdict.ASK]),
    )


def documents(of: Of = Of.WORKSPACE, without: frozenset[str] = frozenset()) -> SearchStrategy[Document]:
    """Return policies of a few rules, of which many meet the calls of this world."""
    few = st.lists(rules(without), max_size=2).map(tuple)
    limits = st.none() | st.lists(ceilings(without), min_size=1, max_size=2).map(tuple)
    parts = [("default", few), ("b", few)] + ([("C1", few)] if of is Of.WORKSPACE else [])
    return st.builds(
        _document,
        of=st.just(of),
        rules=st.fixed_dictionaries(dict(parts)),
        limits=limits,
        attached=st.booleans(),
        authority=st.dictionaries(st.sampled_from(["*", *KINDS]), st.sampled_from(Authority), max_size=2),
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


SPEAKERS = st.builds(
    Speaker,
    id=st.sampled_from(PEOPLE),
    kind=st.sampled_from([PersonKind.ADMIN, PersonKind.MEMBER]),
    groups=st.none() | st.frozensets(st.sampled_from(["S1", "S2"])),
    member=st.none() | st.booleans(),
)


def facts() -> SearchStrategy[Facts]:
    """Return calls at which no gate bites: what is decided about them, rules decide."""
    return st.builds(
        _call,
        st.sampled_from(list(KINDS)),
        st.sampled_from(Trust),
        host=st.none() | st.sampled_from(HOSTS),
        port=st.sampled_from([None, 80, 443, 8_080]),
        path=st.none() | st.sampled_from(PATHS),
        method=st.sampled_from([None, "GET", "POST"]),
        channel=st.none() | st.sampled_from(HERE),
        person=st.none() | st.sampled_from(PEOPLE),
        amount=st.sampled_from([None, 0.0, 1.0, 2.5, 3.0, 99.0]),
        speakers=st.lists(SPEAKERS, min_size=1, max_size=2).map(tuple),
        trigger=st.none() | st.sampled_from(Trigger),
        here=st.sampled_from(HERE),
        external_channel=st.none() | st.booleans(),
        counts=st.sampled_from([{}, {86_400: 0}, {86_400: 2}, {86_400: 5}]),
    )


def _call(tool: str, trust: Trust, **known: Any) -> Facts:
    effect, reach = KINDS[tool]
    if reach in {Reach.OUTSIDE, Reach.DESTRUCTIVE}:
        # a Run that has read what anyone could have written asks before it reaches out, whatever rules say
        trust = Trust.TRUSTED
    return Facts(tool=tool, effect=effect, reach=reach, at=NOW, labels=Labels(trust=trust), **known)


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
    return outcome is Outcome.HOLDS or (lenient and outcome is Outcome.UNKNOWN)


def _as_rule(line: Ceiling) -> Rule:
    return Rule(
        id="ceiling",
        verdict=Verdict.ALLOW,
        tools=line.tools,
        effects=line.effects,
        reaches=line.reaches,
        where=line.where,
    )
