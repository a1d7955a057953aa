"""Documents made ready to judge by: each test prepared once, and for a tool and a channel the rules that are about it.

Nothing here decides; it is the index that keeps a decision short.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from agents.policy.conditions import Where
from agents.policy.defaults import AUTHORITY
from agents.policy.document import Authority, Ceiling, Document, Part, Rule
from agents.policy.facts import wheres_of, windows_of
from agents.policy.groups import groups_named
from agents.policy.judgement import Match
from agents.policy.matching import ReadyTest, tests_of
from agents.policy.resolving import Holding, holds_in, parts_for
from agents.policy.scopes import BREADTH, Scope
from agents.policy.sifting import Sieve
from agents.policy.verdicts import Verdict
from agents.surface import PersonKind
from tools.contract import Effect, Reach

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Tools:
    """Which tools a line is about, and of which kinds. `beginnings`: of those names that end in `*`."""

    names: frozenset[str]
    beginnings: tuple[str, ...]
    effects: frozenset[Effect]
    reaches: frozenset[Reach]

    @classmethod
    def of(cls, line: Rule | Ceiling) -> "Tools":
        """Return those of a rule or a ceiling."""
        return cls(
            frozenset(line.tools),
            tuple(one[:-1] for one in line.tools if one.endswith("*")),
            frozenset(line.effects),
            frozenset(line.reaches),
        )

    def name(self, tool: str) -> bool:
        """Whether a tool is named."""
        return tool in self.names or tool.startswith(self.beginnings)

    def fit(self, effect: Effect, reach: Reach) -> bool:
        """Whether a tool of this kind is meant."""
        return (not self.effects or effect in self.effects) and (not self.reaches or reach in self.reaches)


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule of one scope. `plain` are its tests of the call, `personal` those of each Speaker.

    Attributes:
        breadth: of its scope; verdict, fallback: its own.
        kept_back, cut, whole: how it is told where it grants nothing, less than it says, or all of that.
        until: the first microsecond of UTC at which it does not count any more; None: it always does.
        names_host, names_channel: it says which hosts, which channels; so it is a ground to read from them.
        names_bots: it says of which other apps, or that other apps, are meant.
        digest: of its whole text.
    """

    scope: Scope
    breadth: int
    rule: Rule
    verdict: Verdict
    fallback: bool
    tools: Tools
    plain: tuple[ReadyTest, ...]
    personal: tuple[ReadyTest, ...]
    until: int | None
    names_host: bool
    names_channel: bool
    names_bots: bool
    digest: str
    kept_back: Match
    cut: Match
    whole: Match

    @classmethod
    def of(cls, scope: Scope, rule: Rule) -> "ReadyRule":
        """Make a rule ready."""
        where = rule.where
        plain, personal = tests_of(where)
        return cls(
            scope=scope,
            breadth=BREADTH[scope],
            rule=rule,
            verdict=rule.verdict,
            fallback=rule.fallback,
            tools=Tools.of(rule),
            plain=plain,
            personal=personal,
            until=_end_of(rule),
            names_host=where.host is not None and bool(where.host.any_of or where.host.in_networks),
            names_channel=where.channel is not None and bool(where.channel.any_of),
            names_bots=(where.kind is not None and PersonKind.BOT in (where.kind.any_of or ()))
            or (where.who is not None and bool(where.who.any_of)),
            digest=digest_of([scope.value, rule.model_dump(mode="json")]),
            kept_back=Match(scope, rule.id, rule.verdict),
            cut=Match(scope, rule.id, rule.verdict, Verdict.ASK),
            whole=Match(scope, rule.id, rule.verdict, rule.verdict),
        )

    def told(self, granted: Verdict | None) -> Match:
        """Return how it is told where it holds and grants that."""
        if granted is None:
            return self.kept_back
        return self.whole if granted is self.verdict else self.cut

    def counts_at(self, at: int) -> bool:
        """Whether it has not ended yet. `at`: microseconds of UTC."""
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class ReadyCeiling:
    """A ceiling of one scope."""

    tools: Tools
    plain: tuple[ReadyTest, ...]
    personal: tuple[ReadyTest, ...]
    at_most: Verdict

    @classmethod
    def of(cls, ceiling: Ceiling) -> "ReadyCeiling":
        """Make a ceiling ready."""
        plain, personal = tests_of(ceiling.where)
        return cls(Tools.of(ceiling), plain, personal, ceiling.at_most)


ReadyPart: TypeAlias = tuple[Scope, tuple[ReadyRule, ...], tuple[ReadyCeiling, ...] | None]
"""What one scope says: its rules, and what narrower ones may grant at most; None: it limits nothing."""


@dataclass(frozen=True, slots=True)
class Applicable:
    """What is about one tool in one channel.

    Attributes:
        rules: those of its kind that count, the broadest scope's first and then by name, so that the first of several
            is the one that is named. tried: those with what is only tried out among them; None: nothing is.
        near: all that could allow a tool of its name, of whatever kind.
        ceilings: by breadth of each scope that limits narrower ones, those of its kind.
        membership: each Speaker must be in the channel. of_channel: what the channel is given counts.
    """

    rules: Sieve[ReadyRule]
    tried: Sieve[ReadyRule] | None
    near: tuple[ReadyRule, ...]
    ceilings: tuple[tuple[int, tuple[ReadyCeiling, ...]], ...]
    membership: bool
    of_channel: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compiled:
    """The documents that hold in one workspace, ready.

    `windows`, `zones`: in which uses are counted, times asked for. `groups`: user groups that any of it names.

    `parts`: what each channel with a part has, the broadest scope's first; what all others have stands under "".

    What was looked up for a tool and a channel is kept: there are as many as tools and channels with a part. Two of
    them are never compared: their documents are.
    """

    organisation: Document | None
    workspace: Document | None
    windows: frozenset[int]
    zones: frozenset[str]
    groups: frozenset[str]
    parts: Mapping[str, tuple[ReadyPart, ...]]
    _kept: dict[tuple[str, Effect, Reach, str], Applicable] = field(default_factory=dict)
    _holding: dict[str, Holding] = field(default_factory=dict)

    @property
    def versions(self) -> dict[str, int]:
        """The documents' versions, by the scope they are of."""
        return {one.of.value: one.version for one in (self.organisation, self.workspace) if one is not None}

    def about(self, tool: str, effect: Effect, reach: Reach, here: str) -> Applicable:
        """Return what is about a tool in a channel."""
        key = (tool, effect, reach, self._with_part(here))
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._looked_up(*key)
        return found

    def holding(self, here: str) -> Holding:
        """Return the settings that hold in a channel."""
        key = self._with_part(here)
        found = self._holding.get(key)
        if found is None:
            found = self._holding[key] = holds_in(self.organisation, self.workspace, key)
        return found

    def _with_part(self, here: str) -> str:
        return here if here in self.parts else ""

    def _looked_up(self, tool: str, effect: Effect, reach: Reach, here: str) -> Applicable:
        named = [
            (scope, [one for one in rules if one.tools.name(tool)], ceilings)
            for scope, rules, ceilings in self.parts[here]
        ]
        fitting = sorted(
            (one for _, rules, _ in named for one in rules if one.tools.fit(effect, reach)),
            key=lambda one: (one.breadth, one.rule.id),
        )
        wanted = authority_of(self.organisation, self.workspace, tool, effect)
        return Applicable(
            rules=Sieve.of((one for one in fitting if not one.rule.shadow), _where_of),
            tried=Sieve.of(fitting, _where_of) if any(one.rule.shadow for one in fitting) else None,
            near=tuple(
                one
                for _, rules, _ in named
                for one in rules
                if one.rule.verdict is not Verdict.DENY and not one.rule.shadow
            ),
            ceilings=tuple(
                (
                    BREADTH[scope],
                    tuple(one for one in ceilings if one.tools.name(tool) and one.tools.fit(effect, reach)),
                )
                for scope, _, ceilings in named
                if ceilings is not None
            ),
            membership=Authority.BOTH in wanted,
            of_channel=Authority.REQUESTER not in wanted,
        )


def compiled_of(organisation: Document | None, workspace: Document | None) -> Compiled:
    """Make the documents that hold in one workspace ready."""
    documents = [one for one in (organisation, workspace) if one is not None]
    broad = _ready(parts_for(organisation, workspace))
    parts = {"": broad}
    for here in workspace.channels if workspace is not None else ():
        # what all channels have is made ready once
        parts[here] = (*broad, *_ready(parts_for(organisation, workspace, here)[len(broad) :]))
    return Compiled(
        organisation,
        workspace,
        windows_of(documents),
        frozenset(where.time.zone for one in documents for where in wheres_of(one) if where.time is not None),
        groups_named(documents),
        parts,
    )


def authority_of(
    organisation: Document | None, workspace: Document | None, tool: str, effect: Effect
) -> frozenset[Authority]:
    """Return whose right a call of a tool needs: what both documents say of it, or the default of its effect.

    Within a document the longest name that fits counts. What the organisation wants, the workspace does not lift.
    """
    said = [_said_of(one, tool) for one in (organisation, workspace) if one is not None]
    return frozenset(one for one in said if one is not None) or frozenset({AUTHORITY[effect]})


def digest_of(value: object) -> str:
    """Return the sha256 of a value's JSON, in hexadecimal."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _said_of(document: Document, tool: str) -> Authority | None:
    fitting = [
        name
        for name in document.authority
        if name == tool or (name.endswith("*") and tool.startswith(name.removesuffix("*")))
    ]
    if not fitting:
        return None
    return document.authority[max(fitting, key=lambda name: (not name.endswith("*"), len(name)))]


def _ready(parts: Iterable[tuple[Scope, Document, Part]]) -> tuple[ReadyPart, ...]:
    return tuple((scope, _rules_of(scope, document, part), _ceilings_of(part)) for scope, document, part in parts)


def _rules_of(scope: Scope, document: Document, part: Part) -> tuple[ReadyRule, ...]:
    # a bundle that is attached twice says nothing twice
    bundled = (rule for name in dict.fromkeys(part.bundles) for rule in document.bundles[name].rules)
    return tuple(ReadyRule.of(scope, rule) for rule in (*part.rules, *bundled))


def _ceilings_of(part: Part) -> tuple[ReadyCeiling, ...] | None:
    return None if part.ceilings is None else tuple(ReadyCeiling.of(one) for one in part.ceilings)


def _where_of(ready: ReadyRule) -> Where:
    return ready.rule.where


def _end_of(rule: Rule) -> int | None:
    if rule.until is None:
        return None
    return ((rule.until - EPOCH).days + 1) * 86_400_000_000
