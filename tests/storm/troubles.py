"""What strikes in a storm, each trouble a method: it does its damage and returns what ends it, if it lasts."""

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable

from kombu.exceptions import OperationalError as BrokerAway
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.exc import OperationalError

from agents.engine.poke import Queue
from agents.errors import JournalBusy
from agents.journal.deliveries import DELIVERIES
from agents.journal.runs import RUNS
from agents.journal.toolcalls import CALLS
from app.worker.broker import celery_app, task_name
from tests.given.counting_server import Moment
from tests.given.time import move
from tests.proofs.single_faults import cases
from tests.storm.forecast import Trouble
from tests.storm.ground import Ground
from tests.storm.lane import TOOLS, Lane
from tests.storm.processes import WORKER

Ending = Callable[[], object]

SLOW = "stall of 100 s"
"""The one single fault that storms leave out: it takes longer than they do. `make faults` meets it."""

FURTHER = tuple(
    (method, kind)
    for method in ("chat.postMessage", "chat.update", "conversations.replies", "chat.delete", "users.info")
    for kind in ("timeout_before", "timeout_after", "http_500", "ratelimited")
)
"""Faults of single calls beside those of `make faults`: silence, and what strikes a look-up or a deletion."""

STEPS = (-8.0, -3.0, -0.7, 0.7, 3.0, 8.0, 25.0)
"""Seconds by which the machines' clocks are off, from one moment to the next."""

KINDS = {
    "process killed": 9, "worker frozen": 4, "app frozen": 1,
    "poke for a row of any age": 3, "pokes doubled and shuffled": 3, "pokes held back": 2,
    "event once more": 4, "acknowledgement lost": 3, "socket cut": 1,
    "broker flushed": 1, "broker killed": 1, "broker frozen": 1,
    "database cut": 1, "database crashed": 1, "database frozen": 1,
    "Slack fault": 9, "Claude fault": 5, "tool fault": 4, "clock set": 2,
}  # fmt: skip
"""Every trouble, and how often it comes beside the others. A locked file is what SQLite knows of the databases'."""

SINGLE = ("broker", "database")

DISCONNECTIONS = ("warning", "refresh_requested", "link_disabled", "drop")


class Weather:
    """The troubles of one storm. One thread calls it; `struck` counts what really happened."""

    def __init__(self, lane: Lane, ground: Ground, lease: float) -> None:
        self.struck: Counter[str] = Counter()
        self._lane = lane
        self._ground = ground
        self._lease = lease
        self._journal_away = False
        self._furthest = 0.0
        self._celery = celery_app(ground.broker.url)
        self._redis = Redis(
            unix_socket_path=str(ground.broker.folder / "valkey.sock"), socket_timeout=0.5, socket_connect_timeout=0.5
        )
        faults = [case for case in cases() if not case.name.startswith("none") and SLOW not in case.name]
        self._slack = [case.arrange for case in faults if case.name.startswith("Slack")]
        self._slack += [_further(method, kind) for method, kind in FURTHER]
        self._claude = [case.arrange for case in faults if case.name.startswith("Claude")]
        self._claude.append(lambda rehearsal: rehearsal.control("POST", "/claude/faults", _STALL))

    def strike(self, trouble: Trouble) -> tuple[float, Ending] | None:
        """Do it. Returns how many seconds it lasts, and what ends it; None where it does not last, or found nobody."""
        if trouble.kind.startswith("database") and self._ground.postgres is None:
            return self._file_locked(trouble)
        named: Callable[[Trouble], tuple[float, Ending] | None] = getattr(self, "_" + trouble.kind.replace(" ", "_"))
        try:
            return named(trouble)
        except (ProcessLookupError, JournalBusy, BrokerAway, RedisError, OperationalError, OSError):
            # it struck what another trouble had struck already
            return None

    def clear(self) -> None:
        """Repair what is left when every trouble was ended."""
        self._lane.thaw()
        self._ground.have_broker()
        for fault in self._lane.rehearsal.control("GET", "/faults")["faults"]:
            if fault["method"] != "ack":
                self.struck["Slack fault"] += fault["took"]
        for fault in self._lane.rehearsal.control("GET", "/claude/faults")["faults"]:
            self.struck["Claude fault"] += fault["met"]
        self._lane.rehearsal.clear_faults()
        self._lane.rehearsal.control("DELETE", "/claude/faults")
        # set back once more, what was due would have to wait for as long, and so would the storm
        move(self._lane.journal.database.clock, self._furthest)

    def close(self) -> None:
        """Close the connections."""
        self._celery.close()
        self._redis.close()

    def _process_killed(self, trouble: Trouble) -> None:
        os.kill(self._lane.pid_of(trouble.of(self._lane.roles())), signal.SIGKILL)
        self.struck[trouble.kind] += 1

    def _worker_frozen(self, trouble: Trouble) -> tuple[float, Ending]:
        return self._frozen(trouble, [role for role in self._lane.roles() if role.startswith(WORKER)])

    def _app_frozen(self, trouble: Trouble) -> tuple[float, Ending]:
        return self._frozen(trouble, [role for role in self._lane.roles() if not role.startswith(WORKER)])

    def _frozen(self, trouble: Trouble, roles: list[str]) -> tuple[float, Ending]:
        pid = self._lane.pid_of(trouble.of(roles))
        os.kill(pid, signal.SIGSTOP)
        self.struck[trouble.kind] += 1
        return self._lease + trouble.seconds / 2, lambda: _going_on([pid])

    def _poke_for_a_row_of_any_age(self, trouble: Trouble) -> None:
        if self._journal_away:
            # to wait for it here would be to wait for ourselves
            return
        table = trouble.of((RUNS, CALLS, DELIVERIES))
        ids = self._lane.journal.read(lambda tx: [str(row["id"]) for row in tx.rows(select(table.c.id))])
        drawn = random.Random(trouble.pick)
        for _ in range(4):
            queue = drawn.choice(list(Queue))
            hint = drawn.choice([*ids, "", "no-such-row"])
            self._celery.send_task(task_name(queue), args=[hint], queue=queue.value)
        self.struck[trouble.kind] += 1

    def _pokes_doubled_and_shuffled(self, trouble: Trouble) -> None:
        drawn = random.Random(trouble.pick)
        for queue in Queue:
            taken = [*self._taken(queue)] * 2
            drawn.shuffle(taken)
            self._put(queue, taken)
        self.struck[trouble.kind] += 1

    def _pokes_held_back(self, trouble: Trouble) -> tuple[float, Ending]:
        taken = {queue: self._taken(queue) for queue in Queue}
        self.struck[trouble.kind] += 1

        def put() -> None:
            for queue, pokes in taken.items():
                self._put(queue, pokes)

        return trouble.seconds, put

    def _taken(self, queue: Queue) -> list[bytes]:
        with self._redis.pipeline() as together:
            together.lrange(_key(queue), 0, -1)
            together.delete(_key(queue))
            found, _ = together.execute()
        return list(found)

    def _put(self, queue: Queue, pokes: list[bytes]) -> None:
        if pokes:
            with contextlib.suppress(RedisError):
                self._redis.rpush(_key(queue), *pokes)

    def _event_once_more(self, trouble: Trouble) -> None:
        events = self._lane.rehearsal.events()
        if events:
            self._lane.rehearsal.redeliver(trouble.of(events)["id"])
            self.struck[trouble.kind] += 1

    def _acknowledgement_lost(self, trouble: Trouble) -> None:
        self._lane.rehearsal.fault("ack_lost", "ack")
        self.struck[trouble.kind] += 1

    def _socket_cut(self, trouble: Trouble) -> None:
        self._lane.rehearsal.disconnect(trouble.of(DISCONNECTIONS))
        self.struck[trouble.kind] += 1

    def _broker_flushed(self, trouble: Trouble) -> None:
        self._redis.flushall()
        self.struck[trouble.kind] += 1

    def _broker_killed(self, trouble: Trouble) -> tuple[float, Ending]:
        broker = self._ground.broker
        broker.process.kill()
        broker.process.wait()
        self.struck[trouble.kind] += 1
        return trouble.seconds, self._ground.have_broker

    def _broker_frozen(self, trouble: Trouble) -> tuple[float, Ending]:
        pid = self._ground.broker.process.pid
        os.kill(pid, signal.SIGSTOP)
        self.struck[trouble.kind] += 1
        return trouble.seconds, lambda: _going_on([pid])

    def _database_cut(self, trouble: Trouble) -> None:
        if self._journal_away:
            # on a busy machine what was to end before this begins may not have ended
            return
        engine = create_engine(
            self._lane.servers.database_url, isolation_level="AUTOCOMMIT", poolclass=NullPool, pool_pre_ping=True
        )
        with engine.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        self.struck[trouble.kind] += 1

    def _database_crashed(self, trouble: Trouble) -> tuple[float, Ending]:
        postgres = self._ground.postgres
        assert postgres is not None
        postgres.halt()
        self._journal_away = True
        self.struck[trouble.kind] += 1

        def begin() -> None:
            postgres.start()
            self._journal_away = False

        return trouble.seconds / 2, begin

    def _database_frozen(self, trouble: Trouble) -> tuple[float, Ending]:
        assert self._ground.postgres is not None
        pids = self._ground.postgres.pids()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        self._journal_away = True
        self.struck[trouble.kind] += 1

        def go_on() -> None:
            _going_on(pids[::-1])
            self._journal_away = False

        return trouble.seconds, go_on

    def _file_locked(self, trouble: Trouble) -> tuple[float, Ending] | None:
        path = self._lane.servers.database_url.removeprefix("sqlite:///")
        holder = sqlite3.connect(path, isolation_level=None, timeout=1.0)
        try:
            holder.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            holder.close()
            return None
        self.struck["file locked"] += 1
        return trouble.seconds, holder.close

    def _Slack_fault(self, trouble: Trouble) -> None:  # noqa: N802 - named as people read it
        trouble.of(self._slack)(self._lane.rehearsal)

    def _Claude_fault(self, trouble: Trouble) -> None:  # noqa: N802
        trouble.of(self._claude)(self._lane.rehearsal)

    def _tool_fault(self, trouble: Trouble) -> None:
        counting, tool = self._lane.servers.counting, trouble.of(TOOLS)
        how = trouble.pick // len(TOOLS) % 3
        if how == 2:
            counting.refuse(tool, trouble.of((429, 500, 503)))
        else:
            counting.drop(tool, (Moment.BEFORE, Moment.AFTER)[how])
        self.struck[trouble.kind] += 1

    def _clock_set(self, trouble: Trouble) -> None:
        seconds = trouble.of(STEPS)
        self._furthest = max(self._furthest, seconds)
        move(self._lane.journal.database.clock, seconds)
        self.struck[trouble.kind] += 1


_STALL = {"kind": "stall", "after": 2, "seconds": 4}


def _further(method: str, kind: str) -> Callable[..., object]:
    more = {} if kind == "http_500" else {"seconds": 2}
    return lambda rehearsal: rehearsal.fault(kind, method, **more)


def _key(queue: Queue) -> str:
    return f"tagwork:{queue.value}"


def _going_on(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def pass_time(until: float) -> None:
    """Return at that monotonic moment: how long a trouble lasts is the case itself, there is nothing to wait for."""
    time.sleep(max(0.0, until - time.monotonic()))
