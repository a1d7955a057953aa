"""A post's key outlives every delivery of it."""

import pytest

from agents.journal import threads
from agents.journal.transaction import Journal
from tests.given.time import move
from tests.given.workspaces import a_workspace


@pytest.mark.law("E16")
@pytest.mark.failure_mode(6)
def test_the_key_of_a_post_is_kept_past_slacks_last_retry(journal: Journal) -> None:
    # given a post whose deletion was heard first, and one that became an Input
    workspace = a_workspace(journal)
    for ts, input_id in (("1.1", None), ("2.2", "an-input")):
        assert journal.write(
            lambda tx, ts=ts, input_id=input_id: threads.first_seen(tx, workspace, "C1", ts, "x", input_id)  # type: ignore[misc]
        )

    # when 24 hours have passed and keys are swept
    move(journal.database.clock, 24 * 3600)
    assert journal.write(threads.forget_old_posts) == 0

    # then both still stop a late delivery
    assert journal.read(lambda tx: threads.seen(tx, workspace, "C1", "1.1")) is not None

    # when 26 have passed, then only the key of what became an Input is kept
    move(journal.database.clock, 26 * 3600)
    assert journal.write(threads.forget_old_posts) == 1
    assert journal.read(lambda tx: threads.seen(tx, workspace, "C1", "1.1")) is None
    assert journal.read(lambda tx: threads.seen(tx, workspace, "C1", "2.2")) is not None
