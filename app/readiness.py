"""Is this process ready? A thread makes probes again and again; each says what is wrong, and since when.

Nothing is probed while somebody asks: a question is answered at once, with what was found last, and probes that hang
are themselves a reason.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

EVERY, WELL = 2.0, 6.0
"""Seconds between two rounds of probes: while something is wrong, and while nothing is; most of an idle process's work
is to look whether all is well."""

HANG = 20.0
"""Seconds after which a round that has not ended counts as hanging: a probe's own deadlines lie far below."""

NOT_YET = "not looked at yet"


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that must hold.

    Attributes:
        look: returns what is wrong, in one sentence, or an empty text. It may raise.
        warns: somebody should look, and the process is as ready as before.
        every: seconds between two looks, where one costs more than a round may.
    """

    name: str
    look: Callable[[], str]
    warns: bool = False
    every: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one probe stands: what is wrong (empty: nothing), since when, in Unix seconds, and whether it only warns."""

    name: str
    wrong: str
    since: float
    warns: bool = False


class Readiness:
    """Probes and how they stand. `now` gives Unix time in seconds, by the one clock."""

    def __init__(self, probes: Sequence[Probe], *, now: Callable[[], float] = time.time) -> None:
        self._probes = probes
        self._now = now
        self._standing = {
            # what only warns has nothing to warn of before it was looked at
            probe.name: Standing(probe.name, "" if probe.warns else NOT_YET, now(), probe.warns)
            for probe in probes
        }
        self._next = dict.fromkeys((probe.name for probe in probes), 0.0)
        self._round = time.monotonic()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="readiness", daemon=True)

    def start(self) -> None:
        """Begin to probe."""
        self._round = time.monotonic()
        self._thread.start()

    def end(self) -> None:
        """Say from now on that the process is ending. May be called by a signal."""
        self._ending.set()

    def look(self) -> None:
        """Make one round of probes."""
        for probe in self._probes:
            if time.monotonic() < self._next[probe.name]:
                continue
            self._next[probe.name] = time.monotonic() + probe.every
            try:
                wrong = probe.look()
            except Exception as fault:
                wrong = type(fault).__name__
            before = self._standing[probe.name]
            # another reason for the same fault is not another fault: its beginning stays
            moved = bool(wrong) != bool(before.wrong) or before.wrong == NOT_YET
            since = self._now() if moved else before.since
            self._standing[probe.name] = Standing(probe.name, wrong, since, probe.warns)

    def standing(self) -> list[Standing]:
        """Return how everything stands now."""
        found = [self._standing[probe.name] for probe in self._probes]
        late = time.monotonic() - self._round
        if late > HANG:
            found.append(Standing("probes", f"a probe has not answered for {late:.0f} s", self._now() - late))
        if self._ending.is_set():
            found.append(Standing("process", "it is ending", self._now()))
        return found

    def report(self) -> dict[str, Any]:
        """Return what /readyz shows: whether all holds, and each probe with its state, its reason and its time.

        What only warns is shown as wrong, and leaves the process ready.
        """
        found = self.standing()
        return {
            "ready": not any(one.wrong and not one.warns for one in found),
            "checks": [_shown(one) for one in found],
        }

    def _run(self) -> None:
        while not self._ending.is_set():
            self._round = time.monotonic()
            self.look()
            self._ending.wait(EVERY if any(one.wrong for one in self.standing()) else WELL)


def _shown(one: Standing) -> dict[str, Any]:
    told = {"name": one.name, "ok": not one.wrong, "since": _written(one.since), "wrong": one.wrong}
    return told | ({"warns": True} if one.warns else {})


def _written(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
