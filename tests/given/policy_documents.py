"""Any policy there could be, as Hypothesis strategies: whole documents, rules and their tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from agents.policy.conditions import (
    CountTest,
    Day,
    FlagTest,
    GroupTest,
    HostTest,
    IdTest,
    KindTest,
    Method,
    MethodTest,
    NumberTest,
    PathTest,
    TimeTest,
    Trigger,
    TriggerTest,
    TrustTest,
    Where,
)
from agents.policy.document import Approvers, Authority, Bundle, Ceiling, Document, Of, Part, Rule
from agents.policy.settings import (
    ApproverNames,
    Asking,
    Budget,
    Editors,
    Effort,
    Guests,
    ReplyMode,
    Retention,
    Settings,
)
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tools.contract import Effect, Reach, Trust

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SPANS = st.sampled_from(["30m", "24h", "7d", "1d"])


def some(values: SearchStrategy[Any], most: int = 3) -> SearchStrategy[tuple[Any, ...]]:
    """Return tuples of one or more different values."""
    return st.lists(values, min_size=1, max_size=most, unique=True).map(tuple)


def names(pattern: str, *odd: str) -> SearchStrategy[str]:
    """Return words of a pattern, and those that YAML reads as something else than words."""
    return st.one_of(st.sampled_from(odd), st.from_regex(pattern, fullmatch=True))


IDS = names(r"[A-Z][A-Z0-9]{1,8}", "NO", "ON", "YES", "OFF", "NULL", "C1E5", "TRUE")
NAMES = names(r"[a-z0-9][a-z0-9._-]{0,12}", "no", "null", "true", "1e5", "0x1f", "08", "1_0", "2027-01-31", "1.5", "0.")
TOOLS = names(r"(\*|[A-Za-z0-9_-]{1,12}\*?)", "*", "fetch_*", "-", "no", "1", "---")
HOSTS = names(r"(\*\.)?[a-z0-9]([a-z0-9._-]{0,8}[a-z0-9])?", "*.example.com", "10.0.0.1", "1.5", "null")
PATHS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda rest: f"/{rest}")
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
DOLLARS = st.decimals(Decimal(0), Decimal("9999999.99"), places=2, allow_nan=False, allow_infinity=False)


def _ordered(test: type[Any], values: SearchStrategy[Any], **fixed: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Return tests of a lower and an upper bound, at least one of them."""
    return (
        st.tuples(st.one_of(st.none(), values), st.one_of(st.none(), values))
        .filter(lambda two: two != (None, None))
        .flatmap(
            lambda two: st.builds(
                test,
                at_least=st.just(two[0] if None in two else min(two)),
                at_most=st.just(two[1] if None in two else max(two)),
                **fixed,
            )
        )
    )


def _any(test: type[Any], values: SearchStrategy[Any], *operators: str) -> SearchStrategy[Any]:
    """Return tests of lists, at least one of the operators of which is written."""
    return (
        st.fixed_dictionaries({}, optional={name: some(values) for name in operators})
        .filter(bool)
        .map(lambda said: test(**said))
    )


ID_TESTS = _any(IdTest, IDS, "any_of", "none_of")
GROUP_TESTS = _any(GroupTest, IDS, "any_of", "all_of", "none_of")
HOST_TESTS = _any(HostTest, HOSTS, "any_of", "none_of") | st.just(HostTest(in_networks=("10.0.0.0/8", "fd00::/8")))
PATH_TESTS = _any(PathTest, PATHS, "begins_with", "not_with")
METHOD_TESTS = _any(MethodTest, st.sampled_from(Method), "any_of", "none_of")
KIND_TESTS = _any(KindTest, st.sampled_from(PersonKind), "any_of", "none_of")
TRIGGER_TESTS = _any(TriggerTest, st.sampled_from(Trigger), "any_of", "none_of")
NUMBER_TESTS = _ordered(NumberTest, NUMBERS)
COUNT_TESTS = _ordered(CountTest, st.integers(0, 10**20), within=SPANS)
FLAG_TESTS = st.builds(FlagTest, be=st.booleans())
TRUST_TESTS = st.builds(TrustTest, be=st.sampled_from(Trust))
TIME_TESTS = (
    st.fixed_dictionaries(
        {},
        optional={
            "between": st.sampled_from([("08:00", "18:00"), ("22:30", "06:00"), ("00:00", "24:00")]),
            "days": some(st.sampled_from(Day), 7),
            "zone": st.sampled_from(["UTC", "Europe/Berlin"]),
        },
    )
    .filter(bool)
    .map(lambda said: TimeTest(**said))
)

WHERES = st.fixed_dictionaries(
    {},
    optional={
        "here": ID_TESTS,
        "channel": ID_TESTS,
        "person": ID_TESTS,
        "host": HOST_TESTS,
        "port": NUMBER_TESTS,
        "path": PATH_TESTS,
        "method": METHOD_TESTS,
        "amount": NUMBER_TESTS,
        "who": ID_TESTS,
        "kind": KIND_TESTS,
        "groups": GROUP_TESTS,
        "member": FLAG_TESTS,
        "external_channel": FLAG_TESTS,
        "trigger": TRIGGER_TESTS,
        "trust": TRUST_TESTS,
        "time": TIME_TESTS,
        "calls": COUNT_TESTS,
    },
).map(lambda said: Where(**said))

APPROVERS = st.builds(
    Approvers,
    requester=st.booleans(),
    admins=st.just(True),
    people=st.none() | some(IDS),
    groups=st.none() | some(IDS),
    quorum=st.integers(1, 10),
    expires=st.none() | SPANS,
)
EFFECTS = st.lists(st.sampled_from(Effect), unique=True, max_size=3).map(tuple)
REACHES = st.lists(st.sampled_from(Reach), unique=True, max_size=5).map(tuple)
DAYS = st.dates(date(1000, 1, 1))


@st.composite
def rules(draw: st.DrawFn, name: SearchStrategy[str] = NAMES) -> Rule:
    """Return one rule, whole."""
    verdict = draw(st.sampled_from(Verdict))
    return Rule(
        id=draw(name),
        verdict=verdict,
        tools=draw(some(TOOLS)),
        effects=draw(EFFECTS),
        reaches=draw(REACHES),
        where=draw(WHERES),
        reason=draw(TEXTS),
        approvers=draw(st.none() | APPROVERS) if verdict is Verdict.ASK else None,
        fallback=draw(st.booleans()) if verdict is not Verdict.DENY else False,
        shadow=draw(st.booleans()),
        until=draw(st.none() | DAYS),
    )


CEILINGS = st.builds(
    Ceiling,
    tools=some(TOOLS),
    effects=EFFECTS,
    reaches=REACHES,
    where=WHERES,
    at_most=st.sampled_from([Verdict.ALLOW, Verdict.ASK]),
)
FLAGS = st.none() | st.booleans()
COUNTS = st.none() | st.integers(0, 10**20)
SETTINGS = st.builds(
    Settings,
    enabled=FLAGS,
    asking=st.builds(Asking, members=FLAGS, groups=st.none() | some(IDS), guests=st.none() | st.sampled_from(Guests)),
    reply_mode=st.none() | st.sampled_from(ReplyMode),
    model=st.none() | st.sampled_from(["claude-opus-5", "1", "1.5", "x:y"]),
    effort=st.none() | st.sampled_from(Effort),
    instructions=TEXTS,
    grants=st.lists(NAMES, max_size=2).map(tuple),
    approvers=st.builds(
        ApproverNames,
        people=st.none() | some(IDS),
        expires=st.none() | SPANS,
        most_an_hour=st.none() | st.integers(1, 10_000),
    ),
    editors=st.builds(Editors, groups=st.none() | some(IDS)),
    budget=st.builds(Budget, run_usd=st.none() | DOLLARS, month_usd=st.none() | DOLLARS, runs_an_hour=COUNTS),
    retention=st.builds(Retention, content=st.none() | SPANS, audit=st.none() | SPANS),
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return one policy: every id once, every bundle that is attached there."""
    pool = draw(st.lists(rules(), max_size=6, unique_by=lambda one: one.id))
    bundle_names: list[str] = draw(st.lists(NAMES, max_size=2, unique=True))

    def taken() -> tuple[Rule, ...]:
        size: int = draw(st.integers(0, len(pool)))
        return tuple(pool.pop() for _ in range(size))

    def part() -> Part:
        return Part(
            ceilings=draw(st.none() | st.lists(CEILINGS, max_size=2).map(tuple)),
            rules=taken(),
            settings=draw(SETTINGS),
            bundles=draw(
                st.lists(st.sampled_from(bundle_names or [""]), max_size=2 if bundle_names else 0, unique=True).map(
                    tuple
                )
            ),
        )

    of = draw(st.sampled_from(Of))
    channels: list[str] = draw(st.lists(IDS, max_size=2 if of is Of.WORKSPACE else 0, unique=True))
    return Document(
        of=of,
        version=draw(st.integers(0, 10**9)),
        authority=draw(st.dictionaries(TOOLS, st.sampled_from(Authority), max_size=2)),
        bundles={
            name: Bundle(instructions=draw(TEXTS), rules=taken(), grants=draw(st.lists(NAMES, max_size=2).map(tuple)))
            for name in bundle_names
        },
        default=part(),
        channels={name: part() for name in channels},
    )
