"""Keeps a Run queued where a scope has begun as many within the hour as it may. Under the Run's lock (E7)."""

from agents.audit.events import Event
from agents.budgets import sentences
from agents.budgets.limits import Rate, Whose, budgets_in, rates_of
from agents.budgets.periods import HOUR_US
from agents.deliveries.life import Kind
from agents.deliveries.saying import say
from agents.engine import ending
from agents.engine.budgeting import versions
from agents.engine.charging import spender_of
from agents.engine.room import Room
from agents.fairness import Scope
from agents.journal import policies, runs, scopes
from agents.journal.spending import Spender
from agents.journal.transaction import Transaction
from agents.runs.life import Run, State


def slowed(room: Room, tx: Transaction, run: Run) -> bool:
    """Whether a Run that has not begun must wait; then it has a due time, and its requester is told once.

    What begins is counted under the scope's lock, so that of two workers the second sees what the first has begun.
    What nobody asked for counts towards no rate and waits for none: its bound is in agents/reading_along.py.
    """
    if run.status is not State.QUEUED or run.unasked:
        return False
    spender = spender_of(tx, run)
    if not rates_of(budgets_in(*policies.in_force_lately(tx, run.workspace_id), spender.channel)):
        return False
    documents = policies.in_force(tx, run.workspace_id)
    rates = rates_of(budgets_in(*documents, spender.channel))
    scopes.lock(tx, Scope(spender.workspace_id, spender.channel, spender.person))
    at = tx.now()
    waits = [(until, rate) for rate in rates if (until := _until(tx, spender, rate, at)) is not None]
    if not waits:
        return False
    until, rate = max(waits, key=lambda one: one[0])
    runs.hold(tx, run.id, max(0, until - at))
    runs.set_fields(tx, run.id, held_since=run.held_since or at, held_under=versions(documents))
    if run.held_since is None:
        say(room.hand, tx, run, Kind.NOTICE, sentences.slowed(rate, until, run.number), once=f"{run.id}:rate")
        tx.record(
            run.workspace_id,
            Event.BUDGET_SLOWED,
            run_id=run.id,
            actor=room.actor,
            scope=rate.scope.value,
            whose=rate.whose.value,
            runs=rate.runs,
            until=until,
        )
        ending.show_sign(room.hand, tx, run)
    return True


def _until(tx: Transaction, spender: Spender, rate: Rate, at: int) -> int | None:
    """When one more may begin; None: now."""
    if rate.runs == 0:
        return at + HOUR_US
    channel = spender.channel if rate.whose in {Whose.CHANNEL, Whose.MEMBER} else None
    person = spender.person if rate.whose in {Whose.PERSON, Whose.MEMBER} else None
    begun = runs.begun_before(
        tx, spender.workspace_id, channel=channel, person=person, since=at - HOUR_US, many=rate.runs
    )
    return None if begun is None else begun + HOUR_US
