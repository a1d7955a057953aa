"""Trouble of the model's side that passes: people read the answer alone."""

import pytest

from tests.given.replies import sent
from tests.given.tagwork import TagworkProcesses, answered


@pytest.mark.parametrize("kind", ["rate_limit", "stream_error", "cut"])
@pytest.mark.failure_mode(22)
def test_trouble_that_passes_is_recovered_from_and_never_shown(served: TagworkProcesses, kind: str) -> None:
    # given a model call that meets it
    rehearsal = served.rehearsal
    before = len(sent(rehearsal))
    rehearsal.control("POST", "/claude/faults", {"kind": kind})

    # when someone asks
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?")

    # then the answer comes, alone, after a second call, and no request was refused as invalid
    text = answered(rehearsal, posted)
    assert "could not" not in text
    calls = sent(rehearsal)[before:]
    assert len(calls) >= 2
    assert not [one for one in calls if one["outcome"] == "refused" and "invalid_request" in str(one)]
