"""The settings of one scope as a form: what it says, and what a filled-in form would change. In a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.governing import ordering, putting, rights
from agents.governing.ordering import Place
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.policy.changing import Change, Put, SayRule
from agents.policy.document import Document, Part
from agents.policy.verdicts import Verdict
from agents.who_may_ask import Missing

CHOICES: Mapping[str, tuple[str, ...]] = {
    "enabled": ("yes", "no"),
    "asking.members": ("yes", "no"),
    "asking.guests": ("restrict", "channel_only", "allow"),
    "reply_mode": ("mention", "follow", "read_along"),
    "approvers.asked_in": ("thread", "direct"),
    "effort": ("low", "medium", "high", "xhigh", "max"),
}
"""Settings of which one of some values is chosen."""

WORDS = (
    "model",
    "instructions",
    "approvers.most_an_hour",
    "budget.run_usd",
    "budget.day_usd",
    "budget.month_usd",
    "budget.person_day_usd",
)
"""Settings that are written."""

STALE = "Someone else changed the policy since you opened this, so nothing was saved. Please open it again."


@dataclass(frozen=True, slots=True)
class Form:
    """What a scope's own part says. `said`: by the setting's path; what is not said is not in it.

    Attributes:
        place: a channel's id; empty: the workspace. seen: the version of the policy.
        tools: names, of one of which a rule may be said.
    """

    place: str
    called: str
    seen: int
    said: Mapping[str, str]
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as someone sent it off. `tool`, `verdict`: a rule that is to be said; empty: none."""

    place: str
    seen: int
    said: Mapping[str, str]
    tool: str = ""
    verdict: str = ""


def form(tx: Transaction, at: Place, place: str) -> Form | Message | Missing:
    """Return the form of a scope; a Message says who can, to those who may not."""
    missing = rights.missing_for(tx, at.said, at.workspace_id, place, at.user_id)
    if not missing.nothing:
        return missing
    if not rights.may_change(tx, at.said, at.workspace_id, place, at.user_id):
        return ordering.refused(tx, at, place)
    document = putting.standing(tx, at.workspace_id)
    called = ordering.called(tx, at, place)
    return Form(place, called, document.version, _said(document, place), tuple(sorted(at.catalogue)))


def fill_in(tx: Transaction, at: Place, filled: Filled) -> Message | Missing:
    """Show what a filled-in form would do, to be saved or not."""
    missing = rights.missing_for(tx, at.said, at.workspace_id, filled.place, at.user_id)
    if not missing.nothing:
        return missing
    if not rights.may_change(tx, at.said, at.workspace_id, filled.place, at.user_id):
        return ordering.refused(tx, at, filled.place)
    document = putting.standing(tx, at.workspace_id)
    if document.version != filled.seen:
        return ordering.refused(tx, at, filled.place, why="out of date", words=STALE)
    admin = rights.may_change(tx, at.said, at.workspace_id, "", at.user_id)
    changes = _changes(document, filled, admin=admin)
    reason = f"the form of {filled.place or 'the workspace'}"
    return ordering.show(tx, at, changes, reason=reason) if changes else Message(markdown="Nothing would change.")


def _changes(document: Document, filled: Filled, *, admin: bool) -> Sequence[Change]:
    said = _said(document, filled.place)
    changes: list[Change] = []
    for path in (*CHOICES, *WORDS):
        wanted = filled.said.get(path, "").strip()
        if wanted == said.get(path, ""):
            continue
        value: object = {"yes": True, "no": False}.get(wanted, wanted) if path in CHOICES else wanted
        changes.append(Put(place=filled.place, path=path, value=value if wanted else None))
    if filled.tool and filled.verdict:
        place, here = ("", filled.place) if admin else (filled.place, "")
        changes.append(SayRule(verdict=Verdict(filled.verdict), tool=filled.tool, place=place, here=here))
    return changes


def _said(document: Document, place: str) -> dict[str, str]:
    settings = (document.channels.get(place, Part()) if place else document.default).settings
    found: dict[str, str] = {}
    for path in (*CHOICES, *WORDS):
        value: object = settings
        for step in path.split("."):
            value = getattr(value, step)
        if value is not None and value != "":
            found[path] = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return found
