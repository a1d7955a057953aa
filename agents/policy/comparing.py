"""What a new policy changes, part by part: in words, as data, and whether rights widen by it. Pure.

`widens` means: some call may be allowed, or asked for, or approved, that was not; or more is spent, kept or read. It is
what a change is called wherever the opposite is not certain.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from agents.policy import in_words
from agents.policy.change import Change, Direction, Kind
from agents.policy.conditions import Where
from agents.policy.covering import covers, disjoint, grounds_of
from agents.policy.defaults import BUILT_IN
from agents.policy.directions_of_settings import ADDING, SETTINGS
from agents.policy.document import Approvers, Authority, Bundle, Ceiling, Document, Part, Rule
from agents.policy.settings import Guests
from agents.policy.verdicts import STRICTNESS, Verdict
from agents.policy.written_values import seconds_of


def changes(before: Document, after: Document, organisation: Document | None = None) -> list[Change]:
    """Return what is otherwise in `after`, in the order of the documents. The version is no part of it.

    `organisation`: the wider document that stands over both; None: there is none.
    """
    both = _Both(before, after, organisation)
    return [
        *_lower(both, _authority(before.authority, after.authority)),
        *_bundles(both),
        *(one for place, channel in both.places() for one in _part(place, channel, both)),
    ]


def widened(found: Iterable[Change]) -> dict[str, list[Change]]:
    """Return the changes that widen, by their place: what people there are told."""
    told: dict[str, list[Change]] = {}
    for one in found:
        if one.direction is Direction.WIDENS:
            told.setdefault(one.place, []).append(one)
    return told


@dataclass(frozen=True, slots=True)
class _Both:
    """The two documents, and the one over them."""

    before: Document
    after: Document
    organisation: Document | None

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield each place by name and channel; the channel is empty for what holds everywhere."""
        yield self.after.of.value, ""
        yield from ((one, one) for one in dict.fromkeys([*self.before.channels, *self.after.channels]))

    def standing(self, channel: str) -> "_Standing":
        """Return what grants something before the change, as a change in one place sees it."""
        over = [] if self.organisation is None else list(_granting(self.organisation, self.organisation.default))
        broad = [*over, *_granting(self.before, self.before.default)]
        own = list(_granting(self.before, _of(self.before, channel)))
        # for guests only what the channel was given may count: what the workspace has is then not had here
        only_own = bool(channel) and self.said(self.before, channel, "asking.guests") is not Guests.RESTRICT
        return _Standing(self.every(), own if only_own else [*broad, *own], self.yielding())

    def every(self) -> list[Rule]:
        """Return the rules that grant something before the change, in whatever place."""
        documents = [one for one in (self.organisation, self.before) if one is not None]
        return [rule for one in documents for rule in _all_granting(one)]

    def yielding(self) -> list[Rule]:
        """Return the rules that allow something once nothing else grants it, before or after the change."""
        documents = [one for one in (self.organisation, self.before, self.after) if one is not None]
        every = (rule for one in documents for rule in _all_granting(one))
        return [one for one in every if one.fallback and one.verdict is Verdict.ALLOW]

    def said(self, document: Document, channel: str, path: str) -> Any:
        """Return what a setting is in a place: the nearest scope's word."""
        parts = [document.channels.get(channel), document.default]
        over = [] if self.organisation is None else [self.organisation.default]
        for settings in [*(one.settings for one in (*parts, *over) if one is not None), BUILT_IN]:
            value: Any = settings
            for step in path.split("."):
                value = getattr(value, step)
            if value is not None:
                return value
        return None


@dataclass(frozen=True, slots=True)
class _Standing:
    """What grants something before a change.

    Attributes:
        every: all rules that do, in whatever place. everyone: those that grant it there to all who may ask.
        yielding: rules that allow something once nothing else grants it.
    """

    every: list[Rule]
    everyone: list[Rule]
    yielding: list[Rule]

    def without(self, rules: Iterable[str]) -> "_Standing":
        """Return it without some rules, by id."""
        ids = set(rules)
        return replace(self, every=[one for one in self.every if one.id not in ids])

    def narrows(self, rule: Rule) -> Direction:
        """Return what it does that a rule which is no fallback grants less: what yielded to it may allow it now."""
        beside = [] if rule.fallback else [one for one in self.yielding if one.id != rule.id]
        return Direction.NARROWS if all(_apart(rule, one) for one in beside) else Direction.WIDENS


def _of(document: Document, channel: str) -> Part:
    return document.channels.get(channel, Part()) if channel else document.default


def _part(place: str, channel: str, both: _Both) -> Iterator[Change]:
    old, new = _of(both.before, channel), _of(both.after, channel)
    standing = both.standing(channel)
    yield from _rules(place, old.rules, new.rules, standing)
    yield from _lower(both, _ceilings(place, old.ceilings, new.ceilings))
    yield from _attached(place, channel, both, standing)
    yield from _settings(place, channel, both)


def _all_granting(document: Document) -> Iterator[Rule]:
    for part in (document.default, *document.channels.values()):
        yield from _granting(document, part)


def _granting(document: Document, part: Part) -> Iterator[Rule]:
    bundled = (rule for name in part.bundles for rule in document.bundles[name].rules)
    return (one for one in (*part.rules, *bundled) if one.verdict is not Verdict.DENY and not one.shadow)


def _rules(place: str, old: Iterable[Rule], new: Iterable[Rule], standing: _Standing) -> Iterator[Change]:
    was, now = {one.id: one for one in old}, {one.id: one for one in new}
    for name in dict.fromkeys([*was, *now]):
        left, right = was.get(name), now.get(name)
        if left == right:
            continue
        yield Change(
            Kind.ADDED if left is None else Kind.REMOVED if right is None else Kind.CHANGED,
            place,
            f"rule {name}",
            _rule_words(left, right),
            _rule_words(right, left),
            _rule_direction(left, right, standing),
        )


def _rule_words(rule: Rule | None, other: Rule | None) -> str:
    """Return a rule in words, with its reason where that is what differs."""
    if rule is None:
        return ""
    reason = f", saying {rule.reason!r}" if other is not None and other.reason != rule.reason else ""
    return in_words.of_rule(rule) + reason


def _rule_direction(old: Rule | None, new: Rule | None, standing: _Standing) -> Direction:
    """Return what it does to rights that one rule takes the place of another. None: there is none."""
    others = standing.without([old.id] if old is not None else [])
    if old is not None and new is not None and old.verdict is new.verdict and not old.shadow and not new.shadow:
        return _changed(old, new, others)
    return _together(_removed(old, others), _added(new, standing))


def _changed(old: Rule, new: Rule, others: _Standing) -> Direction:
    """Of a rule whose verdict is the same."""
    more = covers(new, old) and _longer(new, old)
    less = covers(old, new) and _longer(old, new)
    same = Direction.NEITHER if more and less else None
    if new.verdict is Verdict.ASK:
        # more that asks may be more that can be had, or less that goes unasked
        return _together(same or Direction.WIDENS, _approvers(old.approvers, new.approvers), _fallback(old, new))
    if new.verdict is Verdict.DENY:
        return same or (Direction.NARROWS if more else Direction.WIDENS)
    if not less or not grounds_of(new.where) <= grounds_of(old.where):
        return Direction.WIDENS
    if new.fallback and not old.fallback:
        return others.narrows(old)
    return _together(same or others.narrows(old), _fallback(old, new))


def _longer(one: Rule, other: Rule) -> bool:
    """Whether a rule counts at least as long as another."""
    return one.until is None or (other.until is not None and one.until >= other.until)


def _fallback(old: Rule, new: Rule) -> Direction:
    """Of a rule that asks and counts always now, which takes what was allowed unasked; any other change widens."""
    if old.fallback == new.fallback:
        return Direction.NEITHER
    return Direction.NARROWS if new.verdict is Verdict.ASK and old.fallback else Direction.WIDENS


def _removed(rule: Rule | None, others: _Standing) -> Direction:
    if rule is None or rule.shadow:
        return Direction.NEITHER
    if rule.verdict is Verdict.ALLOW:
        return others.narrows(rule)
    if rule.verdict is Verdict.ASK:
        # a fallback stands beside other fallbacks only; where nothing else grants what it asked for, it is gone
        beside = [one for one in [*others.every, *others.yielding] if one.fallback or not rule.fallback]
        return Direction.NARROWS if all(_apart(rule, one) for one in beside) else Direction.WIDENS
    return Direction.WIDENS


def _apart(rule: Rule, other: Rule) -> bool:
    """Whether two rules are certainly about different tools."""
    one, two = (each.model_copy(update={"verdict": Verdict.ALLOW, "where": Where()}) for each in (rule, other))
    return disjoint(one, two)


def _added(rule: Rule | None, standing: _Standing) -> Direction:
    if rule is None or rule.shadow:
        return Direction.NEITHER
    if rule.verdict is Verdict.DENY:
        return Direction.NARROWS
    allowed = any(
        one.verdict is Verdict.ALLOW
        and not one.fallback
        and _longer(one, rule)
        and covers(one, rule)
        and grounds_of(rule.where) <= grounds_of(one.where)
        for one in standing.everyone
    )
    if rule.verdict is Verdict.ASK and not rule.fallback:
        # what was allowed is asked for now; what was not may be had now
        return Direction.NARROWS if allowed else Direction.WIDENS
    return Direction.NEITHER if allowed else Direction.WIDENS


def _approvers(old: Approvers | None, new: Approvers | None) -> Direction:
    if old == new:
        return Direction.NEITHER
    if old is None or new is None:
        return Direction.WIDENS
    fewer = (
        (old.requester or not new.requester)
        and (old.admins or not new.admins)
        and set(new.people or ()) <= set(old.people or ())
        and set(new.groups or ()) <= set(old.groups or ())
        and new.quorum >= old.quorum
        and (
            new.expires == old.expires
            or (
                new.expires is not None
                and old.expires is not None
                and seconds_of(new.expires) <= seconds_of(old.expires)
            )
        )
    )
    return Direction.NARROWS if fewer else Direction.WIDENS


MILDEST_FIRST = (Direction.NEITHER, Direction.NARROWS, Direction.WIDENS)


def _together(*many: Direction) -> Direction:
    """Of several at once: one that widens makes the whole widen."""
    return max((Direction.NEITHER, *many), key=MILDEST_FIRST.index)


def _lower(both: _Both, found: Iterable[Change]) -> Iterator[Change]:
    """Yield changes of what rules may grant at most: where less is granted, what yielded to it may allow it now."""
    for one in found:
        widens = one.direction is Direction.NARROWS and both.yielding()
        yield replace(one, direction=Direction.WIDENS) if widens else one


def _ceilings(place: str, old: tuple[Ceiling, ...] | None, new: tuple[Ceiling, ...] | None) -> Iterator[Change]:
    if old == new:
        return
    kind = Kind.ADDED if old is None else Kind.REMOVED if new is None else Kind.CHANGED
    yield Change(kind, place, "ceilings", _ceiling_words(old), _ceiling_words(new), _ceilings_direction(old, new))


def _ceiling_words(ceilings: tuple[Ceiling, ...] | None) -> str:
    if ceilings is None:
        return ""
    return "; ".join(in_words.of_ceiling(one) for one in ceilings) or "nothing may be granted below"


def _ceilings_direction(old: tuple[Ceiling, ...] | None, new: tuple[Ceiling, ...] | None) -> Direction:
    lower, higher = _under(new, old), _under(old, new)
    if lower and higher:
        return Direction.NEITHER
    return Direction.NARROWS if lower else Direction.WIDENS


def _under(low: tuple[Ceiling, ...] | None, high: tuple[Ceiling, ...] | None) -> bool:
    """Whether all that ceilings let through is certainly let through by others."""
    if high is None:
        return True
    if low is None:
        return False
    return all(any(covers(h, one) and STRICTNESS[h.at_most] <= STRICTNESS[one.at_most] for h in high) for one in low)


def _bundles(both: _Both) -> Iterator[Change]:
    before, after = both.before, both.after
    for name in dict.fromkeys([*before.bundles, *after.bundles]):
        old, new = before.bundles.get(name), after.bundles.get(name)
        if old == new:
            continue
        place = f"bundle {name}"
        if old is None or new is None:
            kind = Kind.ADDED if old is None else Kind.REMOVED
            yield Change(kind, place, "all of it", "", "", Direction.NEITHER)
        old, new = old or Bundle(), new or Bundle()
        # attaching and detaching is told where it happens: here is what changes for those who had it and keep it
        kept = [
            channel
            for _, channel in both.places()
            if name in _of(before, channel).bundles and name in _of(after, channel).bundles
        ]
        standing = [both.standing(channel).everyone for channel in kept]
        everyone = [rule for rule in both.every() if all(rule in one for one in standing)]
        found = list(_rules(place, old.rules, new.rules, _Standing(both.every(), everyone, both.yielding())))
        for path in ("instructions", "grants"):
            was, now = getattr(old, path), getattr(new, path)
            found += _named(place, path, was, now, _judged(path, was, now))
        yield from (one if kept else replace(one, direction=Direction.NEITHER) for one in found)


def _attached(place: str, channel: str, both: _Both, standing: _Standing) -> Iterator[Change]:
    old, new = _of(both.before, channel).bundles, _of(both.after, channel).bundles
    for name in dict.fromkeys([*old, *new]):
        if (name in old) == (name in new):
            continue
        added = name in new
        bundle = (both.after if added else both.before).bundles[name]
        others = standing.without(one.id for one in bundle.rules)
        parts = [_added(one, standing) if added else _removed(one, others) for one in bundle.rules]
        if bundle.grants:
            parts.append(Direction.WIDENS if added else Direction.NARROWS)
        kind = Kind.ADDED if added else Kind.REMOVED
        yield Change(kind, place, f"bundle {name}", "", "", _together(*parts))


AUTHORITIES: dict[Authority, frozenset[Authority | None]] = {
    Authority.CHANNEL: frozenset({Authority.CHANNEL}),
    Authority.REQUESTER: frozenset({Authority.CHANNEL, Authority.REQUESTER}),
    Authority.BOTH: frozenset({Authority.CHANNEL, Authority.BOTH, None}),
}
"""For each, those than which it never gives more. None: unset, which is `channel` or `both` by the tool's effect."""


def _authority(old: Mapping[str, Authority], new: Mapping[str, Authority]) -> Iterator[Change]:
    for tool in dict.fromkeys([*old, *new]):
        was, now = old.get(tool), new.get(tool)
        if was is now:
            continue
        narrows = now is not None and was in AUTHORITIES[now]
        yield Change(
            Kind.ADDED if was is None else Kind.REMOVED if now is None else Kind.CHANGED,
            "every place",
            f"authority {tool}",
            was.value if was else "",
            now.value if now else "",
            Direction.NARROWS if narrows else Direction.WIDENS,
        )


def _settings(place: str, channel: str, both: _Both) -> Iterator[Change]:
    old, new = (dict(_leaves(_of(one, channel).settings.model_dump())) for one in (both.before, both.after))
    for path, was in old.items():
        held, holds = was, new[path]
        if path not in ADDING:
            held, holds = both.said(both.before, channel, path), both.said(both.after, channel, path)
        yield from _named(place, path, was, new[path], _judged(path, held, holds))


def _leaves(said: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _named(place: str, path: str, was: Any, now: Any, direction: Direction) -> Iterator[Change]:
    if was == now:
        return
    unset = (None, "", ())
    yield Change(
        Kind.ADDED if was in unset else Kind.REMOVED if now in unset else Kind.CHANGED,
        place,
        f"setting {path}",
        "" if was in unset else in_words.of_value(was),
        "" if now in unset else in_words.of_value(now),
        direction,
    )


def _judged(path: str, was: Any, now: Any) -> Direction:
    return Direction.NEITHER if was == now else SETTINGS[path](was, now)
