"""Carries out the orders that change who may do what: shown first, done when confirmed. In one transaction each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from agents.audit.events import Event
from agents.commands.forms import said as said_again
from agents.commands.words import Command, Verb
from agents.engine.hand import Hand
from agents.errors import Stale
from agents.governing import previewing, putting, rights
from agents.governing.changes import meant_by, place_of
from agents.governing.naming import named
from agents.journal import pending_changes, policies
from agents.journal.freezes import What
from agents.journal.pending_changes import PendingChange
from agents.journal.transaction import Transaction
from agents.messages import Button, Message, Press
from agents.policy.changing import Change, NotPossible, applied, from_json, to_json
from agents.policy.document import Document
from agents.policy.exceeding import exceeding
from agents.policy.from_settings import FromSettings
from agents.who_may_ask import Missing
from tools.contract import Tool

SAVED = "Saved, as version {version} of the policy. It holds from now on, for what runs already too."
DROPPED = "Nothing was changed."
GONE = "This was confirmed already, or it is more than a quarter of an hour old. Please give the command again."
MOVED_ON = "Someone else changed the policy meanwhile, so nothing was saved yet. This is what it would do now:"

BEYOND = (
    "That goes beyond what the whole workspace says ({what}), so only an owner or admin of the workspace can say it. "
    "You can make it stricter here."
)

RULES = frozenset({Verb.ALLOW, Verb.ASK, Verb.DENY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and by whom something is ordered, and what it is judged with.

    Attributes:
        catalogue: the tools there are. names: of ids that the order itself names.
        thawed: is told, after the commit, of a freeze that ended.
    """

    hand: Hand
    said: FromSettings
    workspace_id: str
    channel: str
    direct: bool
    user_id: str
    catalogue: Mapping[str, Tool] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    thawed: Callable[[str, What, str], None] = lambda workspace_id, kind, what: None


def missing_for(tx: Transaction, at: Place, command: Command) -> Missing:
    """Return what the surface must be asked before a changing command is carried out."""
    place = place_of(command, at.channel, direct=at.direct)
    return rights.missing_for(tx, at.said, at.workspace_id, place, at.user_id)


def order(tx: Transaction, at: Place, command: Command) -> Message:
    """Show what a changing command would do, with buttons to save it or not; or say who can."""
    place = place_of(command, at.channel, direct=at.direct)
    if not rights.may_change(tx, at.said, at.workspace_id, place, at.user_id):
        return refused(tx, at, place)
    if command.verb in RULES and not _is_tool(at, command.what):
        return Message(markdown=no_such_tool(at, command.what))
    meant = meant_by(command, place, admin=rights.may_change(tx, at.said, at.workspace_id, "", at.user_id))
    return show(tx, at, meant.changes, reason=f"/tagwork {said_again(command)}")


def show(tx: Transaction, at: Place, changes: Sequence[Change], *, reason: str, head: str = "") -> Message:
    """Keep changes until they are confirmed, and show what they would do."""
    before = putting.standing(tx, at.workspace_id)
    try:
        after = applied(before, changes)
    except NotPossible as no:
        return Message(markdown=f"That is not possible: {no}")
    over = policies.newest(tx, policies.ORGANISATION)
    beyond = _beyond(tx, at, changes, before, after)
    if beyond:
        return beyond
    effect = previewing.effect_of(tx, at.said, at.workspace_id, before, after, over, at.catalogue)
    lines = named(tx, at.workspace_id, "\n".join(previewing.lines_of(effect)), at.names)
    if not effect.changes:
        return Message(markdown=lines)
    kept = pending_changes.keep(
        tx,
        at.workspace_id,
        user_id=at.user_id,
        channel=at.channel,
        owner=at.workspace_id,
        seen=before.version,
        changes=to_json(changes),
        reason=reason,
    )
    words = f"{head or 'Not saved yet. This is what it would do:'}\n{lines}"
    return Message(markdown=words, buttons=_buttons(kept))


def decide(tx: Transaction, at: Place, change_id: str, *, save: bool) -> Message | Missing:
    """Save a change that was shown, or drop it. Missing: the surface must be asked first, and nothing was done."""
    kept = pending_changes.standing(tx, change_id)
    if kept is None or kept.workspace_id != at.workspace_id:
        return Message(markdown=GONE)
    if kept.user_id != at.user_id:
        tx.record(
            at.workspace_id, Event.POLICY_REFUSED, actor=f"person:{at.user_id}", why="not theirs", owner=kept.owner
        )
        return Message(markdown=GONE)
    if not save:
        pending_changes.end(tx, kept.id)
        return Message(markdown=DROPPED)
    changes = from_json(kept.changes)
    places = sorted({place for one in changes for place in _touched(one)})
    for place in places:
        missing = rights.missing_for(tx, at.said, at.workspace_id, place, at.user_id)
        if not missing.nothing:
            return missing
    for place in places:
        if not rights.may_change(tx, at.said, at.workspace_id, place, at.user_id):
            pending_changes.end(tx, kept.id)
            return refused(tx, at, place)
    return _save(tx, at, kept, changes)


def _beyond(tx: Transaction, at: Place, changes: Sequence[Change], before: Document, after: Document) -> Message | None:
    """Refuse what goes beyond the workspace's word about people, where no admin says it; None: nothing does."""
    if rights.may_change(tx, at.said, at.workspace_id, "", at.user_id):
        return None
    over = policies.newest(tx, policies.ORGANISATION)
    places = sorted({place for one in changes for place in _touched(one)} - {""})
    found = [one for place in places for one in exceeding(before, after, place, over)]
    if not found:
        return None
    what = ", ".join(one.what.removeprefix("setting ") for one in found)
    return refused(tx, at, places[0], why="beyond the workspace's word", words=BEYOND.format(what=what))


def called(tx: Transaction, at: Place, place: str) -> str:
    """Return what a place is called."""
    return named(tx, at.workspace_id, f"#{place}", at.names) if place else "the whole workspace"


def refused(tx: Transaction, at: Place, place: str, why: str = "may not", words: str = "") -> Message:
    """Say who can, or `words`, and note that someone tried."""
    actor = f"person:{at.user_id}"
    tx.record(at.workspace_id, Event.POLICY_REFUSED, actor=actor, why=why, owner=at.workspace_id, place=place)
    return Message(markdown=words or rights.who_can(tx, at.said, at.workspace_id, place))


def no_such_tool(at: Place, what: str) -> str:
    """Return what someone is told who names a tool that is not there."""
    nearest = get_close_matches(what, list(at.catalogue), n=1)
    meant = f"Did you mean `{nearest[0]}`? " if nearest else ""
    return f"There is no tool `{what}`, so nothing was changed. {meant}`/tagwork policy` lists them."


def _is_tool(at: Place, what: str) -> bool:
    """Whether a name, or how several names begin, is that of any tool there is."""
    if what.endswith("*"):
        return any(name.startswith(what[:-1]) for name in at.catalogue)
    return what in at.catalogue


def _save(tx: Transaction, at: Place, kept: PendingChange, changes: Sequence[Change]) -> Message:
    if not pending_changes.end(tx, kept.id):
        return Message(markdown=GONE)
    actor = f"person:{at.user_id}"
    before = putting.standing(tx, at.workspace_id)
    if before.version != kept.seen:
        tx.record(at.workspace_id, Event.POLICY_REFUSED, actor=actor, why="out of date", owner=kept.owner)
        return show(tx, at, changes, reason=kept.reason, head=MOVED_ON)
    document = applied(before, changes)
    beyond = _beyond(tx, at, changes, before, document)
    if beyond:
        return beyond
    try:
        done = putting.put(at.hand, tx, at.workspace_id, document, seen=kept.seen, actor=actor, reason=kept.reason)
    except Stale:
        # at the very same moment: whoever presses again is shown what it would do now
        return show(tx, at, changes, reason=kept.reason, head=MOVED_ON)
    return Message(markdown=SAVED.format(version=done.version))


def _touched(change: Change) -> tuple[str, ...]:
    """Return whose parts a change touches."""
    return (getattr(change, "place", ""),)


def _buttons(kept: PendingChange) -> tuple[Button, ...]:
    return (
        Button(Press.SAVE, "Save", kept.id, main=True),
        Button(Press.CANCEL, "Cancel", kept.id),
    )
