"""Make the mutants, judge them, and print what came of it. Returns 0 where none survived that is not argued."""

import argparse
import difflib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.mutation import cold
from tests.mutation.making import Mutant, mutants_of
from tests.mutation.subjects import ARGUED_AT_MOST, DECIDING, ENGINES, REPOSITORY, Subject, subjects
from tests.mutation.warm import WORDS, Warm

ARGUED = REPOSITORY / "tests" / "data" / "argued_mutants.json"
Found = tuple[list[str], set[Mutant], list[Mutant], dict[tuple[str, str], list[str]]]
"""Tests that fail without a mutant, what survives, what is to be judged anew, and which tests call which function."""

Key = tuple[str, str, str, str]

JOURNAL = """
import sys
from agents.clock import Clock
from agents.journal import migrate
from agents.journal.database import Database
database = Database(f"sqlite:///{sys.argv[1]}", Clock())
migrate.upgrade(database)
database.close()
"""
"""Makes the empty journal that tests with an engine copy."""


def main() -> int:
    """Judge what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="modules whose name contains it")
    asked.add_argument("--tests", default="", help="judge by these files or folders alone, while you write them")
    wanted = asked.parse_args()
    began = time.monotonic()
    chosen = list(dict.fromkeys(one for word in wanted.only.split(",") for one in subjects(word)))
    say(f"{len(chosen)} modules; making their mutants")
    made = {one: mutants_of(one) for one in chosen}
    say(f"{sum(map(len, made.values()))} mutants, made in {time.monotonic() - began:.0f} s")
    cold.ready()
    survived: set[Mutant] = set()
    for engines in (False, True):
        those = [one for one in chosen if (one.file in ENGINES) is engines]
        if those:
            found = _side_by_side(those, made, wanted.tests.split(), engines=engines)
            if found is None:
                return 1
            survived |= found
    return _told(made, survived, time.monotonic() - began)


def say(words: str) -> None:
    """Say how far it is."""
    print(words, file=sys.stderr, flush=True)


def _side_by_side(
    those: Sequence[Subject], made: dict[Subject, list[Mutant]], tests: Sequence[str], *, engines: bool
) -> set[Mutant] | None:
    """Return what survives, the modules shared out over the cores; None: the tests fail without any mutant."""
    lanes: list[list[Subject]] = [[] for _ in range(min(os.cpu_count() or 1, len(those)))]
    for one in sorted(those, key=lambda one: -len(made[one])):
        min(lanes, key=lambda lane: sum(len(made[each]) for each in lane)).append(one)
    with tempfile.TemporaryDirectory() as folder:
        answers = [Path(folder) / str(number) for number in range(len(lanes))]
        pids = []
        for lane, answer in zip(lanes, answers, strict=True):
            mutants = [mutant for one in lane for mutant in made[one]]
            pids.append(_in_a_fork(partial(_judged, lane, mutants, tests, engines=engines), answer))
        for pid in pids:
            os.waitpid(pid, 0)
        found: list[set[Mutant] | None] = [pickle.loads(one.read_bytes()) for one in answers]
    return None if None in found else set().union(*(one for one in found if one is not None))


def _in_a_fork(work: Callable[[], object], answer: Path) -> int:
    """Begin some work in a process of its own, which leaves what it returns in a file. Returns its id."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            answer.write_bytes(pickle.dumps(work()))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    return pid


def _judged(
    those: Sequence[Subject], mutants: Sequence[Mutant], tests: Sequence[str], *, engines: bool
) -> set[Mutant] | None:
    """Return what survives; None: the tests fail without any mutant."""
    with tempfile.TemporaryDirectory() as folder:
        if engines:
            # in another process: this one imports nothing of ours
            empty = Path(folder) / "template.db"
            subprocess.run([sys.executable, "-c", JOURNAL, str(empty)], cwd=REPOSITORY, check=True)
            os.environ["TEST_SQLITE_TEMPLATE"] = str(empty)
        answer = Path(folder) / "answer"
        files = tests or sorted({one for each in those for one in each.tests})
        os.waitpid(_in_a_fork(partial(_warm, mutants, files, engines), answer), 0)
        found: Found = pickle.loads(answer.read_bytes())
        broken, alive, later, tests_of = found
        if broken:
            print("These tests fail without any mutant:", *broken, sep="\n  ")
            return None
        for at, mutant in enumerate(later):
            if at % 25 == 0:
                say(f"  {at} of {len(later)} looked at anew ({mutant.file})")
            if not cold.dies(mutant, _files_for(mutant, tests_of, engines=engines), engines=engines):
                alive.add(mutant)
                say(f"survives: {mutant.file}:{mutant.line} {mutant.function}\n- {mutant.old}\n+ {mutant.new}")
        return alive


def _warm(mutants: Sequence[Mutant], tests: Sequence[str], engines: bool) -> Found:
    warm = Warm(engines, mutants, say)
    out = os.dup(1)
    os.dup2(2, 1)
    ended = pytest.main([*WORDS, *tests], plugins=[warm])
    os.dup2(out, 1)
    if ended != pytest.ExitCode.OK:
        # tests that are not there would seem to kill whatever they are asked about
        warm.broken.append(f"pytest ended with {ended!r}")
    return warm.broken, set(warm.survived), warm.later, dict(warm.tests_of)


def _files_for(mutant: Mutant, tests_of: dict[tuple[str, str], list[str]], *, engines: bool) -> list[str]:
    """Return the files of tests that call what changed, or anything of its module; the module's own first."""
    nodes = tests_of.get((mutant.file, mutant.function)) or [
        node for (file, _), found in tests_of.items() if file == mutant.file for node in found
    ]
    counted = Counter(node.partition("::")[0] for node in nodes)
    own = f"test_{Path(mutant.file).stem}.py"
    files = sorted(counted, key=lambda one: (not one.endswith(own), -counted[one]))
    if not mutant.function or not nodes:
        # made while the module is imported, so that any test of it may see what changed
        package = Path(mutant.file).parent.name
        every = sorted(
            str(one.relative_to(REPOSITORY)) for one in (REPOSITORY / "tests/agents" / package).glob("test_*.py")
        )
        files += [one for one in every if one not in files]
        files.sort(key=lambda one: not one.endswith(own))
    return files


def _told(made: dict[Subject, list[Mutant]], survived: set[Mutant], seconds: float) -> int:
    argued = {_key(one): one["reason"] for one in json.loads(ARGUED.read_text(encoding="utf-8"))}
    complaints: list[str] = []
    totals: Counter[str] = Counter()
    used: set[Key] = set()
    for subject, mutants in made.items():
        counts = Counter(mutants=len(mutants), killed=0, argued=0, survived=0)
        for mutant in mutants:
            key = (mutant.file, mutant.function, mutant.old, mutant.new)
            if mutant not in survived:
                counts["killed"] += 1
            elif key in argued and subject.file not in DECIDING:
                used.add(key)
                counts["argued"] += 1
            else:
                counts["survived"] += 1
                print(_diff(mutant))
        print(f"{subject.file}: {counts['mutants']} mutants, {counts['killed']} killed", end="")
        print("".join(f", {counts[word]} {word}" for word in ("argued", "survived") if counts[word]))
        totals += counts
    files = {one.file for one in made}
    for key in argued.keys() - used:
        if key[0] in files or not (REPOSITORY / key[0]).exists():
            complaints.append(f"argued, but it fits no mutant that survives: {' | '.join(key)}")
    if totals["argued"] > ARGUED_AT_MOST * totals["mutants"]:
        complaints.append(f"more than {ARGUED_AT_MOST:.0%} are argued")
    say(f"{seconds / 60:.1f} minutes")
    print(*complaints, sep="\n", end="\n" if complaints else "")
    print(
        f"mutants: {totals['mutants']}, killed {totals['killed']}, argued {totals['argued']}, "
        f"survived {totals['survived']}"
    )
    return 1 if totals["survived"] or complaints else 0


def _key(entry: dict[str, str]) -> Key:
    return entry["file"], entry["function"], entry["old"], entry["new"]


def _diff(mutant: Mutant) -> str:
    source = (REPOSITORY / mutant.file).read_text(encoding="utf-8").splitlines()
    name = f"{mutant.file} {mutant.function}".strip()
    return "\n".join(difflib.unified_diff(source, mutant.source.splitlines(), name, name, lineterm="", n=1))


if __name__ == "__main__":
    sys.exit(main())
