"""What the stories share: one Tagwork of whole processes for a module whose tests use threads of their own."""

from collections.abc import Iterator

import pytest

from tests.given.rehearsal import RehearsalProcess
from tests.given.tagwork import TagworkProcesses, tagwork


@pytest.fixture(scope="module")
def shared_tagwork(
    shared_rehearsal: RehearsalProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TagworkProcesses]:
    """One app and one worker on SQLite, over the module's Rehearsal, with short leases."""
    home = tmp_path_factory.mktemp("tagwork")
    with tagwork(shared_rehearsal, home, settings={"ENGINE__LEASE_SECONDS": "3"}) as made:
        yield made


@pytest.fixture
def served(shared_tagwork: TagworkProcesses) -> Iterator[TagworkProcesses]:
    """The module's Tagwork, without the faults, holds and replies that a test before left behind."""
    yield shared_tagwork
    shared_tagwork.rehearsal.clear_faults()
    for kind in ("replies", "faults"):
        shared_tagwork.rehearsal.control("DELETE", f"/claude/{kind}")
