"""Judges mutants of functions: our tests are imported once, and a forked process gives one function another code.

A process is forked for each mutant, so that none leaves anything behind. It runs the tests that call the function, the
fastest first and before them those that killed its neighbours, until one fails.
"""

import gc
import os
import resource
import sys
import threading
import time
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.making import Function, Mutant, function_at, functions_of
from tests.mutation.subjects import REPOSITORY

EXAMPLES = 25
"""On which a property is tried first; what survives them is tried once more on MORE_EXAMPLES."""

MORE_EXAMPLES = 200
FIRST = 12
"""Tests that killed neighbours and so come first."""

SURVIVED, KILLED, ELSEWHERE, LOOPED = 0, 1, 3, 4
"""What a forked process ends with. ELSEWHERE: the function cannot be given another code while it lives."""

BY_TEST, MOST_TESTS = 10, 200
"""What is added to the number of the test that killed it, where that fits into what a process may end with."""

WORDS = (
    *("-q", "-s", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", "--timeout", "0"),
    # plugins are imported before pytest is asked to
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
"""How pytest is called."""

MOST_BYTES = 1_500_000_000
"""More than the process had at its start: what appends without end fails soon."""


def few_examples() -> None:
    """Have every property be tried on the same few values, and none be made smaller."""
    settings.register_profile(
        "mutation",
        deadline=None,
        derandomize=True,
        database=None,
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")


def fewer_examples(items: Iterable[pytest.Item]) -> None:
    """Have also those properties be tried on few values that ask for more."""
    for one in items:
        asked = _asked(one)
        if asked is not None:
            _try_on(one, min(asked.max_examples, EXAMPLES))


def _asked(item: pytest.Item) -> settings | None:
    """What a property asks for; None: the test is none."""
    found = getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)
    return found if isinstance(found, settings) else None


def _try_on(item: pytest.Item, examples: int) -> None:
    if isinstance(item, pytest.Function):
        function = getattr(item.obj, "__func__", item.obj)
        function._hypothesis_internal_use_settings = settings(max_examples=examples)


def forked(work: Callable[[], int], cpu_seconds: float) -> int:
    """Return with what a piece of work ended in a process of its own; LOOPED: it took more time than any test may.

    It is the time that the process itself computed, so that a busy machine kills no mutant; what only sleeps is given
    ten times as long.
    """
    pid = os.fork()
    if pid == 0:
        code = KILLED
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            for one in (0, 1, 2):
                os.dup2(nothing, one)
            seconds = int(cpu_seconds) + 2
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
            if pages:
                most = pages * resource.getpagesize() + MOST_BYTES
                resource.setrlimit(resource.RLIMIT_AS, (most, most))
            code = work()
        finally:
            os._exit(code)
    until = time.monotonic() + 10 * (cpu_seconds + 2)
    while time.monotonic() < until:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else LOOPED
        time.sleep(0.002)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return LOOPED


@dataclass
class Test:
    """One test, how long it takes, and which functions it calls, each as file and name."""

    item: pytest.Item
    seconds: float = 0.0
    calls: set[tuple[str, str]] = field(default_factory=set)


@dataclass
class Frugal:
    """Has a session of pytest start no servers and try few examples. `engines`: tests with an engine stay."""

    engines: bool

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """No servers: a process that only helps to run tests starts none."""
        config.workerinput = {}  # type: ignore[attr-defined]
        few_examples()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what needs a server, and where no engine is wanted what needs one."""
        items[:] = [one for one in items if not needs_server(one) and (self.engines or not needs_engine(one))]
        fewer_examples(items)
        for one in items:
            # nobody reads it, and to look for the source of each line takes longer than most tests
            one.repr_failure = lambda *_, **__: ""  # type: ignore[method-assign]


@dataclass
class Warm(Frugal):
    """Judges mutants in the place of pytest's running of its tests.

    Attributes:
        survived: what no test noticed. later: what this process cannot judge.
        tests_of: names of the tests that call a function, by file and name. broken: those that fail without a mutant.
        killers: by file, the tests that killed mutants, the last first.
    """

    mutants: Sequence[Mutant]
    say: Callable[[str], None]
    survived: list[Mutant] = field(default_factory=list)
    later: list[Mutant] = field(default_factory=list)
    tests_of: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    killers: dict[str, list[Test]] = field(default_factory=lambda: defaultdict(list))
    broken: list[str] = field(default_factory=list)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Look which test calls what, then judge."""
        files = {str(REPOSITORY / one.file): one.file for one in self.mutants}
        live = _functions_in(files)
        tests = [Test(one) for one in session.items]
        self._look(tests, {path: functions_of(Path(path).read_text(encoding="utf-8")) for path in files})
        calling: dict[tuple[str, str], list[Test]] = defaultdict(list)
        for test in sorted(tests, key=lambda one: one.seconds):
            for path, name in test.calls:
                calling[files[path], name].append(test)
                self.tests_of[files[path], name].append(test.item.nodeid)
        if not self.broken:
            for at, mutant in enumerate(self.mutants):
                if at % 100 == 0:
                    self.say(f"  {at} of {len(self.mutants)} looked at ({mutant.file})")
                those = live[str(REPOSITORY / mutant.file), mutant.function] if mutant.function else []
                self._judge(mutant, those, calling[mutant.file, mutant.function])
        return True

    def _judge(self, mutant: Mutant, those: Sequence[types.FunctionType], calling: Sequence[Test]) -> None:
        tests = self._ordered(mutant, calling)
        took = 3 * sum(one.seconds for one in calling)
        # a function that no test calls may have been called while its module was imported: so it is imported anew
        code = self._judged(mutant, those, tests, took) if those and tests else ELSEWHERE
        if code == LOOPED:
            code = self._judged(mutant, those, tests, took)
        if code == SURVIVED:
            tests = [one for one in tests if _asked(one.item) is not None]
            code = self._judged(mutant, those, tests, took * MORE_EXAMPLES / EXAMPLES, MORE_EXAMPLES)
        if code == SURVIVED:
            self.survived.append(mutant)
            self.say(f"survives: {mutant.file}:{mutant.line} {mutant.function}\n- {mutant.old}\n+ {mutant.new}")
        elif code == ELSEWHERE:
            self.later.append(mutant)
        elif code >= BY_TEST:
            killer = tests[code - BY_TEST]
            of_file = self.killers[mutant.file]
            of_file[:] = [killer, *(one for one in of_file if one is not killer)]

    def _ordered(self, mutant: Mutant, calling: Sequence[Test]) -> list[Test]:
        """Return the tests that call a function: what killed neighbours, then its module's own, then the fastest."""
        known = {id(one) for one in calling}
        first = [one for one in self.killers[mutant.file] if id(one) in known][:FIRST]
        own = [one for one in calling if f"/test_{Path(mutant.file).stem}.py::" in one.item.nodeid]
        return list({id(one): one for one in (*first, *own, *calling)}.values())

    def _judged(
        self,
        mutant: Mutant,
        those: Iterable[types.FunctionType],
        tests: Sequence[Test],
        took: float,
        examples: int = 0,
    ) -> int:
        """Return how a mutant fares by these tests, in their order. `examples`: for each property; 0: as they ask."""

        def work() -> int:
            for test in tests if examples else ():
                _try_on(test.item, examples)
            path = str(REPOSITORY / mutant.file)
            code = _code_of(compile(mutant.source, path, "exec", dont_inherit=True), mutant.function)
            if code is None:
                return ELSEWHERE
            try:
                for one in those:
                    one.__code__ = code
            except ValueError:
                return ELSEWHERE
            gc.disable()
            for at, test in enumerate(tests):
                if not passes(test.item, tests[at + 1].item if at + 1 < len(tests) else None):
                    return BY_TEST + at if at < MOST_TESTS else KILLED
            return SURVIVED

        return forked(work, took)

    def _look(self, tests: Sequence[Test], spans: dict[str, list[Function]]) -> None:
        """Run every test once, in a process of its own, and see what it calls and how long it takes."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                nothing = os.open(os.devnull, os.O_RDWR)
                os.dup2(nothing, 1)
                with os.fdopen(writing, "w") as told:
                    for at, test in enumerate(tests):
                        seen: set[types.CodeType] = set()

                        def looks(frame: Any, event: str, arg: object, seen: set[types.CodeType] = seen) -> None:
                            if frame.f_code.co_filename in spans:
                                seen.add(frame.f_code)

                        threading.settrace(looks)
                        sys.settrace(looks)
                        began = time.process_time()
                        good = passes(test.item, tests[at + 1].item if at + 1 < len(tests) else None)
                        took = time.process_time() - began
                        sys.settrace(None)
                        threading.settrace(None)
                        called = {
                            f"{one.co_filename}>{function_at(spans[one.co_filename], one.co_firstlineno)}"
                            for one in seen
                        }
                        told.write("\t".join([str(at), str(int(good)), f"{took:.4f}", *sorted(called)]) + "\n")
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        with os.fdopen(reading) as told:
            for line in told:
                number, well, seconds, *names = line.rstrip("\n").split("\t")
                test = tests[int(number)]
                test.seconds = float(seconds)
                test.calls = {(path, name) for path, _, name in (one.partition(">") for one in names)}
                if well != "1":
                    self.broken.append(test.item.nodeid)
        _, status = os.waitpid(pid, 0)
        if status:
            self.broken.append("the look at the tests ended early")
        total = sum(one.seconds for one in tests)
        self.say(f"  {len(tests)} tests take {total:.1f} s")


def _functions_in(files: Mapping[str, str]) -> dict[tuple[str, str], list[types.FunctionType]]:
    """Return the functions that are of these files, also such as decorators hold, by file and name."""
    found: dict[tuple[str, str], list[types.FunctionType]] = defaultdict(list)
    gc.unfreeze()
    for one in gc.get_objects():
        if isinstance(one, types.FunctionType) and one.__code__.co_filename in files:
            found[one.__code__.co_filename, one.__code__.co_qualname].append(one)
    gc.freeze()
    return found


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test. False: it failed, or what it needs did."""
    if hasattr(item, "_initrequest"):
        item._initrequest()
    return not any(one.failed for one in runtestprotocol(item, log=False, nextitem=following))


def needs_server(item: pytest.Item) -> bool:
    """Whether a test needs PostgreSQL or a broker."""
    names = set(getattr(item, "fixturenames", ()))
    return "postgresql" in item.nodeid.partition("::")[2] or bool(
        names & {"postgres_journal", "postgres_url", "postgres_engine", "broker_url"}
    )


def needs_engine(item: pytest.Item) -> bool:
    """Whether a test needs a journal or an engine: by what it asks for itself where no conftest is read."""
    return bool({"engine", "journal", "sqlite_url", "journal_url"} & set(getattr(item, "fixturenames", ())))


def _code_of(module: types.CodeType, name: str) -> types.CodeType | None:
    found: types.CodeType | None = module
    for part in name.split("."):
        if found is None:
            return None
        found = next((one for one in found.co_consts if isinstance(one, types.CodeType) and one.co_name == part), None)
    return found
