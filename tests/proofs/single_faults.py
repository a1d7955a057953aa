"""Slow proof: each single fault of Slack and of Claude, one at a time, against a whole `tagwork serve`.

    python -m tests.proofs.single_faults [--only WORDS]

Each time one fault is arranged in Rehearsal, someone asks, and the thread is looked at as people see it: the answer
stands there once and whole, and nothing is left open: no stream, no sign, no Run. A line a fault, with the seconds from
the question until all of that was true.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.journal import runs
from agents.journal.transaction import Journal
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import Posted, RehearsalProcess
from tests.given.waiting import until
from tests.proofs.serving import served

PATIENCE = 150.0
"""Seconds until a fault counts as not overcome: a silent model is given up after 90."""

SPEED_MS = 60
"""Milliseconds between two pieces of a long answer, so that it takes four seconds and is streamed."""

WORDS = " ".join(f"word{number:03}" for number in range(150))


@dataclass(frozen=True)
class Case:
    """One fault. `long`: the answer takes seconds and is streamed."""

    name: str
    arrange: Callable[[RehearsalProcess], object]
    long: bool = False


def main() -> int:
    """Try every fault, and return 0 where each was overcome."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", default="", help="faults whose name contains these words")
    wanted = asked.parse_args()
    chosen = [case for case in cases() if wanted.only in case.name]
    with RehearsalProcess.start() as rehearsal, served(rehearsal, threads=4) as journal:
        good = sum(_overcome(number, case, rehearsal, journal) for number, case in enumerate(chosen, 1))
        assert_invariants(journal)
    print(f"{good} of {len(chosen)} overcome")
    return 0 if good == len(chosen) else 1


def cases() -> Iterator[Case]:
    """Every fault that is tried."""
    yield Case("none, posted", lambda rehearsal: None)
    yield Case("none, streamed", lambda rehearsal: None, long=True)
    writes = ("http_500", "http_500_after", "reset_before", "reset_after", "ratelimited")
    for method in ("agents.sessions.setStatus", "chat.postMessage"):
        for kind in writes:
            yield _slack(f"Slack {method} {kind}", method, kind)
    yield _slack("Slack agents.sessions.setStatus error", "agents.sessions.setStatus", "error", error="not_allowed")
    for method in ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.update"):
        for kind in writes:
            yield _slack(f"Slack {method} {kind}", method, kind, long=True)
    for method in ("chat.startStream", "chat.appendStream", "chat.stopStream"):
        yield _slack(f"Slack {method} stream_dies", method, "stream_dies", long=True)
    for kind in ("rate_limit", "overloaded", "server_error"):
        yield _claude(f"Claude {kind}", kind=kind)
    yield _claude("Claude reset before answering", kind="drop", after=0)
    for kind in ("stream_error", "drop", "cut"):
        yield _claude(f"Claude {kind} in the stream", kind=kind, after=6)
        yield _claude(f"Claude {kind} late in a streamed answer", kind=kind, after=55, long=True)
    yield _claude("Claude stall of 100 s", kind="stall", after=6, seconds=100)


def _slack(name: str, method: str, kind: str, *, long: bool = False, **fields: object) -> Case:
    more = {"seconds": 2, **fields} if kind == "ratelimited" else fields
    return Case(name, lambda rehearsal: rehearsal.fault(kind, method, **more), long)


def _claude(name: str, *, long: bool = False, **fault: object) -> Case:
    return Case(name, lambda rehearsal: rehearsal.control("POST", "/claude/faults", fault), long)


def _overcome(number: int, case: Case, rehearsal: RehearsalProcess, journal: Journal) -> bool:
    rehearsal.clear_faults()
    end = f"END-{number:03}"
    answer = f"BEGIN-{number:03} {WORDS if case.long else 'short'} {end}"
    rehearsal.control("PUT", "/claude/settings", {"speed_ms": SPEED_MS if case.long else 0})
    rehearsal.control("DELETE", "/claude/faults")
    rehearsal.control("DELETE", "/claude/replies")
    # a Turn that breaks is made again
    rehearsal.control("POST", "/claude/replies", {"content": answer, "stop_reason": "end_turn", "times": 3})
    case.arrange(rehearsal)
    posted = rehearsal.post("ann", "sales", f"@tagwork question {number:03}")
    asked = time.monotonic()
    try:
        until(lambda: _settled(rehearsal, journal, posted, answer), case.name, PATIENCE)
        found = "once, whole"
    except AssertionError:
        found = f"NOT: {_seen(rehearsal, posted)}"
    print(f"{number:>3}  {time.monotonic() - asked:6.1f} s  {case.name}: {found}", flush=True)
    return found == "once, whole"


def _settled(rehearsal: RehearsalProcess, journal: Journal, posted: Posted, answer: str) -> bool:
    thread = [one for one in rehearsal.thread(posted.channel, posted.ts) if not one["deleted"]]
    own = [one for one in thread if one["by_app"]]
    answers = [one for one in own if answer in str(one["text"]).replace("\n", " ")]
    partial = [one for one in own if "BEGIN-" in str(one["text"]) and one not in answers]
    streaming = [one for one in own if one.get("streaming")]
    busy = [one for one in rehearsal.sessions() if one["thread_ts"] == posted.ts and one["status"] == "processing"]
    signs = [one for one in thread if one["ts"] == posted.ts and one.get("reactions")]
    ended = journal.read(lambda tx: all(run.ended_at is not None for run in runs.listed(tx, most=3)))
    return len(answers) == 1 and not partial and not streaming and not busy and not signs and ended


def _seen(rehearsal: RehearsalProcess, posted: Posted) -> list[str]:
    return [str(one["text"])[:60] for one in rehearsal.thread(posted.channel, posted.ts) if one["by_app"]]


if __name__ == "__main__":
    sys.exit(main())
