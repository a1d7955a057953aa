"""`tagwork serve` takes its children along, whether it ends politely or is killed, and starts again what dies."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.given.rehearsal import RehearsalProcess
from tests.given.tagwork import TagworkProcesses, answered, children_of, is_alive
from tests.given.waiting import until


@pytest.fixture(scope="module")
def one_after_another(
    shared_rehearsal: RehearsalProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[TagworkProcesses]]:
    """The newest Tagwork of this module, the last of those that were started."""
    started: list[TagworkProcesses] = []
    yield started
    for each in started:
        each.stop()


@pytest.fixture
def whole(
    shared_rehearsal: RehearsalProcess, tmp_path: Path, one_after_another: list[TagworkProcesses]
) -> TagworkProcesses:
    """A whole `tagwork serve` with its Valkey, its app and its worker: that of the test before, where it still runs."""
    if one_after_another and one_after_another[-1].part("serve").process.poll() is None:
        return one_after_another[-1]
    settings = {"ENGINE__WORKERS": "1"}
    made = TagworkProcesses(
        shared_rehearsal, tmp_path, broker_url="", settings=settings, environ={"TMPDIR": str(tmp_path)}
    )
    one_after_another.append(made)
    made.start()
    made.wait_for_apps()
    made.wait_for_workers()
    return made


def _folder_of_valkey(pids: list[int]) -> Path:
    for pid in pids:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        if "--unixsocket" in words:
            return Path(words[words.index("--unixsocket") + 1]).parent
    # Valkey shows its own title
    for pid in pids:
        title = Path(f"/proc/{pid}/cmdline").read_text()
        if "unixsocket:" in title:
            return Path(title.partition("unixsocket:")[2].strip(" \0").split()[0]).parent
    raise AssertionError("there is no Valkey")


def test_a_polite_end_ends_every_child_and_leaves_nothing_behind(whole: TagworkProcesses) -> None:
    # given parent, Valkey, app and worker, which have worked
    answered(whole.rehearsal, whole.rehearsal.post("ann", "sales", "@tagwork hello, what can you do?"))
    children = children_of(whole.part("serve").pid)
    assert len(children) == 3
    folder = _folder_of_valkey(children)

    # when the parent is told to end
    code = whole.part("serve").end(seconds=10)

    # then it says that all went well, no child is left, and neither is Valkey's folder
    assert code == 0, whole.log()
    assert [pid for pid in children if is_alive(pid)] == []
    assert not folder.exists()


def test_children_end_with_a_parent_that_was_killed(whole: TagworkProcesses) -> None:
    # given parent, Valkey, app and worker
    children = children_of(whole.part("serve").pid)
    assert len(children) == 3

    # when the parent is killed
    whole.part("serve").kill()

    # then its children end by themselves
    until(lambda: not any(is_alive(pid) for pid in children), "every child has ended", 20)


@pytest.mark.failure_mode(44)
def test_what_dies_is_started_again_valkey_too(whole: TagworkProcesses) -> None:
    # given parent, Valkey, app and worker
    rehearsal = whole.rehearsal
    parent = whole.part("serve").pid
    before = set(children_of(parent))

    # when all three are killed at once
    for pid in before:
        os.kill(pid, signal.SIGKILL)

    # then three others take their place, and the next mention is answered
    until(lambda: len(set(children_of(parent)) - before) >= 3, "three new children", 30)
    whole.wait_for_apps()
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?")
    answered(rehearsal, posted, seconds=60)


def test_an_idle_tagwork_needs_less_than_400_megabytes(whole: TagworkProcesses) -> None:
    # given parent, Valkey, app and worker, which have worked
    answered(whole.rehearsal, whole.rehearsal.post("ann", "sales", "@tagwork hello, what can you do?"))
    parent = whole.part("serve").pid

    # when their memory is added up, what they share counted once
    total = sum(_pss_of(pid) for pid in [parent, *children_of(parent)])

    # then it fits the smallest machine that we name
    assert 0 < total < 400_000_000


def _pss_of(pid: int) -> int:
    """Proportional memory of a process in bytes: proc(5), smaps_rollup."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0
