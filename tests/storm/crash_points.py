"""Every boundary of every reference Run, one by one: the process dies there, another goes on, and all is judged."""

import contextlib
import itertools
import queue
import shlex
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from agents.deliveries.life import State
from agents.journal.audit import EVENTS
from agents.journal.belonging import BELONGING, CONVERSATIONS
from agents.journal.deliveries import DELIVERIES
from agents.journal.people import PEOPLE
from agents.journal.runs import RUNS
from agents.journal.transaction import Transaction
from tests.storm.crossing import Boundary, Deed
from tests.storm.judging import Found, Played, is_answered, judge, judge_effects
from tests.storm.lane import LEASE, Lane, Stuck
from tests.storm.references import ANN, REFERENCES, Reference

TIMED = (
    "agents.engine.sweep",
    "agents.engine.lease.",
    "agents.engine.burying.",
    "agents.journal.processes.",
    "agents.journal.threads.forget_old_posts",
    "app.worker.signs_of_life.",
)
"""What happens because time passes, not because of a Run: crossed once at the start is enough."""

TRIES = 3
"""How often a Run is played until it comes by a boundary: threads take turns as they like."""

LONGEST_FREEZE = 4 * LEASE
"""Seconds after which a process goes on that held nothing when it was frozen."""

RECENT = 5
"""Runs of a journal that are looked at again after each kill; all of them at the end."""

_tags = itertools.count(1)


@dataclass(frozen=True, slots=True)
class CrashPoint:
    """A boundary of a reference Run."""

    reference: Reference
    boundary: Boundary

    def how(self, database: str) -> str:
        """Return the command that plays it again."""
        only, at = shlex.quote(self.reference.name), shlex.quote(str(self.boundary))
        return f"python -m tests.storm --database {database} --only {only} --boundary {at}"


def boundaries_of(lane: Lane, reference: Reference) -> list[CrashPoint]:
    """Play a reference Run undisturbed and return what it came by. Raises Stuck where even that fails."""
    lane.orders.give(None)
    _, why = _play(lane, reference, "undisturbed")
    if why:
        raise Stuck(f"{reference.name}, undisturbed: {why}\n{lane.log()[-4000:]}")
    crossed = lane.orders.crossed()
    return [CrashPoint(reference, one) for one in crossed if not one.what.startswith(TIMED)]


def boundaries_of_start(lane: Lane) -> list[CrashPoint]:
    """Start the processes anew and return what they come by until they serve, and once more as time passes."""
    lane.orders.give(None)
    lane.end()
    lane.begin()
    at_once = lane.orders.crossed()
    return [CrashPoint(STARTING, one) for one in at_once if one.time == 1 or not one.what.startswith(TIMED)]


STARTING = Reference("starting", REFERENCES[0].ask, REFERENCES[0].seen)
"""The processes' own start, and a Run without tools after it."""


@dataclass
class Storm:
    """What one lane does with the crash points that it is given."""

    lane: Lane
    database: str
    deed: Deed = Deed.KILL
    say: Callable[[str], None] = lambda text: print(text, flush=True)

    def run(self, points: "queue.SimpleQueue[CrashPoint]") -> tuple[Found, int, int]:
        """Kill at each point until none is left. Returns what was found, the kills, and the points never reached."""
        found, kills, missed, all_played = Found(), 0, 0, list[Played]()
        while True:
            try:
                point = points.get_nowait()
            except queue.Empty:
                break
            reached = False
            for _ in range(TRIES):
                played, reached = self._kill(point, found)
                all_played.append(played)
                if reached:
                    break
            kills += reached
            missed += not reached
            if not reached:
                self.say(f"not reached on {self.database}: {point.how(self.database)}")
        found.add(self.close(all_played))
        return found, kills, missed

    def _kill(self, point: CrashPoint, found: Found) -> tuple[Played, bool]:
        lane, how = self.lane, point.how(self.database)
        if self.deed is Deed.FREEZE:
            how += " --freeze"
        if point.reference is STARTING:
            lane.orders.give(point.boundary, self.deed)
            lane.end()
            lane.begin()
        else:
            lane.until_serving()
            if self.deed is Deed.FREEZE and lane.workers() == 1:
                lane.add_worker()
            lane.orders.give(point.boundary, self.deed)
        thawing = _thawed(lane) if self.deed is Deed.FREEZE else contextlib.nullcontext()
        with thawing:
            played, why = _play(lane, point.reference, how)
        if why:
            self.say(f"{why}: {how}")
        reached = lane.orders.carried_out()
        lane.orders.give(None)
        broken = [f"{one.name}: {one.sentence} {dict(one.ids)}: {how}" for one in lane.violations(newest=RECENT)]
        found.broken += broken
        for line in broken:
            self.say(line)
        return played, reached

    def close(self, played: Sequence[Played]) -> Found:
        """End the processes, let the time of the looks after the end come, and judge every Run by the servers' logs."""
        found = Found()
        self.lane.end()
        try:
            self.lane.look_after_threads()
        except Stuck as stuck:
            found.broken.append(f"{stuck}: lane {self.lane.name}")
        for one in played:
            # a process that dies, or stands still at a boundary, never posts beside another: only inside a call it may
            judge(self.lane, one, found, strict=True)
        judge_effects(self.lane, found, f"lane {self.lane.name}")
        found.broken += [f"{line}: lane {self.lane.name}" for line in self.lane.orders.wrong()]
        found.broken += [f"{one.name}: {one.sentence} {dict(one.ids)}" for one in self.lane.violations()]
        return found


@contextlib.contextmanager
def _thawed(lane: Lane) -> Iterator[None]:
    """Let who stands still go on once another has taken over what it held, or time is up."""
    over = threading.Event()

    def watch() -> None:
        lost = lane.journal.read(_leases_lost)
        frozen_since: float | None = None
        while not over.wait(0.02):
            if frozen_since is None:
                frozen_since = time.monotonic() if lane.frozen() else None
            elif lane.journal.read(_leases_lost) > lost or time.monotonic() - frozen_since > LONGEST_FREEZE:
                lane.thaw()
                return

    watching = threading.Thread(target=watch, name="thaw")
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()
        lane.thaw()


_LEASES_LOST = select(func.count()).where(EVENTS.c.event.like("%:lease_lost"))


def _leases_lost(tx: Transaction) -> int:
    return int(tx.value(_LEASES_LOST))


def _play(lane: Lane, reference: Reference, how: str) -> tuple[Played, str]:
    """Ask, take part, and wait until everything is said and done. Returns also what did not come about, or ""."""
    tag = f"q{next(_tags):05}z"
    lane.rehearsal.control("PUT", "/claude/settings", {"speed_ms": 0})
    lane.rehearsal.control("DELETE", "/claude/replies")
    # whoever is known already is not asked for, and that is a boundary too
    lane.journal.write(lambda tx: [tx.run(delete(table)) for table in (PEOPLE, BELONGING, CONVERSATIONS)])
    played = Played(reference, tag, reference.ask(lane, tag, ANN), how)
    try:
        reference.take_part(lane, tag, played.posted, ANN)
        lane.until(lambda: is_answered(lane, played) and lane.journal.read(is_quiet), "everything is said and done")
    except Stuck as stuck:
        return played, str(stuck)
    return played, ""


_UNSENT = select(func.count()).where(DELIVERIES.c.status.in_([State.PLANNED.value, State.SENDING.value]))
_UNENDED = select(func.count()).where(RUNS.c.ended_at.is_(None))


def is_quiet(tx: Transaction) -> bool:
    """Whether every Run has ended and every message is sent or given up."""
    return not tx.value(_UNENDED) and not tx.value(_UNSENT)
