"""Readiness says what is wrong and since when, and is never itself what hangs."""

import threading
from collections.abc import Callable

from app import readiness
from app.readiness import NOT_YET, Probe, Readiness
from tests.given.waiting import until


class Told:
    """A probe that says what the test says, and a clock that the test sets."""

    def __init__(self) -> None:
        self.wrong: str | Exception = ""
        self.at = 1_000.0

    def look(self) -> str:
        """Answer for the probe."""
        if isinstance(self.wrong, Exception):
            raise self.wrong
        return self.wrong


def of(told: Told, look: Callable[[], str] | None = None) -> Readiness:
    """Return a Readiness of one probe."""
    return Readiness([Probe("broker", look or told.look)], now=lambda: told.at)


def test_what_was_not_looked_at_is_not_ready() -> None:
    # given a process that has only begun, when asked, then it is not ready and says why
    report = of(Told()).report()
    assert report["ready"] is False
    assert report["checks"][0]["wrong"] == NOT_YET


def test_a_fault_keeps_its_beginning_until_it_is_over() -> None:
    # given a probe that was well
    told = Told()
    made = of(told)
    made.look()
    assert made.report() == {
        "ready": True,
        "checks": [{"name": "broker", "ok": True, "since": "1970-01-01T00:16:40+00:00", "wrong": ""}],
    }

    # when it fails, and then fails for another reason, then the fault began when it failed first
    told.at, told.wrong = 2_000.0, "it does not answer"
    made.look()
    told.at, told.wrong = 3_000.0, ConnectionResetError("secret words")
    made.look()
    [one] = made.standing()
    assert (one.wrong, one.since) == ("ConnectionResetError", 2_000.0)

    # when it is well again, then it is so from now on
    told.at, told.wrong = 4_000.0, ""
    made.look()
    assert made.report()["ready"] is True
    assert made.standing()[0].since == 4_000.0


def test_a_probe_that_hangs_is_a_reason_and_whoever_asks_does_not_wait() -> None:
    # given a probe that never answers
    let_go, begun = threading.Event(), threading.Event()

    def hang() -> str:
        begun.set()
        let_go.wait(20)
        return ""

    made = of(Told(), hang)
    made.start()
    assert begun.wait(20)

    # when more time has passed than a round may take
    made._round -= readiness.HANG + 1

    # then it is not ready, and says that a probe hangs
    names = {one.name: one.wrong for one in made.standing()}
    assert names["probes"].startswith("a probe has not answered for 21 s")
    made.end()
    let_go.set()


def test_a_process_that_ends_is_not_ready_at_once() -> None:
    # given a ready process
    made = of(Told())
    made.start()
    until(lambda: made.report()["ready"], "it is ready")

    # when it is told to end, then it is not ready any more, though nothing is wrong with what it looks at
    made.end()
    report = made.report()
    assert report["ready"] is False
    assert [one["name"] for one in report["checks"] if not one["ok"]] == ["process"]
