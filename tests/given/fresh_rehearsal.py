"""One Rehearsal for many modules, as new for every test."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.given.rehearsal import RehearsalProcess


@contextmanager
def one_rehearsal() -> Iterator[RehearsalProcess]:
    """Start the process for as long as the block runs."""
    with RehearsalProcess.start() as process:
        yield process


def made_fresh(process: RehearsalProcess) -> RehearsalProcess:
    """Return the same process with a fresh workspace, nothing queued, and its rate limits stretched."""
    process.reset()
    process.limits(1_000)
    return process
