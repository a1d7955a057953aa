"""What a dead process held is free at once, and whoever is alive hears of it (E6)."""

import structlog

from agents.clock import us
from agents.engine.lease import LAST_MOMENT
from agents.engine.owner import is_dead
from agents.engine.poke import Queue
from agents.engine.room import Room
from agents.journal import deliveries, processes, runs, toolcalls

log = structlog.get_logger()

HELD = {Queue.ADVANCE: runs, Queue.EXECUTE: toolcalls, Queue.DELIVER: deliveries}
"""What a process may hold, and who goes on with it."""


def bury(room: Room, owner: str) -> int:
    """End every lease and term of a dead process, and poke what it held. Returns how many leases there were.

    Each word in a transaction of its own (E2). They end as long ago as any claim lasts at most, so that nobody waits
    once more for what a dead process may do (E9).
    """
    ago, ended = us(LAST_MOMENT), 0
    for queue, word in HELD.items():
        rows = room.journal.write(lambda tx, word=word: word.bury(tx, owner, ago))  # type: ignore[misc]
        ended += len(rows)
        for row_id in rows:
            # what it held became due before it was claimed, so nobody need wait for the sweep to call it late
            room.poker.poke(queue, row_id)
    room.journal.write(lambda tx: processes.say_gone(tx, owner))
    return ended


def bury_dead(room: Room) -> None:
    """Bury every process that is known to be dead: only those of this host, boot and pid namespace can be."""
    for owner in room.journal.read(processes.named):
        if is_dead(owner):
            ended = bury(room, owner)
            log.warning("a process died; its leases are ended", owner=owner, leases=ended)
