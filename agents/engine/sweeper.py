"""The sweeper: makes sure that what is due is looked at. One process leads; every sweep is one file in sweeps/."""

import pkgutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

import structlog

from agents.clock import us
from agents.engine import sweeps
from agents.engine.room import Room
from agents.errors import BadSetting, JournalBusy
from agents.journal import processes

log = structlog.get_logger()

TERM = 15.0
"""Seconds of a leader's term; it is renewed every third of that."""

TICK = 1.0
"""Seconds between two looks at what is to be swept."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One kind of looking after, every so many seconds. `begin` returns the act, which may keep memory of its own."""

    name: str
    every: float
    begin: Callable[[], Callable[[Room], None]]


def find_sweeps() -> list[Sweep]:
    """Walk sweeps/. Raises BadSetting for a file without SWEEP, or two with one name."""
    found: dict[str, Sweep] = {}
    for module in sorted(pkgutil.iter_modules(sweeps.__path__), key=lambda one: one.name):
        sweep = getattr(import_module(f"{sweeps.__name__}.{module.name}"), "SWEEP", None)
        if not isinstance(sweep, Sweep):
            raise BadSetting(f"agents/engine/sweeps/{module.name}.py names no SWEEP. Every file there is one sweep.")
        if sweep.name in found:
            raise BadSetting(f"agents/engine/sweeps/{module.name}.py brings a second sweep named {sweep.name}.")
        found[sweep.name] = sweep
    return list(found.values())


def each(rows: Iterable[str], act: Callable[[str], object]) -> None:
    """Do `act` with the id of each row; one that raises is logged and does not starve those behind it (E10)."""
    for row in rows:
        try:
            act(row)
        except JournalBusy:
            raise
        except Exception:
            log.exception("a row raised in a sweep", row=row)


class Sweeper:
    """A thread that sweeps while its process leads. A sweep that raises is logged and does not stop the others."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._acts = [(sweep, sweep.begin()) for sweep in find_sweeps()]
        self._next = dict.fromkeys((sweep.name for sweep, _ in self._acts), 0.0)
        self._leads_until = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and give leadership back."""
        self._stop.set()
        self._thread.join(timeout=5)
        try:
            self._room.journal.write(lambda tx: processes.end_term(tx, "sweeper", self._room.claims.owner))
        except JournalBusy as fault:
            log.warning("leadership could not be given back; it ends by itself", cause=str(fault))

    def _run(self) -> None:
        while not self._stop.wait(TICK):
            try:
                if self._leads():
                    self._sweep()
            except JournalBusy as fault:
                log.warning("the journal is away; sweeping again when it is back", cause=str(fault))
            except Exception:
                log.exception("the sweeper stumbled")

    def _leads(self) -> bool:
        if time.monotonic() < self._leads_until - 2 * TERM / 3:
            return True
        before = time.monotonic()
        led = self._room.journal.write(lambda tx: processes.lead(tx, "sweeper", self._room.claims.owner, us(TERM)))
        if led:
            self._leads_until = before + TERM
            return True
        return False

    def _sweep(self) -> None:
        for sweep, act in self._acts:
            if time.monotonic() < self._next[sweep.name]:
                continue
            self._next[sweep.name] = time.monotonic() + sweep.every
            try:
                act(self._room)
            except JournalBusy:
                raise
            except Exception:
                log.exception("a sweep failed", sweep=sweep.name)
