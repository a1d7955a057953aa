"""Slow proof: broker and database go away, hang, are flushed, restarted, locked, under a whole `tagwork serve`.

    python -m tests.proofs.outages [--only WORDS]

Each time six people ask: two before the outage, whose answers are being made, two during it, and two just after it. A
line an outage: how many of their events Slack had to deliver again, the seconds from the return to the last answer, and
what was lost or doubled, by Rehearsal's log. It is overcome where every mention has its one answer within the goal.
"""

import argparse
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from sqlalchemy import create_engine, text

from app.valkey import Valkey, start_valkey
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import Posted, RehearsalProcess
from tests.given.servers import Postgres, start_postgres
from tests.given.tagwork import TagworkProcesses, answers_in
from tests.given.waiting import until

AWAY = 8.0
"""Seconds that an outage lasts where it lasts."""

PATIENCE = 90.0
"""Seconds until a mention counts as lost."""

RETRIES = (0.0, 6.0, 20.0)
"""Seconds before Slack's three further deliveries of an event: at once, then a minute and five minutes, shortened."""


@dataclass
class Servers:
    """What Tagwork stands on here. `broker` is the one that runs."""

    postgres: Postgres
    broker: Valkey
    database_url: str
    sqlite: Path


@dataclass(frozen=True)
class Outage:
    """One outage. `within`: seconds after its end in which the last answer must come; `on_sqlite`: of that journal."""

    name: str
    happens: Callable[[Servers], Iterator[None]]
    within: float = 10.0
    on_sqlite: bool = False


def main() -> int:
    """Try every outage, and return 0 where each was overcome."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="outages whose name contains these words")
    wanted = asked.parse_args()
    chosen = [one for one in OUTAGES if wanted.only in one.name]
    postgres, broker = start_postgres(), start_valkey()
    good = 0
    try:
        with tempfile.TemporaryDirectory() as folder, RehearsalProcess.start() as rehearsal:
            home = Path(folder)
            rehearsal.limits(1_000)
            rehearsal.delivery(retry_after=RETRIES)
            servers = Servers(postgres, broker, postgres.url, home / "sqlite" / "journal.db")
            for on_sqlite in (False, True):
                these = [one for one in chosen if one.on_sqlite is on_sqlite]
                if these:
                    good += _all(these, rehearsal, servers, home / ("sqlite" if on_sqlite else "postgresql"))
            broker = servers.broker
    finally:
        postgres.stop()
        broker.process.kill()
        broker.process.wait()
    print(f"{good} of {len(chosen)} overcome")
    return 0 if good == len(chosen) else 1


def _all(these: list[Outage], rehearsal: RehearsalProcess, servers: Servers, home: Path) -> int:
    url = f"sqlite:///{servers.sqlite}" if these[0].on_sqlite else servers.database_url
    home.mkdir(parents=True)
    served = TagworkProcesses(
        rehearsal, home, database_url=url, broker_url=servers.broker.url, settings={"ENGINE__WORKERS": "2"}
    )
    try:
        served.start()
        rehearsal.wait_for("connections", at_least=1, timeout_seconds=60)
        served.wait_for_workers(2)
        good = sum(_overcome(one, rehearsal, served, servers) for one in these)
        assert_invariants(served.journal)
        return good
    except BaseException:
        print(served.log())
        raise
    finally:
        served.stop()


def _overcome(outage: Outage, rehearsal: RehearsalProcess, served: TagworkProcesses, servers: Servers) -> bool:
    rehearsal.control("DELETE", "/claude/faults")
    rehearsal.control("DELETE", "/claude/replies")
    # a Turn that is lost is made again
    rehearsal.control("POST", "/claude/replies", {"content": "Here it is.", "stop_reason": "end_turn", "times": 30})
    rehearsal.control("POST", "/claude/faults", {"kind": "slow", "seconds": 2, "count": 2})
    said = len(served.log())
    posted = [_asks(rehearsal, number) for number in (1, 2)]
    rehearsal.wait_for("events_settled")
    with contextmanager(outage.happens)(servers):
        posted += [_asks(rehearsal, number) for number in (3, 4)]
    back = time.monotonic()
    posted += [_asks(rehearsal, number) for number in (5, 6)]
    try:
        until(lambda: all(answers_in(rehearsal, one) for one in posted), outage.name, PATIENCE)
    except AssertionError:
        found = "LOST"
    else:
        seconds = time.monotonic() - back
        found = "once each" if seconds <= outage.within else f"NOT within {outage.within:.0f} s"
    seconds = time.monotonic() - back
    rehearsal.wait_for("events_settled", timeout_seconds=40)
    counts = [len(answers_in(rehearsal, one)) for one in posted]
    if any(many > 1 for many in counts):
        found = "DOUBLED"
    if not all(part.process.poll() is None for part in served.parts):
        found = "ENDED: Tagwork itself"
    again = sum(_came_again(rehearsal, one) for one in posted)
    tracebacks = served.log()[said:].count("Traceback")
    print(
        f"{outage.name:<44} {again} of 6 delivered again  {seconds:5.1f} s  tracebacks {tracebacks}  {found} {counts}",
        flush=True,
    )
    return found == "once each"


def _asks(rehearsal: RehearsalProcess, number: int) -> Posted:
    return rehearsal.post("ann", "sales", f"@tagwork question {number}")


def _came_again(rehearsal: RehearsalProcess, posted: Posted) -> bool:
    ids = {event_id for _, event_id in posted.events}
    return any(len(one["attempts"]) > 1 for one in rehearsal.events() if one["id"] in ids)


def _passes(seconds: float = AWAY) -> None:
    # how long the outage lasts is the case itself: there is no condition to wait for
    time.sleep(seconds)


def _broker_away(servers: Servers, seconds: float = AWAY) -> Iterator[None]:
    servers.broker.process.kill()
    servers.broker.process.wait()
    yield
    _passes(seconds)
    servers.broker = start_valkey(servers.broker.folder)


def _broker_away_long(servers: Servers) -> Iterator[None]:
    return _broker_away(servers, 4 * AWAY)


def _broker_restarted(servers: Servers) -> Iterator[None]:
    return _broker_away(servers, 0)


def _broker_hangs(servers: Servers) -> Iterator[None]:
    os.kill(servers.broker.process.pid, signal.SIGSTOP)
    yield
    _passes()
    os.kill(servers.broker.process.pid, signal.SIGCONT)


def _broker_flushed(servers: Servers) -> Iterator[None]:
    client = Redis(unix_socket_path=str(servers.broker.folder / "valkey.sock"))
    client.flushall()
    yield
    client.flushall()
    client.close()


def _database_restarted(servers: Servers) -> Iterator[None]:
    servers.postgres.halt()
    yield
    servers.postgres.start()


def _database_away(servers: Servers) -> Iterator[None]:
    servers.postgres.halt()
    yield
    _passes()
    servers.postgres.start()


def _database_frozen(servers: Servers) -> Iterator[None]:
    frozen = servers.postgres.pids()
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    yield
    _passes()
    for pid in reversed(frozen):
        os.kill(pid, signal.SIGCONT)


def _connections_killed(servers: Servers) -> Iterator[None]:
    engine = create_engine(servers.database_url, isolation_level="AUTOCOMMIT")
    kill = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with engine.connect() as connection:
        connection.execute(kill)
        yield
        for _ in range(8):
            connection.execute(kill)
            _passes(0.25)
    engine.dispose()


def _file_locked(servers: Servers) -> Iterator[None]:
    holder = sqlite3.connect(servers.sqlite, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    _passes()
    holder.execute("ROLLBACK")
    holder.close()


# Slack's second delivery again comes up to six seconds after the return
REDELIVERED = 20.0

OUTAGES = [
    Outage("broker killed and started at once", _broker_restarted),
    Outage("broker refuses for 8 s", _broker_away),
    Outage("broker refuses for 32 s", _broker_away_long),
    Outage("broker hangs for 8 s", _broker_hangs),
    Outage("broker flushed twice", _broker_flushed),
    Outage("PostgreSQL's connections killed for 2 s", _connections_killed, REDELIVERED),
    Outage("PostgreSQL crashed and started at once", _database_restarted, REDELIVERED),
    Outage("PostgreSQL away for 8 s", _database_away, REDELIVERED),
    Outage("PostgreSQL frozen for 8 s", _database_frozen, REDELIVERED),
    Outage("SQLite locked by another process for 8 s", _file_locked, REDELIVERED, on_sqlite=True),
]


if __name__ == "__main__":
    sys.exit(main())
