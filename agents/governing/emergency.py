"""Freeze and thaw: at once, without a preview, by whoever may change the place. Within a transaction."""

from agents.commands.words import HERE, WORKSPACE, Command, Verb
from agents.governing import rights
from agents.governing.naming import named
from agents.governing.ordering import Place, no_such_tool, refused
from agents.journal import freezes
from agents.journal.freezes import What
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.who_may_ask import Missing

FROZEN = (
    "{what} is frozen: nothing new begins from now on, and what runs is broken off. `/tagwork thaw{again}` ends it."
)
ALREADY = "{what} is frozen already. `/tagwork thaw{again}` ends it."
THAWED = "{what} is thawed. What waited goes on now."
NOT_FROZEN = "{what} is not frozen."


def missing_for(tx: Transaction, at: Place, command: Command) -> Missing:
    """Return what the surface must be asked before a freeze or a thaw."""
    return rights.missing_for(tx, at.said, at.workspace_id, _scope(*_target(at, command)), at.user_id)


def order(tx: Transaction, at: Place, command: Command) -> Message:
    """Freeze or thaw something, or say who can."""
    kind, what = _target(at, command)
    place = _scope(kind, what)
    if not rights.may_change(tx, at.said, at.workspace_id, place, at.user_id):
        return refused(tx, at, place, why=f"may not {command.verb.value}")
    if kind is What.TOOL and what not in at.catalogue and command.verb is Verb.FREEZE:
        return Message(markdown=no_such_tool(at, what))
    actor = f"person:{at.user_id}"
    if command.verb is Verb.FREEZE:
        new = freezes.freeze(tx, at.workspace_id, kind, what, actor=actor, reason=command.because)
        words = FROZEN if new else ALREADY
    else:
        new = freezes.thaw(tx, at.workspace_id, kind, what, actor=actor)
        words = THAWED if new else NOT_FROZEN
        if new:
            tx.after_commit(lambda: at.thawed(at.workspace_id, kind, what))
    return Message(markdown=words.format(what=_called(tx, at, kind, what), again=_again(command)))


def standing_lines(tx: Transaction, at: Place) -> list[str]:
    """Return a line for each thing that is frozen."""
    lines = []
    for one in freezes.standing(tx, at.workspace_id):
        by = named(tx, at.workspace_id, one.actor.partition(":")[2])
        why = f": {one.reason}" if one.reason else ""
        lines.append(f"- {_called(tx, at, one.kind, one.what)} is frozen by {by}{why}")
    return lines


def _target(at: Place, command: Command) -> tuple[What, str]:
    if command.whom:
        one = command.whom[0]
        return (What.CHANNEL if one[0] in "CGD" else What.PERSON), one
    if command.what == WORKSPACE or (command.what in {"", HERE} and at.direct):
        return What.WORKSPACE, ""
    if command.what in {"", HERE}:
        return What.CHANNEL, at.channel
    return What.TOOL, command.what


def _scope(kind: What, what: str) -> str:
    """Return whose right it needs: a channel's own people may stop the channel; all else is the workspace's."""
    return what if kind is What.CHANNEL else ""


def _called(tx: Transaction, at: Place, kind: What, what: str) -> str:
    match kind:
        case What.WORKSPACE:
            return "The whole workspace"
        case What.CHANNEL:
            return "This channel" if what == at.channel else named(tx, at.workspace_id, f"#{what}", at.names)
        case What.PERSON:
            return f"What {named(tx, at.workspace_id, f'@{what}', at.names)} asks for"
        case What.TOOL:
            return f"`{what}`"


def _again(command: Command) -> str:
    if command.whom:
        sign = "#" if command.whom[0][0] in "CGD" else "@"
        return f" {sign}{command.whom[0]}"
    return f" {command.what}" if command.what not in {"", HERE} else ""
