"""The card of a Run: posted once, edited in place, never faster than its pace. Under the Run's lock.

What it says is made from the journal when it is sent, so that it is right also after a crash.
"""

from agents.clock import us
from agents.deliveries.life import Delivery, Kind, State
from agents.deliveries.saying import say
from agents.engine.hand import Hand
from agents.engine.poke import Queue
from agents.journal import deliveries, people, questions, steps
from agents.journal.database import now
from agents.journal.transaction import Transaction
from agents.messages import Message
from agents.plan import card
from agents.plan.pace import pause
from agents.runs.life import ENDED, Run

FEWEST = 2
"""Lines of a plan that is worth a card: what takes one line shows a status and the answer."""


def changed(hand: Hand, tx: Transaction, run: Run) -> None:
    """Have the card show how its Run stands now: the first change at once, the last one always."""
    if run.plan_title is None:
        return
    shown = deliveries.card_of(tx, run.id)
    if shown is None:
        if run.status not in ENDED and len(steps.of_run(tx, run.id)) >= FEWEST:
            say(hand, tx, run, Kind.CARD, shows(tx, run))
        return
    if shown.status in {State.PLANNED, State.GIVEN_UP}:
        # what it says is made when it is sent
        return
    edits = deliveries.edits_of(tx, shown.id)
    at = tx.now()
    waiting = next((one for one in edits if one.status is State.PLANNED), None)
    if waiting is not None:
        if run.status in ENDED and (waiting.due_at or 0) > at and not waiting.cause:
            deliveries.set_fields(tx, waiting.id, due_at=now())
            hand.poke_deliver(tx, waiting.id)
        return
    due_at = at
    if edits and run.status not in ENDED:
        last = edits[0].sent_at or edits[0].due_at or at
        due_at = max(at, last + us(pause([bool(one.cause) for one in edits])))
    edit = say(hand, tx, run, Kind.EDIT, shows(tx, run), edits=shown.id, due_at=due_at)
    if edit is not None and due_at > at:
        hand.poke_in(tx, (due_at - at) / 1_000_000, Queue.DELIVER, edit)


def shows(tx: Transaction, run: Run) -> Message:
    """Return what the card of a Run says now."""
    ended_at = run.ended_at or tx.now()
    standing = card.Standing(
        run_id=run.id,
        title=run.plan_title or "",
        status=run.status,
        seconds=max(0, (ended_at - (run.begun_at or run.created_at) - run.waited_us) // 1_000_000),
        progress=run.progress or "",
        stopped_by=_name(tx, run),
        asks=questions.open_of(tx, run.id) is not None,
    )
    return card.message(standing, steps.of_run(tx, run.id))


def _name(tx: Transaction, run: Run) -> str:
    """Who stopped it: a stopped Run's cause names the person."""
    known = people.known(tx, run.workspace_id, (run.cause or "").removeprefix("person:"))
    return f"by {known.person.name}" if known else ""


def is_of_card(tx: Transaction, delivery: Delivery) -> bool:
    """Whether a Delivery is a card, or an edit of one."""
    if delivery.kind is Kind.EDIT and delivery.edits:
        edited = deliveries.by_id(tx, delivery.edits)
        return edited is not None and edited.kind is Kind.CARD
    return delivery.kind is Kind.CARD
