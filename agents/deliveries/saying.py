"""Plans a Delivery of a Run and has it looked at. Under the Run's lock."""

from typing import Any

from agents.deliveries.life import Kind
from agents.engine.hand import Hand
from agents.journal import planning
from agents.journal.transaction import Transaction
from agents.labels import from_json
from agents.messages import Message
from agents.runs.life import Run


def say(
    hand: Hand, tx: Transaction, run: Run, kind: Kind, text: str | Message, *, user_id: str = "", **more: Any
) -> str | None:
    """Plan it, for `user_id` or else the Run's requester, with the Run's labels, and poke.

    `more`: see journal.planning.plan.

    Returns its id, or None where it was said before, and where nobody is to see it: of a Run that nobody asked for,
    people see its answer alone.
    """
    if run.unasked and kind is not Kind.ANSWER:
        return None
    planned = planning.plan(
        tx,
        workspace_id=run.workspace_id,
        thread_id=run.thread_id,
        run_id=run.id,
        kind=kind,
        text=text,
        user_id=user_id or run.requester,
        actor=hand.actor,
        labels=from_json(run.labels).as_json(),
        **more,
    )
    hand.poke_deliver(tx, planned)
    return planned
