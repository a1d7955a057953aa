"""Tells those who can raise a budget, by direct message, that it comes to its end: once a period for each part of it.

Whoever gets one gets no second one of its kind within an hour: it comes in the next, then.
"""

from agents.audit.events import Event
from agents.budgets.admitting import reached
from agents.budgets.limits import Limit, Whose
from agents.budgets.periods import HOUR_US, day_of, first_day
from agents.budgets.sentences import alert as in_words
from agents.deliveries.life import Kind
from agents.engine.hand import Hand
from agents.governing.to_admins import owe
from agents.journal import people, planning, spending
from agents.journal.spending import Spender
from agents.journal.transaction import Transaction
from agents.policy.document import Document
from agents.policy.scopes import Scope
from agents.runs.life import Run

HOURS = 24
"""Hours ahead in which room for a message is looked for."""


def alert(
    hand: Hand,
    tx: Transaction,
    run: Run,
    documents: tuple[Document | None, Document | None],
    limit: Limit,
    spender: Spender,
    spent: int,
    at: int,
    *,
    used_up: bool = False,
) -> None:
    """Tell of a limit whose alert is due. In: the policies in force, the Run that came to it, journal time."""
    percent = reached(limit, spent, used_up=used_up)
    if percent is None:
        return
    of_id = run.id if limit.whose is Whose.RUN else spender.of_ids()[limit.whose]
    period = first_day(limit.period, day_of(at))
    key = f"{limit.scope.value}:{limit.whose.value}:{of_id}:{period}:{limit.period.value}:{limit.micro_usd}:{percent}"
    if not spending.first_alert(tx, run.workspace_id, key):
        return
    told = sorted(_who_can_raise(tx, run.workspace_id, documents, limit, spender.channel))
    tx.record(
        run.workspace_id,
        Event.BUDGET_ALERTED,
        run_id=run.id,
        actor=hand.actor,
        scope=limit.scope.value,
        whose=limit.whose.value,
        of=of_id,
        period=limit.period.value,
        percent=percent,
        spent_micro_usd=spent,
        limit_micro_usd=limit.micro_usd,
        people=told,
    )
    words = in_words(limit, percent, spent, _place(limit, spender, run))
    for user_id in told:
        _tell(hand, tx, run, user_id, percent, words, at)
    owe(hand, tx, run.workspace_id, f"budget {percent}", words, told)


def _who_can_raise(
    tx: Transaction,
    workspace_id: str,
    documents: tuple[Document | None, Document | None],
    limit: Limit,
    channel: str,
) -> set[str]:
    """The admins of the workspace whom Tagwork knows, and whom the limit's scope names as its editors."""
    organisation, workspace = documents
    part = None
    if limit.scope is Scope.ORGANISATION:
        part = organisation.default if organisation else None
    elif workspace is not None:
        part = workspace.channels.get(channel) if limit.scope is Scope.CHANNEL else workspace.default
    editors = (part.settings.editors.people if part else None) or ()
    return {*people.admins(tx, workspace_id), *editors}


def _place(limit: Limit, spender: Spender, run: Run) -> str:
    match limit.whose:
        case Whose.CHANNEL:
            return f"<#{spender.channel}>"
        case Whose.PERSON:
            return _person(spender)
        case Whose.MEMBER:
            return f"{_person(spender)} in <#{spender.channel}>"
        case Whose.RUN:
            return f"#{run.number} in <#{spender.channel}>"
        case _:
            return ""


def _tell(hand: Hand, tx: Transaction, run: Run, user_id: str, percent: int, words: str, at: int) -> None:
    hour = at // HOUR_US
    for ahead in range(HOURS):
        planned = planning.plan(
            tx,
            workspace_id=run.workspace_id,
            thread_id=run.thread_id,
            kind=Kind.DIRECT,
            text=words,
            user_id=user_id,
            once=f"{run.workspace_id}:budget:{percent}:{user_id}:{hour + ahead}",
            due_at=None if ahead == 0 else (hour + ahead) * HOUR_US,
            actor=hand.actor,
        )
        if planned is not None:
            hand.poke_deliver(tx, planned if ahead == 0 else None)
            return


def _person(spender: Spender) -> str:
    return f"<@{spender.person}>" if spender.person else "what nobody asked for"
