"""Notices, while a model call is under way, that its Run is not this process's any more."""

import time

from agents.engine.lease import Claim
from agents.engine.room import Room
from agents.errors import JournalBusy
from agents.journal import runs
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
        """Return False as soon as the claim is known to be lost, or this process is going away."""
        if self._claim.lost.is_set() or self._room.draining():
            return False
        if time.monotonic() - self._looked_at < EVERY:
            return True
        self._looked_at = time.monotonic()
        try:
            standing = self._room.journal.read(lambda tx: runs.by_id(tx, self._run.id))
        except JournalBusy:
            # the lease tells, when its time is up
            return True
        if standing is None or standing.fence != self._run.fence:
            self._claim.lost.set()
        return not self._claim.lost.is_set()
