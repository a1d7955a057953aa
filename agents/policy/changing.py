"""Changes of a policy as values: kept until they are confirmed, and applied to whatever version stands then. Pure."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agents.policy.conditions import GroupTest, IdTest, KindTest, Where
from agents.policy.document import Document, Part, Rule
from agents.policy.presets import PRESETS
from agents.policy.settings import Settings
from agents.policy.verdicts import Verdict
from agents.policy.written_values import Id, Ids, ToolName
from agents.surface import PersonKind

SETTINGS = (
    "enabled",
    "asking.members",
    "asking.groups",
    "asking.guests",
    "reply_mode",
    "model",
    "effort",
    "instructions",
    "approvers.people",
    "approvers.groups",
    "approvers.asked_in",
    "approvers.most_an_hour",
    "budget.run_usd",
    "budget.day_usd",
    "budget.month_usd",
    "budget.person_day_usd",
)
"""Settings that can be said one by one, by where they stand in a scope's settings."""


class NotPossible(Exception):
    """A change that makes no policy. Its text says why, for people."""


class _Kept(BaseModel):
    """Base of changes: closed and unchangeable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SayRule(_Kept):
    """What is to be so with a tool. It takes the place of what was said before of the same tool, place and people.

    Attributes:
        place: the channel in whose part the rule stands; empty: in the workspace's.
        here: the channel in which it holds, where it stands in the workspace's part; empty: in all.
        people, groups, kinds: for whom; at most one of them. None: for everyone who may ask.
    """

    change: Literal["rule"] = "rule"
    verdict: Verdict
    tool: ToolName
    place: Id | Literal[""] = ""
    here: Id | Literal[""] = ""
    people: Ids | None = None
    groups: Ids | None = None
    kinds: tuple[PersonKind, ...] | None = None
    until: date | None = None

    @property
    def name(self) -> str:
        """The rule's name: the same for the same tool, place and people, and another for any other."""
        people = [*sorted(self.people or ()), *sorted(self.groups or ()), *(one.value for one in self.kinds or ())]
        # one word on a channel may stand in the workspace's part, and one in the channel's own
        place = self.here or (self.place and f"in-{self.place}")
        said = ".".join(["said", self.tool, *([place] if place else []), "-".join(people) or "all"])
        name = said.replace("*", "all").lower()
        # `Send` and `send` are two tools, and so may be `fetch_*` and `fetch_all`
        taken = self.tool != self.tool.lower() or self.tool.endswith("all")
        if len(name) <= 64 and not taken:
            return name
        return f"{name[:51]}.{hashlib.sha256(said.encode()).hexdigest()[:12]}"

    def rule(self) -> Rule:
        """Return the rule."""
        tests: dict[str, Any] = {}
        if self.here:
            tests["here"] = IdTest(any_of=(self.here,))
        if self.people:
            tests["who"] = IdTest(any_of=self.people)
        if self.groups:
            tests["groups"] = GroupTest(any_of=self.groups)
        if self.kinds:
            tests["kind"] = KindTest(any_of=self.kinds)
        more = {} if self.until is None else {"until": self.until}
        where = {"where": Where(**tests)} if tests else {}
        return Rule(id=self.name, verdict=self.verdict, tools=(self.tool,), **where, **more)


class Put(_Kept):
    """A setting of one scope. `path`: one of SETTINGS; `value`: None takes it away."""

    change: Literal["setting"] = "setting"
    place: Id | Literal[""] = ""
    path: str
    value: Any = None


class Begin(_Kept):
    """A preset in the place of the one that stands; rules and settings that were said beside it stay."""

    change: Literal["preset"] = "preset"
    name: str


Change = Annotated[SayRule | Put | Begin, Field(discriminator="change")]
_KEPT: TypeAdapter[tuple[Change, ...]] = TypeAdapter(tuple[Change, ...])


def to_json(changes: Sequence[Change]) -> str:
    """Return the form in which changes are kept."""
    return _KEPT.dump_json(tuple(changes)).decode()


def from_json(kept: str) -> tuple[Change, ...]:
    """Return what `to_json` kept."""
    return _KEPT.validate_json(kept)


def applied(document: Document, changes: Sequence[Change]) -> Document:
    """Return a document with changes made to it. Its version is that of the one given.

    Raises:
        NotPossible: it would be no policy.
    """
    try:
        for one in changes:
            document = _one(document, one)
        # a copy is not checked, so that the whole is read once more
        return Document.model_validate(document.model_dump(exclude_unset=True))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise NotPossible(f"{place or 'It'}: {first['msg']}") from None


def _one(document: Document, change: Change) -> Document:
    match change:
        case SayRule():
            return _with_rule(document, change)
        case Put():
            return _with_setting(document, change)
        case Begin():
            return _begun(document, change.name)


def _with_rule(document: Document, change: SayRule) -> Document:
    rule, part = change.rule(), _part(document, change.place)
    rules = [rule if one.id == rule.id else one for one in part.rules]
    if rule not in rules:
        rules.append(rule)
    return _with_part(document, change.place, part.model_copy(update={"rules": tuple(rules)}))


def _with_setting(document: Document, change: Put) -> Document:
    if change.path not in SETTINGS:
        raise NotPossible(f"There is no setting {change.path!r} that can be said so.")
    part = _part(document, change.place)
    said = part.settings.model_dump(exclude_defaults=True)
    *above, last = change.path.split(".")
    where = said
    for step in above:
        where = where.setdefault(step, {})
    if change.value is None or change.value == "":
        where.pop(last, None)
    else:
        where[last] = change.value
    settings = Settings.model_validate({name: value for name, value in said.items() if value != {}})
    return _with_part(document, change.place, part.model_copy(update={"settings": settings}))


def _begun(document: Document, name: str) -> Document:
    preset = PRESETS.get(name)
    if preset is None:
        raise NotPossible(f"There is no preset {name!r}: say {', '.join(PRESETS)}.")
    of_presets = {rule.id for one in PRESETS.values() for rule in one.default.rules}
    own = tuple(rule for rule in document.default.rules if rule.id not in of_presets)
    said = {"rules": (*preset.default.rules, *own), "ceilings": preset.default.ceilings}
    return document.model_copy(update={"default": document.default.model_copy(update=said)})


def _part(document: Document, place: str) -> Part:
    return document.channels.get(place, Part()) if place else document.default


def _with_part(document: Document, place: str, part: Part) -> Document:
    if not place:
        return document.model_copy(update={"default": part})
    channels = {**document.channels, place: part}
    if part == Part():
        del channels[place]
    return document.model_copy(update={"channels": channels})
