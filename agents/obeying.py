"""Carries out a command: help, status, stop, audit. In one transaction and without a model."""

from dataclasses import dataclass

from agents import explaining, status, stopping
from agents.audit.events import Event
from agents.commands import Command, Verb
from agents.engine.hand import Hand
from agents.journal import people, runs
from agents.journal.transaction import Transaction
from agents.runs.life import ENDED, Run
from agents.stopping import How
from agents.surface import PersonKind

LISTED = 10
"""Runs named to someone who must say which one to stop."""


@dataclass(frozen=True, slots=True)
class Given:
    """A command as someone gave it who may ask here. `thread_id` is None outside a thread, as of a slash command."""

    workspace_id: str
    channel: str
    thread_id: str | None
    user_id: str
    kind: PersonKind
    command: Command
    how: How = How.COMMAND


def obey(hand: Hand, tx: Transaction, given: Given, help_words: str) -> str:
    """Carry out a command and return the answer; empty where the thread itself already says it."""
    verb = given.command.verb
    tx.record(
        given.workspace_id, Event.COMMAND_GIVEN, actor=f"person:{given.user_id}", verb=verb.value, channel=given.channel
    )
    if verb is Verb.HELP:
        return help_words
    if verb is Verb.STATUS:
        return status.in_channel(tx, given.workspace_id, given.channel)
    run = meant(tx, given)
    if isinstance(run, str):
        return run
    if verb is Verb.AUDIT:
        return explaining.asked(tx, run, given.user_id)
    done = stopping.stop(hand, tx, run.id, user_id=given.user_id, kind=given.kind, how=given.how)
    # whoever wrote in the thread reads there who stopped it
    return "" if done.outcome is stopping.Outcome.STOPPED and given.thread_id == run.thread_id else done.words


def meant(tx: Transaction, given: Given) -> Run | str:
    """Return the Run that a command is about, or the words to say instead."""
    number, verb = given.command.number, given.command.verb
    if number is not None:
        named = explaining.numbered(tx, given.workspace_id, given.channel, number)
        return named or f"There is no #{number} in this channel. `/tagwork status` lists what there is."
    here = runs.last_of(tx, given.thread_id) if given.thread_id else None
    if here is not None:
        return here
    unended = runs.unended_in(tx, given.workspace_id, given.channel)
    if verb is not Verb.STOP and not unended:
        unended = runs.ended_in(tx, given.workspace_id, given.channel, 1)
    if len(unended) == 1:
        return unended[0]
    if not unended:
        return status.NOTHING if verb is Verb.STOP else "Nothing has run here yet."
    return _which(tx, given, [run for run in unended if run.status not in ENDED])


def _which(tx: Transaction, given: Given, unended: list[Run]) -> str:
    verb = given.command.verb.value
    lines = [
        f"- `/tagwork {verb} #{run.number}`: for {people.name_of(tx, run.workspace_id, run.requester)}"
        for run in unended[:LISTED]
    ]
    return "\n".join([f"Several run here. Say which one to {verb}:", *lines])
