"""What holds in one channel, and whose word it is: settings of all scopes, laid over each other. Pure.

The nearest scope that says something counts. Instructions, Grants, bundles and Budgets add up instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from agents.policy.defaults import BUILT_IN
from agents.policy.document import Document, Part
from agents.policy.scopes import Scope
from agents.policy.settings import AskedIn, Budget, Effort, Guests, ReplyMode, Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Said(Generic[T]):
    """A value and the scope that said it."""

    value: T
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What holds in a channel.

    Attributes:
        members, ask_groups, guests: who may ask (settings.Asking). enabled: whether it answers at all.
        model, effort: None: the operator's. editor_people, editor_groups: who may change the channel's part, beside
            owners and admins; None: nobody. approvals_an_hour: of one person. content_kept, audit_kept: spans of time.
        instructions: the broadest scope's first, within a scope those of bundles first.
        grants, bundles: each with the broadest scope that has it.
        budgets: one for each scope that limits anything; all count.
    """

    enabled: Said[bool]
    members: Said[bool]
    ask_groups: Said[tuple[str, ...] | None]
    guests: Said[Guests]
    reply_mode: Said[ReplyMode]
    model: Said[str | None]
    effort: Said[Effort | None]
    approver_people: Said[tuple[str, ...] | None]
    approver_groups: Said[tuple[str, ...] | None]
    approvals_expire: Said[str]
    approvers_asked_in: Said[AskedIn]
    approvals_an_hour: Said[int]
    editor_people: Said[tuple[str, ...] | None]
    editor_groups: Said[tuple[str, ...] | None]
    content_kept: Said[str]
    audit_kept: Said[str]
    instructions: tuple[Said[str], ...]
    grants: tuple[Said[str], ...]
    bundles: tuple[Said[str], ...]
    budgets: tuple[Said[Budget], ...]

    def told(self) -> Iterator[tuple[str, str, str]]:
        """Yield name, value and scope of each, in words, in one order: what `effective` shows."""
        for one in fields(self):
            held = getattr(self, one.name)
            for said in held if isinstance(held, tuple) else (held,):
                yield one.name, _worded(said.value), said.scope.value


PLACES = {
    "enabled": ("enabled",),
    "members": ("asking", "members"),
    "ask_groups": ("asking", "groups"),
    "guests": ("asking", "guests"),
    "reply_mode": ("reply_mode",),
    "model": ("model",),
    "effort": ("effort",),
    "approver_people": ("approvers", "people"),
    "approver_groups": ("approvers", "groups"),
    "approvals_expire": ("approvers", "expires"),
    "approvers_asked_in": ("approvers", "asked_in"),
    "approvals_an_hour": ("approvers", "most_an_hour"),
    "editor_people": ("editors", "people"),
    "editor_groups": ("editors", "groups"),
    "content_kept": ("retention", "content"),
    "audit_kept": ("retention", "audit"),
}
"""Where each value stands in a scope's settings."""


def parts_for(
    organisation: Document | None, workspace: Document | None, channel: str | None = None
) -> tuple[tuple[Scope, Document, Part], ...]:
    """Return what speaks in a channel, the broadest first. `channel`: its id; None: any without a part."""
    found: list[tuple[Scope, Document, Part]] = []
    if organisation is not None:
        found.append((Scope.ORGANISATION, organisation, organisation.default))
    if workspace is not None:
        found.append((Scope.WORKSPACE, workspace, workspace.default))
        if channel in workspace.channels:
            found.append((Scope.CHANNEL, workspace, workspace.channels[channel]))
    return tuple(found)


def holds_in(organisation: Document | None, workspace: Document | None, channel: str) -> Holding:
    """Return what holds in a channel."""
    parts = parts_for(organisation, workspace, channel)
    layers = [(Scope.BUILT_IN, BUILT_IN), *((scope, part.settings) for scope, _, part in parts)]
    nearest: dict[str, Any] = {name: _nearest(layers, path) for name, path in PLACES.items()}
    return Holding(
        **nearest,
        instructions=_added_up(
            (text, scope)
            for scope, document, part in parts
            for text in (*(document.bundles[name].instructions for name in part.bundles), part.settings.instructions)
            if text.strip()
        ),
        grants=_once(
            (grant, scope)
            for scope, document, part in parts
            for grant in (*part.settings.grants, *(g for name in part.bundles for g in document.bundles[name].grants))
        ),
        bundles=_once((name, scope) for scope, _, part in parts for name in part.bundles),
        budgets=tuple(
            Said(part.settings.budget, scope) for scope, _, part in parts if part.settings.budget != Budget()
        ),
    )


def _nearest(layers: list[tuple[Scope, Settings]], path: tuple[str, ...]) -> Said[Any]:
    for scope, settings in reversed(layers):
        value: Any = settings
        for step in path:
            value = getattr(value, step)
        if value is not None:
            return Said(value, scope)
    return Said(None, Scope.BUILT_IN)


def _added_up(texts: Iterator[tuple[str, Scope]]) -> tuple[Said[str], ...]:
    return tuple(Said(text, scope) for text, scope in texts)


def _once(names: Iterator[tuple[str, Scope]]) -> tuple[Said[str], ...]:
    first: dict[str, Scope] = {}
    for name, scope in names:
        first.setdefault(name, scope)
    return tuple(Said(name, scope) for name, scope in first.items())


def _worded(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Budget):
        return ", ".join(f"{name} {limit}" for name, limit in value if limit is not None)
    return str(value)
