"""What a typed command is answered: one place from which each goes to whoever carries it out. Within a transaction."""

from agents import obeying, status
from agents.audit.events import Event
from agents.commands.forms import help_lines
from agents.commands.words import Command, Verb
from agents.governing import emergency, ordering, views
from agents.governing.ordering import Place
from agents.in_force import in_force
from agents.journal import runs
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.obeying import Given
from agents.who_may_ask import Missing

EMERGENCY = frozenset({Verb.FREEZE, Verb.THAW})

NO_ROUTINES = "Nothing runs by the clock: routines are not built yet."
NOTHING_RUNS = "Nothing that you asked for is under way."


def missing_for(tx: Transaction, at: Place, command: Command) -> Missing:
    """Return what the surface must be asked before a command is carried out that changes something."""
    if command.verb in EMERGENCY:
        return emergency.missing_for(tx, at, command)
    return ordering.missing_for(tx, at, command)


def missing_to_answer(tx: Transaction, at: Place, command: Command) -> Missing:
    """Return what the surface must be asked before any other command of someone who may ask here is answered."""
    tells_rights = command.verb is Verb.POLICY or (command.verb is Verb.WHY and command.what in at.catalogue)
    return views.missing_for(tx, at) if tells_rights else Missing()


def change(tx: Transaction, at: Place, command: Command) -> Message:
    """Carry out a command that changes who may do what, or show what it would do."""
    _note(tx, at, command)
    return emergency.order(tx, at, command) if command.verb in EMERGENCY else ordering.order(tx, at, command)


def answer(tx: Transaction, at: Place, given: Given, help_words: str) -> Message:
    """Carry out any other command of someone who may ask here."""
    command = given.command
    if command.verb in {Verb.STATUS, Verb.STOP, Verb.AUDIT}:
        return Message(markdown=obeying.obey(at.hand, tx, given, help_words))
    _note(tx, at, command)
    return Message(markdown=_words(tx, at, given, help_words))


def _words(tx: Transaction, at: Place, given: Given, help_words: str) -> str:
    command = given.command
    match command.verb:
        case Verb.HELP:
            return "\n".join([help_words, "", *help_lines()])
        case Verb.WHY:
            return _why(tx, at, given)
        case Verb.POLICY:
            return views.holds_here(tx, at)
        case Verb.RUNS:
            mine = runs.unended_for(tx, at.workspace_id, at.user_id)
            return "\n".join(status.of_run(tx, run, tx.now()) for run in mine) or NOTHING_RUNS
        case Verb.ROUTINES:
            return NO_ROUTINES
        case Verb.GRANTS:
            return views.grants_here(in_force(tx, at.workspace_id, at.said), at.channel)
        case Verb.USAGE:
            return views.usage(tx, at)
        case _:
            return views.said_of(command, in_force(tx, at.workspace_id, at.said), at.channel)


def _why(tx: Transaction, at: Place, given: Given) -> str:
    command = given.command
    if command.what.startswith("https://"):
        found = views.run_at(tx, at, command.what)
        return views.why_run(tx, found, at.user_id) if found else "I know no request in that thread of this channel."
    if command.what:
        return views.why_tool(tx, at, command.what)
    meant = obeying.meant(tx, given)
    return meant if isinstance(meant, str) else views.why_run(tx, meant, at.user_id)


def _note(tx: Transaction, at: Place, command: Command) -> None:
    actor = f"person:{at.user_id}"
    tx.record(at.workspace_id, Event.COMMAND_GIVEN, actor=actor, verb=command.verb.value, channel=at.channel)
