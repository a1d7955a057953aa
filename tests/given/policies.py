"""Policies and calls for tests: short to write, and drawn at random by the laws of judging.

Rules are drawn from one pool, in which each kind of test stands with each verdict; calls from values that these tests
ask for, from others, and from none. `EXAMPLES` of each law are tried, or as many as POLICY_EXAMPLES of the environment.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from agents.labels import Labels
from agents.policy.compiling import Compiled, compiled_of
from agents.policy.conditions import Trigger
from agents.policy.document import Authority, Ceiling, Document, Of, Part, Rule
from agents.policy.facts import Facts, Speaker
from agents.policy.judgement import Judgement
from agents.policy.judging import judge
from agents.policy.settings import Asking, Guests, Settings
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tools.contract import Effect, Reach, Trust

EXAMPLES = int(os.environ.get("POLICY_EXAMPLES", "60"))
"""Of each law. The slow proof tries 100,000."""

many = settings(max_examples=EXAMPLES)

HERE, ELSEWHERE = "C1", "C2"
NOON = 1_795_867_200_000_000
"""2026-11-28, a Saturday, 12:00 UTC, in microseconds."""

ANN = Speaker("U1ANN", PersonKind.MEMBER, frozenset({"S1"}), True)
BEN = Speaker("U2BEN", PersonKind.MEMBER, frozenset(), True)
EVE = Speaker("U3EVE", PersonKind.GUEST, frozenset(), True)
OPS = Speaker("U4OPS", PersonKind.ADMIN, frozenset({"S1", "S2"}), True)
BOT = Speaker("U5BOT", PersonKind.BOT, frozenset(), True)


def a_rule(rule_id: str, verdict: Verdict, *tools: str, **said: Any) -> Rule:
    """Return a rule; `where` and `approvers` may be written as plain dicts."""
    return Rule.model_validate({"id": rule_id, "verdict": verdict, "tools": tools or ("*",), **said})


def allow(rule_id: str, *tools: str, **said: Any) -> Rule:
    """Return a rule that allows."""
    return a_rule(rule_id, Verdict.ALLOW, *tools, **said)


def ask(rule_id: str, *tools: str, **said: Any) -> Rule:
    """Return a rule that asks."""
    return a_rule(rule_id, Verdict.ASK, *tools, **said)


def deny(rule_id: str, *tools: str, **said: Any) -> Rule:
    """Return a rule that denies."""
    return a_rule(rule_id, Verdict.DENY, *tools, **said)


def a_part(*rules: Rule, **said: Any) -> Part:
    """Return one scope's part."""
    return Part(rules=rules, **said)


def a_workspace(*rules: Rule, here: Part | None = None, **said: Any) -> Document:
    """Return a workspace's document: its own rules, and what is said in HERE. `default` takes a whole part."""
    default = said.pop("default", None) or a_part(*rules)
    return Document(default=default, channels={HERE: here} if here is not None else {}, **said)


def an_organisation(*rules: Rule, **said: Any) -> Document:
    """Return an organisation's document."""
    return Document(of=Of.ORGANISATION, default=a_part(*rules, **said))


def a_call(tool: str = "send", **known: Any) -> Facts:
    """Return a call of a tool that acts inside the workspace, by Ann, at noon in HERE."""
    said = {"effect": Effect.ACT, "reach": Reach.INSIDE, "speakers": (ANN,), "here": HERE, "at": NOON}
    return Facts(tool=tool, **{**said, "trigger": Trigger.MENTION, **known})


def judged(call: Facts, workspace: Document | None = None, organisation: Document | None = None) -> Judgement:
    """Return the Judgement of a call."""
    return judge(compiled_of(organisation, workspace), call)


NAMED = ("send", "send*", "look", "*")
WHERES: dict[str, dict[str, Any]] = {
    "any": {},
    "here": {"here": {"any_of": [HERE]}},
    "channel": {"channel": {"none_of": [ELSEWHERE]}},
    "person": {"person": {"any_of": ["U1ANN"]}},
    "host": {"host": {"any_of": ["*.example.com"]}},
    "network": {"host": {"in_networks": ["10.0.0.0/8"]}},
    "port": {"port": {"at_most": 443}},
    "path": {"path": {"begins_with": ["/api"], "not_with": ["/api/admin"]}},
    "method": {"method": {"none_of": ["DELETE"]}},
    "amount": {"amount": {"at_most": 100}},
    "who": {"who": {"any_of": ["U1ANN", "U5BOT"]}},
    "kind": {"kind": {"any_of": ["member", "admin"]}},
    "bot": {"kind": {"any_of": ["bot"]}},
    "groups": {"groups": {"any_of": ["S1"], "none_of": ["S2"]}},
    "member": {"member": {"be": True}},
    "external": {"external_channel": {"be": False}},
    "trigger": {"trigger": {"none_of": ["ambient"]}},
    "trust": {"trust": {"be": "trusted"}},
    "time": {"time": {"between": ["22:00", "06:00"], "zone": "Europe/Berlin"}},
    "calls": {"calls": {"within": "1h", "at_most": 5}},
    "two": {"amount": {"at_least": 10}, "groups": {"any_of": ["S2"]}},
}
"""One of each kind of test, and two together."""

POOL = [
    a_rule(f"{verdict.value}.{number}.{name}", verdict, tools, where=where)
    for verdict in Verdict
    for number, tools in enumerate(NAMED)
    for name, where in (*WHERES.items(), ("all", {}), ("each", {}))
] + [
    *(a_rule(f"{verdict.value}.reads", verdict, "*", effects=("read",)) for verdict in Verdict),
    *(allow(f"fallback.allow.{name}", "*", where=where, fallback=True) for name, where in WHERES.items()),
    *(ask(f"fallback.ask.{name}", "*", where=where, fallback=True) for name, where in WHERES.items()),
]
"""Every rule has another id, so that any of them fit into one document."""

ASKED = {name: where for name, where in WHERES.items() if where}
"""Those that ask for anything."""

RULES = st.lists(st.sampled_from(POOL), max_size=6, unique_by=lambda one: one.id)
"""Rules of one part."""

CEILINGS = st.none() | st.lists(
    st.builds(
        lambda tools, where, at_most: Ceiling.model_validate({"tools": [tools], "where": where, "at_most": at_most}),
        st.sampled_from(NAMED),
        st.sampled_from(list(WHERES.values())),
        st.sampled_from(["allow", "ask"]),
    ),
    max_size=2,
).map(tuple)

_KINDS = (*[PersonKind.MEMBER] * 6, *PersonKind)
_GROUPS = (None, frozenset[str](), frozenset({"S1"}), frozenset({"S1", "S2"}))
_MEMBER = (True, True, True, True, False, None)
_PEOPLE = [
    Speaker(user_id, kind, groups, member)
    for user_id in ("U1ANN", "U2BEN", "U5BOT")
    for kind in _KINDS
    for groups in _GROUPS
    for member in _MEMBER
]
SPEAKERS = st.lists(st.sampled_from(_PEOPLE), min_size=1, max_size=3, unique_by=lambda one: one.id).map(tuple)

_REACHED = [
    {"host": host, "port": port, "path": path, "method": method}
    for host in ("www.example.com", "evil.test", "10.1.2.3")
    for port in (443, 8443)
    for path in (None, "/api/x", "/api/admin/x", "/apix")
    for method in ("GET", "DELETE")
] + [{}] * 10
_NAMED = [
    {"channel": channel, "person": person, "amount": amount}
    for channel in (None, HERE, ELSEWHERE)
    for person in (None, "U1ANN", "U2BEN")
    for amount in (None, 5.0, 50.0, 500.0)
]
_PLACED = [
    {"here": here, "external_channel": external, "trigger": trigger, "at": at, "counts": counts}
    for here in (HERE, HERE, ELSEWHERE)
    for external in (None, True, False)
    for trigger in (None, *Trigger)
    for at in (NOON, NOON + 12 * 3_600_000_000)
    for counts in ({}, {3600: 2}, {3600: 9})
]
_READ = [
    {"labels": Labels(readers, trust), "audience": audience}
    for readers in (frozenset[str](), frozenset({"channel:C1"}))
    for trust in Trust
    for audience in (None, frozenset[str](), frozenset({"channel:C1"}))
]
_BEFORE = [{}] * 12 + [
    {"may_have_happened": True},
    {"frozen": "This workspace is frozen."},
    {"refused_before": True},
    {"over_budget": "The day's budget is used up."},
]
_TOOLS = [
    {"tool": tool, "effect": effect, "reach": reach}
    for tool in ("send", "send_mail", "look")
    for effect in Effect
    for reach in Reach
]


def _a_call_of(*parts: dict[str, Any]) -> Facts:
    return Facts(**{name: value for part in parts for name, value in part.items()})


CALLS = st.builds(
    _a_call_of,
    *(st.sampled_from(one) for one in (_TOOLS, _REACHED, _NAMED, _PLACED, _READ, _BEFORE)),
    SPEAKERS.map(lambda one: {"speakers": one}),
)
"""Drawn from few lists, because each draw takes time and the slow proof makes many."""

SETTINGS = st.builds(
    lambda guests: Settings(asking=Asking(guests=guests)), st.sampled_from([None, Guests.ALLOW, *Guests])
)
AUTHORITIES = st.dictionaries(st.sampled_from(NAMED), st.sampled_from(Authority), max_size=2)


@st.composite
def documents(draw: st.DrawFn, of: Of = Of.WORKSPACE) -> Document:
    """Draw a document, with a part for HERE where it is a workspace's."""
    left = draw(RULES)
    cut = draw(st.integers(0, len(left)))
    default = Part(rules=tuple(left[:cut]), ceilings=draw(CEILINGS), settings=draw(SETTINGS))
    if of is Of.ORGANISATION:
        return Document(of=of, authority=draw(AUTHORITIES), default=default)
    here = Part(rules=tuple(left[cut:]), settings=draw(SETTINGS))
    return Document(of=of, authority=draw(AUTHORITIES), default=default, channels={HERE: here})


ORGANISATIONS = st.none() | documents(Of.ORGANISATION)


def with_rules(document: Document, rules: Iterable[Rule], *, channel: str = "") -> Document:
    """Return a document with these rules instead of one part's. `channel`: whose; empty: the default part's."""
    part = document.channels.get(channel, Part()) if channel else document.default
    changed = part.model_copy(update={"rules": tuple(rules)})
    if channel:
        return document.model_copy(update={"channels": {**document.channels, channel: changed}})
    return document.model_copy(update={"default": changed})


def alone(call: Facts, speaker: Speaker) -> Facts:
    """Return a call as one Speaker alone would have it."""
    return replace(call, speakers=(speaker,))


def of(workspace: Document | None, organisation: Document | None = None) -> Compiled:
    """Return documents ready to judge by."""
    return compiled_of(organisation, workspace)
