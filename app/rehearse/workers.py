"""The workers of a rehearsal: which live, what each works on, and killing one as a crash would."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from app.rehearse.steps import NotDone

if TYPE_CHECKING:
    from agents.journal.transaction import Journal, Transaction

T = TypeVar("T")

WORDS = {"run": "a turn", "tool_call": "a tool call", "delivery": "a message"}
"""What is worked on, in words."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process, and what it works on, in words."""

    pid: int
    works_on: tuple[str, ...]

    def __str__(self) -> str:
        return f"worker, process {self.pid}: {', '.join(self.works_on) or 'idle'}"


class Workers:
    """The workers that share the journal in `home`. The journal is opened when it is first asked."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def lines(self) -> list[str]:
        """Return each worker as a line."""
        return [str(one) for one in self._all()] or ["no worker lives just now; one is started within seconds"]

    def busy(self) -> bool:
        """Whether one of them is at work."""
        return any(one.works_on for one in self._all())

    def kill(self) -> str:
        """Send SIGKILL to the one that is at work; return what was done. Raises NotDone where none is."""
        found = next((one for one in self._all() if one.works_on), None)
        if found is None:
            raise NotDone("No worker is at work.")
        os.kill(found.pid, signal.SIGKILL)
        return f"killed (SIGKILL): {found}; others take over"

    def slots(self) -> int:
        """Return how many threads they have together."""
        from agents.journal import processes

        return self._read(processes.live_slots)

    def newest_run(self) -> int:
        """Return the number of the newest Run, or 0."""
        from agents.journal import runs

        return next((run.number for run in self._read(lambda tx: runs.listed(tx, most=1))), 0)

    def close(self) -> None:
        """Close the journal."""
        if "_journal" in self.__dict__:
            self._journal.database.close()

    def _all(self) -> list[Worker]:
        from agents.engine.owner import is_dead
        from agents.journal import processes

        living = [one.owner for one in self._read(processes.seen) if not is_dead(one.owner)]
        held = self._read(processes.held)
        return [
            Worker(
                int(owner.split("|")[3]),
                tuple(f"{WORDS[kind]} of #{number}" for by, kind, number in held if by == owner),
            )
            for owner in living
        ]

    def _read(self, work: "Callable[[Transaction], T]") -> T:
        return self._journal.read(work)

    @cached_property
    def _journal(self) -> "Journal":
        from app.settings import load
        from app.wiring import open_journal

        return open_journal(load({"TAGWORK_HOME": str(self._home)}))
