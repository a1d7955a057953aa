"""Reserves money for a Turn before it starts, or holds its Run back until there is some. Under the Run's lock (E23).

Where no scope limits anything, that is looked up at most once a second, and nothing is locked or reserved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from agents.audit.events import Event
from agents.budgets import estimating, sentences
from agents.budgets.admitting import Busy, Sums, UsedUp, admitted
from agents.budgets.limits import Limit, Whose, budgets_in, limits_of
from agents.budgets.periods import Period, day_of, ends_at, first_day
from agents.clock import us
from agents.deliveries.life import Delivery, Kind
from agents.deliveries.saying import say
from agents.engine import ending
from agents.engine.alerting import alert
from agents.engine.charging import spender_of
from agents.engine.room import BACKSTOP, Room
from agents.fairness import Scope
from agents.journal import deliveries, policies, runs, scopes, spending
from agents.journal.spending import Spender
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.planner.conversation import Frozen
from agents.policy.document import Document
from agents.reading_along import NO_MONEY
from agents.runs.life import Run, State

AGAIN = us(5)
"""When a Run is looked at again for which there was no room beside what others have reserved: a Turn takes seconds."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What limits a spender now, by which policies, and what counts towards each limit."""

    limits: tuple[Limit, ...]
    under: str
    sums: Callable[[Limit], Sums]


def reserve(
    room: Room, tx: Transaction, run: Run, frozen: Frozen, sent: Sequence[dict[str, Any]], at: int
) -> int | UsedUp | Busy:
    """Reserve what the next Turn may cost at most; return that, in millionths of a US dollar: 0 where nothing limits.

    UsedUp, Busy: nothing was reserved, and the Turn must not start. In: what it sends, and journal time.
    """
    if not _limits(policies.in_force_lately(tx, run.workspace_id), spender_of(tx, run).channel):
        return 0
    spender = spender_of(tx, run)
    weighed = _weigh(tx, run, spender, at)
    if not weighed.limits:
        return 0
    today = datetime.fromtimestamp(at / 1_000_000, UTC).date()
    needs = estimating.most(run.model, frozen.system, frozen.tools, sent, max_tokens=room.conduct.max_tokens, on=today)
    against = admitted(weighed.limits, weighed.sums, needs)
    if against is not None:
        return against
    spending.add(tx, spender, day_of(at), reserved=needs)
    return needs


def watch(room: Room, tx: Transaction, run: Run) -> None:
    """Tell those who can raise a limit where one comes to its end. After a Turn was charged for which money had been
    reserved; takes no lock.
    """
    spender, at = spender_of(tx, run), tx.now()
    documents = policies.in_force_lately(tx, run.workspace_id)
    limits = _limits(documents, spender.channel)
    sums = _sums(tx, run, spender, limits, at)
    for limit in limits:
        if limit.whose is not Whose.RUN:
            alert(room.hand, tx, run, documents, limit, spender, sums(limit).spent, at)


def hold(room: Room, tx: Transaction, run: Run, against: UsedUp | Busy, at: int) -> None:
    """End the claim of a Run whose Turn has no room: it waits for money, or for what others have reserved."""
    if run.unasked:
        # an answer to what was said hours ago, and to nobody, helps no one
        ending.keep_silent(room.hand, tx, run, NO_MONEY, fence=run.fence)
        return
    if isinstance(against, Busy):
        runs.give_back(tx, run.id, due_at=at + AGAIN, fence=run.fence)
        return
    limit = against.limit
    documents = policies.in_force(tx, run.workspace_id)
    ends = ends_at(limit.period, day_of(at))
    words = sentences.waits(against, ends, run.number)
    standing = _notice(tx, run)
    if standing is None:
        say(room.hand, tx, run, Kind.NOTICE, words, once=_key(run))
    else:
        say(room.hand, tx, run, Kind.EDIT, Message(markdown=words), edits=standing.id)
    tx.record(
        run.workspace_id,
        Event.BUDGET_USED_UP,
        run_id=run.id,
        actor=room.actor,
        scope=limit.scope.value,
        whose=limit.whose.value,
        period=limit.period.value,
        limit_micro_usd=limit.micro_usd,
        spent_micro_usd=against.spent,
        needs_micro_usd=against.needs,
    )
    alert(room.hand, tx, run, documents, limit, spender_of(tx, run), against.spent, at, used_up=True)
    if run.status is not State.WAITING:
        runs.move(tx, run, State.WAITING, fence=run.fence, actor=room.actor, why="budget")
    runs.set_fields(
        tx,
        run.id,
        held_since=at if run.held_since is None else run.held_since,
        held_for_micro_usd=against.needs,
        held_under=versions(documents),
    )
    runs.give_back(tx, run.id, due_at=_until(limit, at), fence=run.fence)
    ending.show_sign(room.hand, tx, run)


def release(room: Room, tx: Transaction, run: Run) -> Run | None:
    """Let a Run go on that was held back and has just been claimed, or return None: there is still no room for it."""
    at = tx.now()
    if run.held_for_micro_usd:
        weighed = _weigh(tx, run, spender_of(tx, run), at)
        against = admitted(weighed.limits, weighed.sums, run.held_for_micro_usd)
        if against is not None:
            due_at = _until(against.limit, at) if isinstance(against, UsedUp) else at + AGAIN
            runs.set_fields(tx, run.id, held_under=weighed.under)
            runs.give_back(tx, run.id, due_at=due_at, fence=run.fence)
            return None
    waited = at - (run.held_since or at)
    freed = replace(run, held_since=None, held_for_micro_usd=0, held_under=None, waited_us=run.waited_us + waited)
    # of a Run that had not begun, no work is counted from before its begin anyway
    kept = freed.waited_us if run.begun_at is not None else run.waited_us
    runs.set_fields(tx, run.id, held_since=None, held_for_micro_usd=0, held_under=None, waited_us=kept)
    standing = _notice(tx, run)
    if standing is not None:
        say(room.hand, tx, run, Kind.EDIT, Message(markdown=sentences.WENT_ON), edits=standing.id)
    tx.record(run.workspace_id, Event.BUDGET_WENT_ON, run_id=run.id, actor=room.actor, waited_us=waited)
    return freed


def versions(documents: tuple[Document | None, Document | None]) -> str:
    """Return which policies these are: what was held back under others is looked at again."""
    return ".".join(str(one.version if one is not None else 0) for one in documents)


def _limits(documents: tuple[Document | None, Document | None], channel: str) -> tuple[Limit, ...]:
    return limits_of(budgets_in(*documents, channel))


def _weigh(tx: Transaction, run: Run, spender: Spender, at: int) -> Weighed:
    """Look at all limits, as they stand now, under the scope's lock where what others do counts."""
    documents = policies.in_force(tx, run.workspace_id)
    limits = _limits(documents, spender.channel)
    if any(limit.whose is not Whose.RUN for limit in limits):
        scopes.lock(tx, Scope(spender.workspace_id, spender.channel, spender.person))
    return Weighed(limits, versions(documents), _sums(tx, run, spender, limits, at))


def _sums(tx: Transaction, run: Run, spender: Spender, limits: Sequence[Limit], at: int) -> Callable[[Limit], Sums]:
    today = day_of(at)
    counted = [limit for limit in limits if limit.whose is not Whose.RUN]
    first = min((first_day(limit.period, today) for limit in counted), default=today)
    found = spending.sums(tx, spender, first, today) if counted else {}

    def of(limit: Limit) -> Sums:
        if limit.whose is Whose.RUN:
            return Sums(spent=run.cost_micro_usd)
        return found.get((limit.whose, limit.period is Period.MONTH), Sums())

    return of


def _until(limit: Limit, at: int) -> int:
    """When a Run is looked at again whose budget is used up: when the period is over, or at the backstop (E7)."""
    ends = ends_at(limit.period, day_of(at))
    return at + BACKSTOP if ends is None else min(at + BACKSTOP, ends)


def _notice(tx: Transaction, run: Run) -> Delivery | None:
    return deliveries.said_once(tx, _key(run))


def _key(run: Run) -> str:
    return f"{run.id}:budget"
