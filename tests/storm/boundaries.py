"""The storm's first part: every boundary of every reference Run, on several lanes at once."""

import argparse
import contextlib
import itertools
import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.context import ForkServerContext
from pathlib import Path

from sqlalchemy import create_engine, text

from app.valkey import Valkey
from tests.given.counting_server import counting_server
from tests.given.rehearsal import RehearsalProcess
from tests.given.servers import Postgres, start_broker, start_postgres
from tests.storm.crash_points import STARTING, CrashPoint, Storm, boundaries_of, boundaries_of_start
from tests.storm.crossing import Boundary, Deed
from tests.storm.judging import Found
from tests.storm.lane import TOOLS, Lane, Servers, lane
from tests.storm.processes import nursery
from tests.storm.references import HANGING, REFERENCES

POSTGRESQL, SQLITE = "postgresql", "sqlite"
RETRIES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds after which Rehearsal sends again what was not acknowledged; Slack's own 0, 60 and 300 show no more."""


def boundaries(wanted: argparse.Namespace, folder: Path) -> tuple[Found, int, int]:
    """Make each boundary deadly once, as `wanted` says. Returns what was found, the boundaries and the kills."""
    databases = [POSTGRESQL, SQLITE] if wanted.database in {"alternate", "both"} else [wanted.database]
    many = 1 if wanted.boundary else wanted.lanes
    with contextlib.ExitStack() as stack:
        lanes = {one: [*_lanes(stack, folder, one, many)] for one in databases}
        for tool in TOOLS:
            for one in itertools.chain(*lanes.values()):
                one.servers.counting.slow(tool, wanted.slow)
        points = _points(lanes, wanted.only, wanted.boundary)
        deed = Deed.FREEZE if wanted.freeze else Deed.KILL
        found, kills, missed = _storm(lanes, _shared_out(points, databases, both=wanted.database == "both"), deed)
    if missed:
        print(f"{missed} boundaries were not come by again", flush=True)
    return found, len(points), kills


def _points(lanes: dict[str, list[Lane]], only: str, boundary: str) -> list[CrashPoint]:
    """Play each reference Run once undisturbed, and print how many boundaries it came by."""
    recording = next(iter(lanes.values()))[0]
    points: list[CrashPoint] = []
    for reference in (*REFERENCES, STARTING, HANGING):
        if only not in reference.name or (reference is HANGING and not boundary):
            continue
        if boundary:
            points.append(CrashPoint(reference, Boundary.parse(boundary)))
            break
        of = boundaries_of_start(recording) if reference is STARTING else boundaries_of(recording, reference)
        print(f"{reference.name}: {len(of)} boundaries", flush=True)
        points += of
    return points


def _shared_out(
    points: Sequence[CrashPoint], databases: Sequence[str], *, both: bool
) -> dict[str, "queue.SimpleQueue[CrashPoint]"]:
    queues: dict[str, queue.SimpleQueue[CrashPoint]] = {database: queue.SimpleQueue() for database in databases}
    for number, point in enumerate(points):
        for at, database in enumerate(databases):
            if both or number % len(databases) == at:
                queues[database].put(point)
    return queues


def _storm(
    lanes: dict[str, list[Lane]], points: dict[str, "queue.SimpleQueue[CrashPoint]"], deed: Deed
) -> tuple[Found, int, int]:
    found, kills, missed = Found(), 0, 0
    with ThreadPoolExecutor(sum(len(of) for of in lanes.values())) as pool:
        begun = [
            pool.submit(Storm(one, database, deed).run, points[database])
            for database, of in lanes.items()
            for one in of
        ]
        for done in begun:
            its_found, its_kills, its_missed = done.result()
            found.add(its_found)
            kills, missed = kills + its_kills, missed + its_missed
    return found, kills, missed


def _lanes(stack: contextlib.ExitStack, folder: Path, database: str, many: int) -> Iterator[Lane]:
    tools = folder / "tools"
    postgres = start_postgres() if database == POSTGRESQL else None
    if postgres is not None:
        stack.callback(postgres.stop)
    context = nursery()
    for number in range(1, many + 1):
        yield stack.enter_context(_lane(stack, folder, f"{database}-{number}", tools, postgres, context))


def _lane(
    stack: contextlib.ExitStack,
    folder: Path,
    name: str,
    tools: Path,
    postgres: Postgres | None,
    context: ForkServerContext,
) -> contextlib.AbstractContextManager[Lane]:
    home = folder / name
    rehearsal = stack.enter_context(RehearsalProcess.start(clock_file=folder / f"{name}-clock"))
    rehearsal.limits(1_000)
    rehearsal.delivery(ack_seconds=2.0, retry_after=RETRIES)
    broker = start_broker()
    stack.callback(_end, broker)
    counting = stack.enter_context(counting_server())
    url = f"sqlite:///{home / 'journal.db'}" if postgres is None else _new_database(postgres, name)
    return _begun(lane(name, home, Servers(rehearsal, broker, counting, url, tools), context))


@contextlib.contextmanager
def _begun(opened: contextlib.AbstractContextManager[Lane]) -> Iterator[Lane]:
    with opened as one:
        one.begin()
        yield one


def _new_database(postgres: Postgres, name: str) -> str:
    database = name.replace("-", "_")
    server = create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {database}"))
    server.dispose()
    return postgres.url_of(database)


def _end(broker: Valkey) -> None:
    broker.process.terminate()
    broker.process.wait()
