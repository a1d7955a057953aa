"""Storms by seed: mentions come in, troubles strike, everything is repaired, and all is judged when it has calmed."""

import heapq
import itertools
import shutil
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from pathlib import Path

from agents.errors import JournalBusy
from tests.given.counting_server import counting_server
from tests.storm.crash_points import is_quiet
from tests.storm.forecast import RUNS, Ask, Forecast, forecast
from tests.storm.ground import Ground, ground
from tests.storm.judging import Found, Played, is_answered, judge, judge_effects
from tests.storm.lane import Lane, Stuck, lane
from tests.storm.toll import Toll, failed, mismatched, toll_of
from tests.storm.troubles import KINDS, SINGLE, Ending, Weather, pass_time

APPS, WORKERS = 2, 3

CALM = 90.0
"""Seconds from the repair until everything must be said and done."""

DATABASES = ("sqlite", "postgresql")


@dataclass(slots=True)
class Result:
    """What came of storms. `bad`: the commands that play again those where something was wrong."""

    found: Found = field(default_factory=Found)
    toll: Toll = field(default_factory=Toll)
    bad: list[str] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        """Count another's as well."""
        self.found.add(other.found)
        self.toll.add(other.toll)
        self.bad += other.bad


def storms_of(runs: int, first: int) -> list[int]:
    """Return the seeds of as many storms as make that many Runs."""
    return [*range(first, first - (-runs // RUNS))]


def storm(
    seeds: Sequence[int], folder: Path, tools: Path, context: ForkServerContext, databases: Sequence[str]
) -> Result:
    """Play every seed, those of each database one after the other and both databases at once.

    With both, odd seeds are PostgreSQL's. Logs and journals of a bad one stay in `folder`.
    """
    with ThreadPoolExecutor(len(databases)) as pool:
        begun = [
            pool.submit(_on_one, database, _of(seeds, database, databases), folder, tools, context)
            for database in databases
        ]
        result = Result()
        for done in begun:
            result.add(done.result())
    return result


def _of(seeds: Sequence[int], database: str, databases: Sequence[str]) -> list[int]:
    return [seed for seed in seeds if len(databases) == 1 or DATABASES[seed % 2] == database]


def _on_one(database: str, seeds: Sequence[int], folder: Path, tools: Path, context: ForkServerContext) -> Result:
    result = Result()
    if seeds:
        with ground(folder / database, tools, context, on_postgres=database == "postgresql") as servers:
            for seed in seeds:
                began = time.monotonic()
                one = _played(seed, servers)
                result.add(one)
                said = "bad" if one.bad else "good"
                print(f"seed {seed} on {database}: {said}, {time.monotonic() - began:.0f} s", flush=True)
                for line in _wrong(one.found):
                    print(f"  {line}", flush=True)
    return result


def _played(seed: int, servers: Ground) -> Result:
    """Play one storm. One that breaks off by a fault of its own is told as any other that went wrong."""
    try:
        return play(forecast(seed, KINDS, SINGLE), servers)
    except Exception as fault:
        traceback.print_exc()
        broken = Result()
        how = f"python -m tests.storm --seed {seed} --database {servers.database}"
        broken.found.broken.append(f"the storm itself broke off, {type(fault).__name__}: {fault}: {how}")
        broken.bad.append(how)
        return broken


def _wrong(found: Found) -> Iterator[str]:
    for title in ("lost", "doubled", "repeated", "broken"):
        for line in getattr(found, title):
            yield f"{title}: {line}"


def play(told: Forecast, servers: Ground) -> Result:
    """Play one storm on servers made as new, and judge it."""
    name = f"seed_{told.seed}"
    home = servers.folder / name
    home.mkdir()
    result = Result()
    how = f"python -m tests.storm --seed {told.seed} --database {servers.database}"
    with counting_server() as counting:
        with lane(name, home, servers.servers(name, home, counting), servers.context, told.lease) as one:
            one.longest_pause = 0.4
            one.begin(apps=APPS, workers=WORKERS)
            _Storm(one, servers, told, how, result).play()
        if result.found.good:
            servers.forget(name)
            shutil.rmtree(home, ignore_errors=True)
        else:
            servers.keep(name, home)
            result.bad.append(f"{how}   # {home}")
    return result


class _Storm:
    def __init__(self, one: Lane, servers: Ground, told: Forecast, how: str, result: Result) -> None:
        self.lane, self.told, self.how, self.result = one, told, how, result
        self.weather = Weather(one, servers, told.lease)
        self.played: list[Played] = []
        self.over = threading.Event()

    def play(self) -> None:
        """Let it come, repair, wait until all is calm, and judge."""
        began = time.monotonic()
        keeper = threading.Thread(target=self._keep, name="keeper")
        with ThreadPoolExecutor(RUNS + 1) as people:
            keeper.start()
            weather = people.submit(self._weather, began)
            taking_part = [self._ask(number, ask, began, people) for number, ask in enumerate(self.told.asks)]
            weather.result()
            self.weather.clear()
            for one in taking_part:
                one.result()
        self._calm_down()
        self.over.set()
        keeper.join()
        self.weather.close()
        self._judge()

    def _keep(self) -> None:
        while not self.over.is_set():
            self.lane.look_after_processes()
            self.over.wait(0.1)

    def _weather(self, began: float) -> None:
        numbers = itertools.count()
        coming: list[tuple[float, int, Callable[[], tuple[float, Ending] | None]]] = []
        for trouble in self.told.troubles:
            coming.append((began + trouble.at, next(numbers), lambda trouble=trouble: self.weather.strike(trouble)))  # type: ignore[misc]
        heapq.heapify(coming)
        lasting: list[Ending] = []
        try:
            while coming:
                at, _, happen = heapq.heappop(coming)
                pass_time(at)
                lasts = happen()
                if lasts is not None:
                    seconds, ending = lasts
                    lasting.append(ending)
                    heapq.heappush(coming, (time.monotonic() + seconds, next(numbers), _only(ending, lasting)))
        finally:
            # whatever happened here, what stands still goes on for the storms to come
            for ending in lasting:
                ending()

    def _ask(self, number: int, ask: Ask, began: float, people: ThreadPoolExecutor) -> "Future[None]":
        pass_time(began + ask.at)
        tag = f"q{self.told.seed % 1000:03}{number:02}z"
        played = Played(ask.reference, tag, ask.reference.ask(self.lane, tag, ask.asker), self.how)
        self.played.append(played)
        return people.submit(self._take_part, played, ask)

    def _take_part(self, played: Played, ask: Ask) -> None:
        try:
            ask.reference.take_part(self.lane, played.tag, played.posted, ask.asker)
        except Stuck as stuck:
            self.result.found.broken.append(f"{stuck}, {ask.reference.name} {played.tag}: {self.how}")

    def _calm_down(self) -> None:
        try:
            self.lane.until(self._is_calm, "everything is said and done", CALM)
        except Stuck as stuck:
            self.result.found.broken.append(f"{stuck}: {self.how}")

    def _is_calm(self) -> bool:
        try:
            quiet, failures = self.lane.journal.read(lambda tx: (is_quiet(tx), failed(tx)))
        except JournalBusy:
            return False
        return quiet and all(one.posted.ts in failures or is_answered(self.lane, one) for one in self.played)

    def _judge(self) -> None:
        found = self.result.found
        toll = toll_of(self.lane, self.played)
        self.lane.end()
        try:
            self.lane.look_after_threads()
        except Stuck as stuck:
            found.broken.append(f"{stuck}: {self.how}")
        failures = self.lane.journal.read(failed)
        for one in self.played:
            if one.posted.ts in failures:
                found.runs += 1
            else:
                judge(self.lane, one, found, strict=False)
        judge_effects(self.lane, found, self.how)
        for kind, what, which in mismatched(self.lane, self.played):
            getattr(found, kind).append(f"{what}, {which.reference.name} {which.tag}: {self.how}")
        found.broken += [f"{line}: {self.how}" for line in self.lane.orders.wrong()]
        found.broken += [f"{one.name}: {one.sentence} {dict(one.ids)}: {self.how}" for one in self.lane.violations()]
        toll.struck = self.weather.struck
        self.result.toll.add(toll)


def _only(ending: Ending, lasting: list[Ending]) -> Callable[[], None]:
    def end() -> None:
        lasting.remove(ending)
        ending()

    return end
