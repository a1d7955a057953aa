"""Expires what nobody answered in time, reminds those who may, and has votes judged that no worker took."""

from collections.abc import Callable

from agents.approvals import reminding, settling
from agents.approvals.counting import VOTE
from agents.clock import us
from agents.deliveries.life import Delivery
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.engine.sweeper import Sweep, each
from agents.journal import approvals, runs, threads, votes
from agents.journal.transaction import Transaction
from agents.surface import Place

AT_ONCE = 50
"""Approvals, and votes, that one sweep looks at."""

OVERDUE = us(2)
"""How long a vote may be due before it is poked again: a poke takes milliseconds."""


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        for vote_id in room.journal.read(lambda tx: votes.due(tx, AT_ONCE, OVERDUE)):
            room.poker.poke(Queue.EXECUTE, f"{VOTE}{vote_id}")
        due = room.journal.read(lambda tx: approvals.due(tx, AT_ONCE))
        each(dict.fromkeys(run_id for _, run_id in due), lambda run_id: _look_at(room, run_id))

    return sweep


def _look_at(room: Room, run_id: str) -> None:
    def look(tx: Transaction) -> None:
        run = runs.lock(tx, run_id)
        if run is None:
            return
        settling.expire_due(room.hand, tx, run)
        place = threads.place_of(tx, run.thread_id)

        def link(card: Delivery) -> str:
            stands_in = Place(place.team_id, card.stands_in, "") if card.stands_in else place
            return room.surface(place.team_id).link(stands_in, card.posted_at or "")

        for one in approvals.pending_of(tx, run_id):
            reminding.remind(room.hand, tx, run, one, link)

    room.journal.write(look)


SWEEP = Sweep(name="approvals", every=2.0, begin=_begin)
