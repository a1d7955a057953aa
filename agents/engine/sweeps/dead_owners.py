"""Ends at once the leases of processes that are known to be dead: those of this host, boot and namespace (E6)."""

from collections.abc import Callable

import structlog

from agents.clock import us
from agents.engine.lease import LAST_MOMENT
from agents.engine.owner import is_dead
from agents.engine.room import Room
from agents.engine.sweeper import Sweep
from agents.journal import deliveries, processes, runs, toolcalls
from agents.journal.transaction import Transaction

log = structlog.get_logger()


def bury(room: Room, owner: str) -> int:
    """End every lease of a dead process; return how many there were. Each word in a transaction of its own (E2).

    They end as long ago as any claim lasts at most, so that nobody waits once more for what a dead process may do (E9).
    """
    ago = us(LAST_MOMENT)
    ended = sum(
        room.journal.write(lambda tx, word=word: word.bury(tx, owner, ago))  # type: ignore[misc]
        for word in (runs, toolcalls, deliveries)
    )
    room.journal.write(lambda tx: processes.say_gone(tx, owner))
    return ended


def _begin() -> Callable[[Room], None]:
    def sweep(room: Room) -> None:
        for owner in room.journal.read(_owners):
            if is_dead(owner):
                ended = bury(room, owner)
                log.warning("a worker died; its leases are ended", owner=owner, leases=ended)

    return sweep


def _owners(tx: Transaction) -> set[str]:
    return processes.live_owners(tx)


SWEEP = Sweep(name="dead owners", every=1.0, begin=_begin)
