"""SIGKILL at the worst moments: exactly one answer becomes visible, whoever died and when."""

from collections.abc import Callable, Iterator

import pytest

from agents.journal import runs
from tests.given.files import SALES
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import FileToPost, RehearsalProcess
from tests.given.tagwork import TagworkProcesses, answered, tagwork
from tests.given.waiting import until

TABLE = FileToPost("sales.csv", SALES.encode(), "text/csv")
QUESTION = "@tagwork which region missed its target?"

Reached = Callable[[], Callable[[], object]]
"""Waits until a process stands still at a moment; returns what lets it go on."""


@pytest.fixture(scope="module")
def killed(shared_rehearsal: RehearsalProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TagworkProcesses]:
    """A Tagwork whose processes these tests kill."""
    settings = {"ENGINE__LEASE_SECONDS": "3", "ENGINE__THREADS": "2"}
    with tagwork(shared_rehearsal, tmp_path_factory.mktemp("killed"), settings=settings) as made:
        yield made


def _model(rehearsal: RehearsalProcess, stage: str) -> Reached:
    name = f"model {stage}"
    rehearsal.control("POST", "/claude/holds", {"name": name, "stage": stage})

    def arrived() -> None:
        told = rehearsal.control("GET", f"/claude/holds/{name.replace(' ', '%20')}", {"arrived": 1, "wait": 20})
        assert told["met"]

    def release() -> object:
        return rehearsal.control("POST", f"/claude/holds/{name.replace(' ', '%20')}/release")

    def arrived_then() -> Callable[[], object]:
        arrived()
        return release

    return arrived_then


def _slack(rehearsal: RehearsalProcess, method: str, when: str) -> Reached:
    name = f"{method} {when}"
    rehearsal.hold(name, method, when=when)

    def arrived_then() -> Callable[[], object]:
        rehearsal.wait_for("hold", name=name, at_least=1, timeout_seconds=20)
        return lambda: rehearsal.release(name)

    return arrived_then


def _sign_off(rehearsal: RehearsalProcess) -> Reached:
    """Before the status is set that ends the work: the second one of a thread, after the answer was posted."""
    posts = _slack(rehearsal, "chat.postMessage", "after")

    def arrived_then() -> Callable[[], object]:
        go_on = posts()
        sets = _slack(rehearsal, "agents.sessions.setStatus", "before")
        go_on()
        return sets()

    return arrived_then


MOMENTS: dict[str, Callable[[RehearsalProcess], Reached]] = {
    "before the model answers": lambda one: _model(one, "arrival"),
    "inside the model's stream": lambda one: _model(one, "stream"),
    "before a file's bytes come": lambda one: _slack(one, "files", "before"),
    "before the answer is posted": lambda one: _slack(one, "chat.postMessage", "before"),
    "after the answer was posted": lambda one: _slack(one, "chat.postMessage", "after"),
    "while the sign is taken away": lambda one: _sign_off(one),
}


@pytest.mark.failure_mode(20)
@pytest.mark.failure_mode(45)
@pytest.mark.parametrize("moment", list(MOMENTS))
@pytest.mark.parity("Mention starts work", "beat")
def test_a_worker_that_is_killed_leaves_exactly_one_answer(killed: TagworkProcesses, moment: str) -> None:
    # given a worker that stands still at that moment
    rehearsal = killed.rehearsal
    reached = MOMENTS[moment](rehearsal)
    posted = rehearsal.post("ann", "sales", QUESTION, files=[TABLE])
    release = reached()

    # when it is killed, and another takes its place
    killed.part("worker 1").kill()
    release()
    killed.start_worker()

    # then one answer stands in the thread, ever, and the journal is sound
    answer = answered(rehearsal, posted, containing="North", seconds=45)
    assert "South" not in answer
    assert_invariants(killed.journal)


@pytest.mark.failure_mode(8)
@pytest.mark.failure_mode(46)
@pytest.mark.parity("Mention starts work", "beat")
def test_an_app_that_is_killed_right_after_its_acknowledgement_owes_an_answer_that_comes(
    killed: TagworkProcesses,
) -> None:
    # given an app that dies as soon as it has acknowledged, which is before it has given its first sign
    rehearsal = killed.rehearsal
    rehearsal.hold("sign", "agents.sessions.setStatus", first=1)
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?")
    rehearsal.wait_for("events_settled")
    killed.part("app 1").kill()
    rehearsal.release("sign")

    # when another app is there
    killed.start_app()

    # then the answer comes
    root = posted.thread_ts
    rehearsal.wait_for("bot_messages", channel=posted.channel, thread_ts=root, timeout_seconds=30)
    until(lambda: _unended(killed) == 0, "every run has ended")
    killed.wait_for_apps()


def _unended(tagwork: TagworkProcesses) -> int:
    return sum(run.ended_at is None for run in tagwork.journal.read(lambda tx: runs.listed(tx, most=100)))
