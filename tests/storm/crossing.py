"""The crossing of a storm's processes: it writes down each boundary that they cross, and ends its own process at one.

A lane has one small file that its processes map: which boundary is to be deadly just now, and whether it was.
"""

import mmap
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Engine, event

from agents.boundaries import Kind, Side

SIZE = 1024
"""Bytes of the file: a number that changes with every order, whether it was carried out, the signal, the boundary."""

_ORDER, _DONE, _SIGNAL, _TEXT = slice(0, 8), 8, 9, 10


class Deed(Enum):
    """What becomes of a process at a boundary."""

    KILL = signal.SIGKILL
    FREEZE = signal.SIGSTOP  #: past its lease, so that two believe that they hold a row


@dataclass(frozen=True, slots=True, order=True)
class Boundary:
    """One place in one kind of process, the `time`-th time that it is crossed."""

    role: str
    kind: Kind
    side: Side
    what: str
    time: int = 1

    def __str__(self) -> str:
        return f"{self.role} {self.kind} {self.side} {self.what} {self.time}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the boundary that `str` wrote. Raises ValueError."""
        found = re.fullmatch(r"(\S+) (\S+) (\S+) (.+) (\d+)", text)
        if found is None:
            raise ValueError(f"{text!r} is no boundary: ROLE KIND SIDE WHAT TIME")
        role, kind, side, what, time = found.groups()
        return cls(role, Kind(kind), Side(side), what, int(time))


def counted(crossed: Iterable[Boundary]) -> list[Boundary]:
    """Number the crossings of each place, in order."""
    times: Counter[tuple[str, str, str, str]] = Counter()
    numbered = []
    for one in crossed:
        place = (one.role, one.kind, one.side, one.what)
        times[place] += 1
        numbered.append(Boundary(one.role, one.kind, one.side, one.what, times[place]))
    return numbered


class Orders:
    """The file of a lane, from the side of whoever gives the orders."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "orders"
        self.crossed_path = folder / "crossed"
        self.wrong_path = folder / "wrong"
        self.wrong_path.touch()
        self.path.write_bytes(bytes(SIZE))
        self.crossed_path.touch()
        self._map = _mapped(self.path)
        self._given = 0

    def give(self, deadly: Boundary | None, deed: Deed = Deed.KILL) -> None:
        """Make a boundary deadly, counted from now; None: none is. What was crossed before is forgotten."""
        os.truncate(self.crossed_path, 0)
        text = str(deadly).encode() if deadly else b""
        self._map[_DONE:] = bytes((0, deed.value)) + text.ljust(SIZE - _TEXT, b"\0")
        self._given += 1
        self._map[_ORDER] = self._given.to_bytes(8, "little")

    def carried_out(self) -> bool:
        """Whether it was done to a process there."""
        return self._map[_DONE] != 0

    def crossed(self) -> list[Boundary]:
        """Return what was crossed since the last order, numbered."""
        lines = self.crossed_path.read_text().splitlines()
        return counted(Boundary.parse(f"{line} 1") for line in lines)

    def wrong(self) -> list[str]:
        """Return what the processes themselves saw that must not be."""
        return sorted(set(self.wrong_path.read_text().splitlines()))


class Writing:
    """Whether the calling thread has a writing transaction open: what it says to others then is said too early."""

    def __init__(self) -> None:
        self._here = threading.local()
        event.listen(Engine, "begin", self._begun)
        for end in ("commit", "rollback"):
            event.listen(Engine, end, self._ended)

    def is_open(self) -> bool:
        """Return it."""
        return bool(getattr(self._here, "open", False))

    def _begun(self, connection: Connection) -> None:
        self._here.open = not connection.get_execution_options().get("readonly")

    def _ended(self, connection: Connection) -> None:
        self._here.open = False


class Crossing:
    """The same file, from the side of one process. Calling it is to cross (agents.boundaries.Crossing)."""

    def __init__(self, folder: Path, role: str) -> None:
        self._map = _mapped(folder / "orders")
        self._crossed = os.open(folder / "crossed", os.O_WRONLY | os.O_APPEND)
        self._wrong = os.open(folder / "wrong", os.O_WRONLY | os.O_APPEND)
        self._writing = Writing()
        self._role = role
        self._lock = threading.Lock()
        self._order = b""
        self._deadly: Boundary | None = None
        self._times = 0

    def __call__(self, kind: Kind, side: Side, what: str) -> None:
        """Write it down; die or stand still where that is the order."""
        if kind is Kind.POKE and what.startswith("hint") and self._writing.is_open():
            os.write(self._wrong, f"poked before the commit: {what}\n".encode())
        with self._lock:
            os.write(self._crossed, f"{self._role} {kind} {side} {what}\n".encode())
            if self._map[_ORDER] != self._order:
                self._take()
            deadly = self._deadly
            if deadly is None or (deadly.kind, deadly.side, deadly.what) != (kind, side, what):
                return
            self._times += 1
            if self._times == deadly.time and not self._map[_DONE]:
                self._map[_DONE] = 1
                os.kill(os.getpid(), self._map[_SIGNAL])

    def _take(self) -> None:
        self._order = self._map[_ORDER]
        text = self._map[_TEXT:].rstrip(b"\0").decode()
        deadly = Boundary.parse(text) if text else None
        self._deadly = deadly if deadly and deadly.role == self._role else None
        self._times = 0


def _mapped(path: Path) -> mmap.mmap:
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), SIZE)
