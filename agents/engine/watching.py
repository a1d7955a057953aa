"""Notices, while a model call is under way, that its Run is not this process's any more, or that it was frozen."""

import time

from agents.engine.holding_back import over_run
from agents.engine.lease import Claim
from agents.engine.room import Room
from agents.errors import JournalBusy
from agents.journal import runs
from agents.journal.freezes import Freeze
from agents.journal.transaction import Transaction
from agents.runs.life import Run

EVERY = 1.0
"""Seconds between two looks at the Run's fence (E14): a Stop raises it, and the work ends within a few seconds."""


class StillMine:
    """Whether a claimed Run is still this claim's, asked between the events of a reply."""

    def __init__(self, room: Room, run: Run, claim: Claim) -> None:
        self._room = room
        self._run = run
        self._claim = claim
        self._looked_at = time.monotonic()

    def __call__(self) -> bool:
        """Return False as soon as the claim is known to be lost, the Run is frozen, or this process is going away."""
        if self._claim.lost.is_set() or self._room.draining():
            return False
        if time.monotonic() - self._looked_at < EVERY:
            return True
        self._looked_at = time.monotonic()
        try:
            standing, freeze = self._room.journal.read(self._look)
        except JournalBusy:
            # the lease tells, when its time is up
            return True
        if standing is None or standing.fence != self._run.fence:
            self._claim.lost.set()
        return not self._claim.lost.is_set() and freeze is None

    def _look(self, tx: Transaction) -> tuple[Run | None, Freeze | None]:
        return runs.by_id(tx, self._run.id), over_run(tx, self._run)
