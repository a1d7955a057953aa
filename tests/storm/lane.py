"""One Tagwork of a storm with servers of its own: a journal, a broker, a Rehearsal, a counting server."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from agents.engine.burying import bury_dead
from agents.engine.invariants import EVERYTHING, Violation, violations
from agents.engine.room import Room
from agents.engine.sweeps import look_after
from agents.errors import JournalBusy
from agents.journal import policies, processes, runs
from agents.journal.transaction import Journal, Transaction
from agents.policy.document import Document, Of, Part
from agents.policy.settings import ApproverNames, Settings
from app import wiring
from app.settings import load
from app.valkey import Valkey
from tests.given.counting_server import ACT, ASKED_ACT, FOUND_WRITE, READ, WRITE, CountingServer
from tests.given.pokes import Pokes
from tests.given.rehearsal import NotSeen, RehearsalProcess
from tests.given.time import move
from tests.storm.crossing import Orders
from tests.storm.processes import APP, WORKER, start

LEASE = 3.0
"""Seconds: so long that a busy machine renews in time. Whoever is killed is known to be dead, and none waits for it."""

PATIENCE = 60.0
"""Seconds after which something that did not come about counts as lost."""

AFTER_LOOK = 400.0
"""Seconds that the clock is moved for the looks after the end, which come after six minutes (E21)."""

TOOLS = (READ, WRITE, FOUND_WRITE, ACT, ASKED_ACT)
ALLOWED = (READ, WRITE, FOUND_WRITE, ACT)
"""Those that need nobody's yes."""

OF_ORGANISATION = Document(
    of=Of.ORGANISATION, default=Part(settings=Settings(approvers=ApproverNames(most_an_hour=10_000)))
)
"""One person approves what asks at every boundary of a lane, within minutes."""


class Stuck(Exception):
    """Something did not come about in its time. The message says what."""


@dataclass(frozen=True, slots=True)
class Servers:
    """What a lane talks to. `tools`: where the counting tools are installed."""

    rehearsal: RehearsalProcess
    broker: Valkey
    counting: CountingServer
    database_url: str
    tools: Path


class Lane:
    """Its processes, kept running: who dies is followed by another, and its leases end at once."""

    def __init__(
        self, name: str, folder: Path, servers: Servers, context: ForkServerContext, lease: float = LEASE
    ) -> None:
        self.name = name
        self.folder = folder
        self.servers = servers
        self.rehearsal = servers.rehearsal
        self.orders = Orders(folder)
        self.deaths = 0
        self.longest_pause = 0.1
        self._looking_after = threading.Lock()
        self._context = context
        self._children: dict[str, ForkServerProcess] = {}
        self.environ = {
            **servers.rehearsal.environment(),
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "TAGWORK_HOME": str(folder),
            "TAGWORK_DATABASE_URL": servers.database_url,
            "TAGWORK_BROKER_URL": servers.broker.url,
            "TAGWORK_LISTEN": "127.0.0.1:0",
            "TAGWORK_ENGINE__LISTEN": "",
            "TAGWORK_SLACK__CALL_BUDGET": "1000",
            "TAGWORK_ENGINE__THREADS": "4",
            "TAGWORK_ENGINE__LEASE_SECONDS": str(lease),
            "TAGWORK_CLOCK__OFFSET_FILE": f"{folder}-clock",
            "TAGWORK_LOG_FORMAT": "text",
            "TAGWORK_POLICY__ALLOW": ",".join(ALLOWED),
            **{f"TAGWORK_TOOLS__{tool.upper()}__URL": servers.counting.url for tool in TOOLS},
        }
        settings = load(self.environ)
        self.journal: Journal = wiring.open_journal(settings)
        self.journal.write(_begin_policy)
        self._place = wiring.in_slack(settings)
        self.room: Room = wiring.room_of(settings, self.journal, self._place, Pokes())

    def begin(self, *, workers: int = 1, apps: int = 1) -> None:
        """Start apps and workers, and wait until they serve."""
        further = [f"{APP} {number}" for number in range(2, apps + 1)]
        for role in (APP, *further, *(f"{WORKER} {number}" for number in range(1, workers + 1))):
            self._start(role)
        self.until_serving()

    def until_serving(self) -> None:
        """Wait until every process that there must be is there."""
        self.until(lambda: len(self.journal.read(processes.live_owners)) >= self.workers(), "the workers work")
        self.until(self._connected, "the app is connected")

    def until(self, condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Look after the processes until something holds. Raises Stuck when time is up."""
        ends = time.monotonic() + seconds
        pause = 0.01
        while not condition():
            if time.monotonic() > ends:
                raise Stuck(f"not within {seconds:.0f} s: {what}")
            self.look_after_processes()
            time.sleep(pause)
            pause = min(pause * 1.3, self.longest_pause)

    def look_after_processes(self) -> None:
        """Start another for who died, and end the leases of the dead, as the parent of `tagwork serve` does.

        Any thread may; the next one does it where the journal is away.
        """
        if not self._looking_after.acquire(blocking=False):
            return
        try:
            self._follow_the_dead()
        except JournalBusy:
            return
        finally:
            self._looking_after.release()

    def _follow_the_dead(self) -> None:
        dead = [role for role, child in self._children.items() if child.exitcode is not None]
        if not dead:
            return
        bury_dead(self.room)
        for role in dead:
            self.deaths += 1
            self._start(role)

    def _start(self, role: str) -> None:
        kind = role.split()[0]
        self._children[role] = start(self._context, kind, self.environ, self.folder, str(self.servers.tools))

    def pid_of(self, role: str) -> int:
        """Return the id of the process that has that role now: `app`, `worker 1`, …"""
        pid = self._children[role].pid
        assert pid is not None
        return pid

    def roles(self) -> list[str]:
        """Return the roles of its processes, in the order of their first start."""
        return list(self._children)

    def workers(self) -> int:
        """Return how many workers there must be."""
        return sum(role.startswith(WORKER) for role in self._children)

    def add_worker(self) -> None:
        """Start one more worker, and wait until it works."""
        before = self.journal.read(processes.live_owners)
        self._start(f"{WORKER} {len(self._children)}")
        self.until(lambda: self.journal.read(processes.live_owners) - before, "one more worker works")

    def frozen(self) -> list[int]:
        """Return the ids of the processes that stand still."""
        pids = [child.pid for child in self._children.values() if child.exitcode is None and child.pid]
        return [pid for pid in pids if _state_of(pid) == "T"]

    def thaw(self) -> None:
        """Let them go on."""
        for pid in self.frozen():
            os.kill(pid, signal.SIGCONT)

    def _connected(self) -> bool:
        try:
            self.rehearsal.wait_for("connections", at_least=1, timeout_seconds=0.2)
        except NotSeen:
            return False
        return True

    def end(self) -> None:
        """Kill every process."""
        for child in self._children.values():
            child.kill()
        for child in self._children.values():
            child.join()
        self._children.clear()
        bury_dead(self.room)

    def look_after_threads(self) -> None:
        """Let the time of the looks after the end come, and look (E21). No process runs any more."""
        move(self.journal.database.clock, AFTER_LOOK)
        sweep = look_after.SWEEP.begin()
        ends = time.monotonic() + PATIENCE
        while self.journal.read(lambda tx: runs.to_look_after(tx, 1)):
            if time.monotonic() > ends:
                raise Stuck("threads that are still to be looked at after their end")
            sweep(self.room)

    def violations(self, *, newest: int = EVERYTHING) -> list[Violation]:
        """Return what is not so in the journal."""
        return self.journal.read(lambda tx: list(violations(tx, newest=newest)), still=True)

    def close(self) -> None:
        """Close what this side has opened."""
        self.room.claims.close()
        self._place.egress.close()
        self.journal.database.close()

    def log(self) -> str:
        """Return what the processes said."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""


def _state_of(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return ""
    return stat[stat.rfind(")") + 2]


def _begin_policy(tx: Transaction) -> None:
    if policies.newest(tx, policies.ORGANISATION) is None:
        policies.add(tx, policies.ORGANISATION, OF_ORGANISATION, seen=0, actor="operator:storm", reason="a storm")


@contextmanager
def lane(name: str, folder: Path, servers: Servers, context: ForkServerContext, lease: float = LEASE) -> Iterator[Lane]:
    """Open a lane for the time of a `with` block; `lease` in seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Lane(name, folder, servers, context, lease)
    try:
        yield made
    finally:
        made.end()
        made.close()
