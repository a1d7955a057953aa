"""How a Run ends: its terminal Delivery, its sign taken away, and nothing of it left open. Under the Run's lock.

Whoever ends a Run needs no more than a Hand: a worker, and the app that stores a Stop, end it alike.
"""

from agents.approvals.superseding import supersede_all
from agents.clock import us
from agents.deliveries.cutting import cut
from agents.deliveries.life import Kind
from agents.deliveries.parts import PART_COST
from agents.deliveries.saying import say
from agents.engine import left_streams, trouble
from agents.engine.answer import say_answer
from agents.engine.charging import charge_reserved
from agents.engine.hand import Hand
from agents.engine.so_far import so_far
from agents.journal import people, runs, toolcalls, turns
from agents.journal.database import now
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from agents.plan import keeping
from agents.questions.asking import withdraw
from agents.runs.life import ENDED, Run, State
from agents.toolcalls.life import State as CallState
from tools.contract import Effect

SEEN = ENDED - {State.SILENT}
"""Ends of which people see something, and whose threads a late writer may have left something in."""

LOOK_AFTER = us(360)
"""When the thread of a Run that lost a lease is looked at once more: six minutes after its end (E21)."""


def answer(hand: Hand, tx: Transaction, run: Run, text: str, *, fence: int | None) -> Run | None:
    """End a Run as done, with its answer, and return it as it ended. None: someone ended it first."""
    said = {"turns": run.turns, "cost_micro_usd": run.cost_micro_usd}
    if not runs.move(tx, run, State.DONE, fence=fence, actor=hand.actor, **said):
        return None
    say_answer(hand, tx, run, text)
    return _signed_off(hand, tx, run)


def keep_silent(
    hand: Hand, tx: Transaction, run: Run, cause: str, *, fence: int | None = None, actor: str = ""
) -> bool:
    """End a Run that nobody asked for without a word. False: someone ended it first.

    In: `cause` for the trail: `model` where that had nothing to say. Without `fence` it is ended under the lock alone,
    and the fence raised, so that whoever holds a claim of it writes nothing more.
    """
    if run.status in ENDED:
        return False
    _close(hand, tx, run, cause)
    if not runs.move(tx, run, State.SILENT, fence=fence, actor=actor or hand.actor, cause=cause[:255]):
        return False
    if fence is None:
        runs.set_fields(tx, run.id, fence=RUNS.c.fence + 1)
    _signed_off(hand, tx, run)
    return True


def fail(hand: Hand, tx: Transaction, run: Run, cause: str, sentence: str, *, fence: int | None) -> bool:
    """End a Run as failed, with one sentence for people and the cause for operators. False: someone ended it first."""
    if run.unasked:
        return keep_silent(hand, tx, run, cause, fence=fence)
    if run.status in ENDED:
        return False
    uncertain = _close(hand, tx, run, cause)
    if not runs.move(tx, run, State.FAILED, fence=fence, actor=hand.actor, cause=cause[:255]):
        return False
    trouble.is_over(hand, tx, run, "I gave up waiting for my model.")
    _say_last(hand, tx, run, [sentence, *uncertain, so_far(tx, run), f"(#{run.number})"])
    _signed_off(hand, tx, run)
    return True


def stop(
    hand: Hand,
    tx: Transaction,
    run: Run,
    *,
    by: str,
    how: str = "words",
    words: str = "",
    said_as: Kind = Kind.FAILURE,
    kind: str = "person",
) -> bool:
    """End a Run because a person said so, in the transaction that stores their word (E14). False: it ended before.

    In: the Run as it was locked; `by`, the id of whoever stops it, and `kind`, person or operator; `how`, by what, for
    the trail; `words`, the sentence that says why, where it is not simply that someone stopped it; `said_as`: DIRECT
    where its thread is gone. Its fences are raised, so that whoever holds a claim of it writes nothing more; what has
    not begun ends here; a running `write` or `act` goes on to its own end and is named.
    """
    if run.unasked:
        return keep_silent(hand, tx, run, how, actor=f"{kind}:{by}")
    if run.status in ENDED:
        return False
    uncertain = _close(hand, tx, run, "stopped")
    if not runs.move(tx, run, State.STOPPED, fence=None, actor=f"{kind}:{by}", by=by, how=how, cause=f"{kind}:{by}"):
        return False
    runs.set_fields(tx, run.id, fence=RUNS.c.fence + 1)
    known = people.known(tx, run.workspace_id, by)
    sentence = words or f"Stopped by {known.person.name if known else 'request'}."
    trouble.is_over(hand, tx, run, "I stopped waiting for my model.")
    _say_last(hand, tx, run, [sentence, *uncertain, so_far(tx, run)], said_as)
    _signed_off(hand, tx, run)
    return True


def show_sign(hand: Hand, tx: Transaction, run: Run) -> None:
    """Have people see whether the Run works or waits for them, as it stands when it is shown."""
    say(hand, tx, run, Kind.SIGN, run.request_ts)


def lost_a_lease(tx: Transaction, run_id: str) -> None:
    """Note that a claim of this locked Run, or of a Delivery of it, was lost; an ended one is looked after (E21)."""
    runs.set_fields(tx, run_id, lost_lease=True)
    run = runs.by_id(tx, run_id)
    if run is not None and run.status in SEEN:
        runs.set_fields(tx, run_id, look_after_at=now() + LOOK_AFTER)


def _close(hand: Hand, tx: Transaction, run: Run, cause: str) -> list[str]:
    """Break the Turn under way and end what has not begun. Returns sentences that name what goes on (E14)."""
    started = turns.started(tx, run.id)
    if started is not None:
        turns.break_off(tx, run, started, cause, charge_reserved(tx, run, started), actor=hand.actor)
    named = []
    for call in toolcalls.open_of(tx, run.id):
        if call.status is CallState.RUNNING and call.effect is not Effect.READ:
            named.append(f"{call.tool} was still running; whether it took effect will be said here.")
        elif toolcalls.move(tx, call, CallState.STOPPED, fence=None, actor=hand.actor, said={}):
            counted = 0 if call.told else 1
            runs.set_fields(tx, run.id, open=RUNS.c.open - 1, pending=RUNS.c.pending - counted)
    withdraw(hand, tx, run)
    supersede_all(hand, tx, run)
    return named


def _say_last(hand: Hand, tx: Transaction, run: Run, sentences: list[str], kind: Kind = Kind.FAILURE) -> None:
    pieces = cut(" ".join(one for one in sentences if one), PART_COST)
    for number, piece in enumerate(pieces, 1):
        say(hand, tx, run, kind, piece, terminal=number == len(pieces))


def _signed_off(hand: Hand, tx: Transaction, run: Run) -> Run | None:
    """Take the sign away and have the card say how it ended. The Run's row has its last status; it is returned so."""
    ended = runs.by_id(tx, run.id)
    if ended is not None:
        keeping.close(hand, tx, ended)
    left_streams.let_go(hand, tx, run)
    say(hand, tx, run, Kind.SIGN_OFF, run.request_ts)
    if run.lost_lease and ended is not None and ended.status in SEEN:
        runs.set_fields(tx, run.id, look_after_at=now() + LOOK_AFTER)
    return ended
