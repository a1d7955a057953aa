"""Stop: who may, what it does, and what is answered. It acts in the transaction that stores it (E14)."""

from dataclasses import dataclass
from enum import StrEnum

from agents.audit.events import Event
from agents.deliveries.life import Kind
from agents.engine import ending
from agents.engine.hand import Hand
from agents.journal import inputs, people, runs
from agents.journal.transaction import Transaction
from agents.runs.life import ENDED, Run, State
from agents.surface import PersonKind


class How(StrEnum):
    """By what someone stopped a Run; named on the trail."""

    BUTTON = "button"
    WORDS = "words"
    COMMAND = "command"
    REACTION = "reaction"
    SESSION = "session"  #: the surface's own Stop
    DELETION = "deletion"  #: the request was deleted


AGAIN = "Please try again in a minute, while I am being updated."

DELIVERED_AGAIN = frozenset({How.REACTION, How.SESSION})
"""These come as events, which the surface may deliver twice: the second of the same person is no second Stop."""


class Outcome(StrEnum):
    """What a Stop came to."""

    STOPPED = "stopped"
    ALREADY = "already"  #: the Run had ended before
    REFUSED = "refused"  #: this person may not


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a Stop came to, and the words for whoever asked for it."""

    outcome: Outcome
    words: str


def spoke(tx: Transaction, run_id: str, user_id: str) -> bool:
    """Whether someone is among a Run's Speakers: the requester, and whoever said something to it that was admitted."""
    said = inputs.of_run(tx, run_id)
    return any(one.author == user_id and one.standing == inputs.ADMITTED for one in said)


def stop(
    hand: Hand,
    tx: Transaction,
    run_id: str,
    *,
    user_id: str,
    kind: PersonKind,
    how: How,
    thread_gone: bool = False,
) -> Stopped:
    """Stop a Run for someone who may ask here, and of the `kind` that the surface named. Two Stops at once: one acts.

    The Run's thread says who stopped it and what was done until then; where that is gone, its requester is told.
    """
    run = runs.lock(tx, run_id)
    if run is None:
        return Stopped(Outcome.ALREADY, "I do not know that run any more.")
    if run.status in ENDED:
        again = how in DELIVERED_AGAIN and stopped_by(run) == user_id
        return Stopped(Outcome.ALREADY, "" if again else _already(tx, run))
    if kind is not PersonKind.ADMIN and not spoke(tx, run.id, user_id):
        tx.record(run.workspace_id, Event.STOP_REFUSED, run_id=run.id, actor=f"person:{user_id}", how=how.value)
        return Stopped(Outcome.REFUSED, _refused(tx, run))
    if not run.status.known:
        tx.record(run.workspace_id, Event.STOP_REFUSED, run_id=run.id, actor=f"person:{user_id}", how=how.value)
        return Stopped(Outcome.REFUSED, f"#{run.number} is worked on by a newer Tagwork. {AGAIN}")
    name = people.name_of(tx, run.workspace_id, user_id)
    words = f"Stopped #{run.number}, because the request was deleted." if how is How.DELETION else f"Stopped by {name}."
    said_as = Kind.DIRECT if thread_gone else Kind.FAILURE
    if not ending.stop(hand, tx, run, by=user_id, how=how.value, words=words, said_as=said_as):
        return Stopped(Outcome.ALREADY, _already(tx, run))
    return Stopped(Outcome.STOPPED, f"Stopped #{run.number}.")


def stopped_by(run: Run) -> str:
    """Return the id of the person who stopped a Run, or "" where nobody did."""
    kind, _, who = (run.cause or "").partition(":")
    return who if run.status is State.STOPPED and kind == "person" else ""


def _already(tx: Transaction, run: Run) -> str:
    if run.status is State.STOPPED:
        by = stopped_by(run)
        return f"#{run.number} was already stopped" + (
            f" by {people.name_of(tx, run.workspace_id, by)}." if by else "."
        )
    return f"#{run.number} has already finished." if run.status is State.DONE else f"#{run.number} has already ended."


def _refused(tx: Transaction, run: Run) -> str:
    asked = people.name_of(tx, run.workspace_id, run.requester)
    return (
        f"Only {asked}, who asked for #{run.number}, someone who wrote to it, or an admin of this workspace can stop "
        "it. You can write in its thread what should change."
    )
