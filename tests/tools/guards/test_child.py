"""A child answers, or is stopped by a limit that is named, and nothing of it outlives its time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from tests.tools.guards.hostile_child import HOSTILE, SMALL, hostile
from tools.guards.child import AT_ONCE, ChildBusy, ChildKilled, ChildRefused, run_in_child
from tools.guards.limits import Limits

pytestmark = pytest.mark.usefixtures("leaves_nothing_behind")
ROOT = Path(__file__).parents[3]
Found = TypeVar("Found")


def test_arguments_and_blobs_arrive_whole_and_the_answer_comes_back() -> None:
    # given blobs of no, little and 20 MB of content
    blobs = [b"", b"a", bytes(20_000_000)]

    # when a child is asked about them
    answer = run_in_child("tools.guards.child_probe:answer", {"words": "zażółć", "n": 3}, blobs)

    # then it saw exactly those
    assert answer.value == {"arguments": {"words": "zażółć", "n": 3}, "sizes": [0, 1, 20_000_000]}


@pytest.mark.parametrize(
    ("function", "limit"),
    [
        ("fill_memory", "memory_bytes"),
        ("compute_for_ever", "cpu_seconds"),
        ("compute_for_ever_and_ignore_it", "cpu_seconds"),
    ],
)
def test_what_eats_memory_or_time_is_stopped_and_the_limit_is_named(function: str, limit: str) -> None:
    # given code that never stops taking
    # when it runs in a child
    with pytest.raises(ChildKilled) as stopped:
        hostile(function)

    # then its limit stopped it
    assert stopped.value.limit == limit


@pytest.mark.parametrize("function", ["wait_for_ever", "refuse_to_die"])
def test_what_waits_for_ever_is_ended_at_the_wall_clock(function: str) -> None:
    # given code that waits and ignores every signal it can
    begun = time.monotonic()

    # when it runs with half a second on the clock
    with pytest.raises(ChildKilled) as stopped:
        hostile(function, Limits(wall_seconds=0.5))

    # then it was ended then, and not much later
    assert stopped.value.limit == "wall_seconds"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("function", "limit"),
    [
        ("answer_too_much", "output_bytes"),
        ("answer_with_depth", "crash"),
        ("end_without_a_word", "crash"),
        ("crash", "crash"),
        ("answer_something_unserialisable", "crash"),
    ],
)
def test_an_answer_that_cannot_be_used_is_a_stopped_child(function: str, limit: str) -> None:
    # given code whose answer is endless, forged, missing or not JSON
    # when it runs in a child
    with pytest.raises(ChildKilled) as stopped:
        hostile(function)

    # then the caller learns so, and gets no value
    assert stopped.value.limit == limit


@pytest.mark.parametrize(
    "body", ["7", "[]", "{}", '{"kind": "result", "walls": 3}', '{"kind": ["result"], "walls": []}']
)
def test_a_forged_answer_of_another_shape_is_a_stopped_child(body: str) -> None:
    # given a child that writes its own frame
    # when the parent reads it
    with pytest.raises(ChildKilled) as stopped:
        hostile("answer_in_a_forged_frame", body=body)

    # then nothing of it is believed
    assert stopped.value.limit == "crash"


def test_noise_on_the_streams_neither_blocks_nor_reaches_the_answer() -> None:
    # given code that prints 40 MB on both streams
    # when it runs in a child
    answer = hostile("flood_the_error_stream")

    # then its answer is only what it returned
    assert answer.value == "still here"


def test_an_exception_is_told_to_logs_and_not_taken_for_an_answer() -> None:
    # given code that fails with an exception nobody expected
    # when it runs in a child
    with pytest.raises(ChildKilled) as stopped:
        hostile("fail", token="abc")

    # then its kind is in the detail
    assert stopped.value.detail.startswith("KeyError")


def test_a_clean_no_comes_back_as_its_sentence() -> None:
    # given a file that is empty
    # when a child is to show it
    with pytest.raises(ChildRefused) as no:
        run_in_child("tools.guards.showing:show", {"file_id": "F1", "name": "a.csv", "start": 1, "base": "a"}, [b""])

    # then the child's own sentence arrives
    assert str(no.value) == '"a.csv" is empty (0 bytes).'
    assert not no.value.misasked


def test_many_threads_may_ask_at_once() -> None:
    # given sixteen threads that wait for their turn as long as it takes
    patient = replace(SMALL, wall_seconds=100.0)

    # when each asks a child of its own three times, one in four of them a hostile one
    def ask(number: int) -> object:
        if number % 4 == 0:
            with pytest.raises(ChildKilled):
                hostile("fill_memory", patient)
            return number
        return run_in_child("tools.guards.child_probe:answer", {"n": number}, (), patient).value["arguments"]["n"]

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(48)))

    # then everyone got the own answer
    assert answers == list(range(48))


def test_who_finds_no_place_in_time_is_told_that_nothing_was_started() -> None:
    # given as many children as may run at once, all waiting
    with ThreadPoolExecutor(AT_ONCE) as threads:
        waiting = [threads.submit(hostile, "wait_for_ever", Limits(wall_seconds=4.0)) for _ in range(AT_ONCE)]
        _until(lambda: len(_children_of(os.getpid())) == AT_ONCE)

        # when another is asked for, with little time
        with pytest.raises(ChildBusy):
            hostile("wait_for_ever", Limits(wall_seconds=0.2))

        # then the others were ended by their own clocks, and there is room again
        for each in waiting:
            assert isinstance(each.exception(), ChildKilled)
    assert run_in_child("tools.guards.child_probe:answer", {}).value["sizes"] == []


def test_a_child_dies_with_its_worker() -> None:
    # given a worker that waits for a child which waits for ever
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from tools.guards.child import run_in_child\n"
        f"run_in_child({HOSTILE + ':wait_for_ever'!r}, {{}})\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", code])
    try:
        child = _until(lambda: _children_of(worker.pid))[0]

        # when the worker is killed
        worker.kill()

        # then the child is gone too
        assert _until(lambda: not _runs(child))
    finally:
        worker.kill()
        worker.wait()


def _children_of(parent: int) -> list[int]:
    """Return the children that have closed themselves in: one whose filter stands has set its death signal before."""
    listed = [
        each for task in Path(f"/proc/{parent}/task").iterdir() for each in (task / "children").read_text().split()
    ]
    return [int(each) for each in listed if "Seccomp:\t2" in Path(f"/proc/{each}/status").read_text()]


def _runs(process: int) -> bool:
    try:
        os.kill(process, signal.SIGCONT)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _until(condition: Callable[[], Found]) -> Found:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if found := condition():
            return found
        os.sched_yield()
    raise AssertionError("it did not come to be within 20 s")
