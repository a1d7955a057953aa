"""For a conftest to take over: one Rehearsal for many modules, new for each test, and a look at every journal."""

from collections.abc import Iterator

import pytest

from agents.journal.transaction import Journal
from tests.given.invariants import assert_invariants
from tests.given.rehearsal import RehearsalProcess


@pytest.fixture(scope="session")
def the_rehearsal() -> Iterator[RehearsalProcess]:
    """The process."""
    with RehearsalProcess.start() as process:
        yield process


@pytest.fixture
def shared_rehearsal(the_rehearsal: RehearsalProcess) -> RehearsalProcess:
    """The process with a fresh workspace, nothing queued, and its rate limits stretched."""
    the_rehearsal.reset()
    the_rehearsal.limits(1_000)
    return the_rehearsal


@pytest.fixture
def broken_on_purpose() -> None:
    """For a test that spoils its journal to see whether that is noticed."""


@pytest.fixture(autouse=True)
def invariants(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test did to a journal, this holds at its end."""
    journals = [
        request.getfixturevalue(name) for name in ("journal", "postgres_journal") if name in request.fixturenames
    ]
    yield
    if "broken_on_purpose" in request.fixturenames:
        return
    for journal in journals:
        assert isinstance(journal, Journal)
        assert_invariants(journal)
