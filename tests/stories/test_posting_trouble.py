"""Slack's trouble at posting: one answer becomes visible, whether the call took effect or not."""

import pytest

from tests.given.replies import says
from tests.given.tagwork import TagworkProcesses, answered

CHANNELS = ("C0GENERAL01", "C0SALES0001", "C0FINANCE01", "C0PARTNERS1")
TOOK_EFFECT = ("timeout_after", "reset_after", "http_500_after")
DID_NOT = ("timeout_before", "reset_before", "http_500", "error")


@pytest.mark.failure_mode(17)
@pytest.mark.failure_mode(18)
@pytest.mark.failure_mode(19)
@pytest.mark.parametrize("kinds", [(*TOOK_EFFECT, "ratelimited"), DID_NOT], ids=["took effect", "did not"])
def test_a_post_that_breaks_becomes_visible_exactly_once(served: TagworkProcesses, kinds: tuple[str, ...]) -> None:
    # given a Slack whose next post in each channel breaks in its own way
    rehearsal = served.rehearsal
    says(rehearsal, "All done.", times=len(kinds))
    for kind, channel in zip(kinds, CHANNELS, strict=True):
        rehearsal.fault(kind, "chat.postMessage", channel=channel, seconds=2)

    # when someone asks in each
    posted = [rehearsal.post("ann", channel, "@tagwork do it") for channel in CHANNELS]

    # then each thread gets one answer, ever
    assert [answered(rehearsal, one, seconds=45) for one in posted] == ["All done."] * len(kinds)
    broken = rehearsal.control("GET", "/faults")["faults"]
    assert all(one["took"] == 1 for one in broken[-len(kinds) :])


def test_a_channel_that_was_archived_meanwhile_sends_the_answer_to_its_asker(served: TagworkProcesses) -> None:
    # given a Run whose channel is archived before it answers
    rehearsal = served.rehearsal
    rehearsal.control("POST", "/claude/holds", {"name": "archive", "match": "until the end"})
    says(rehearsal, "Here is the end.")
    posted = rehearsal.post("ann", "partners", "@tagwork work until the end")
    assert rehearsal.control("GET", "/claude/holds/archive", {"arrived": 1, "wait": 20})["met"]
    rehearsal.control("POST", "/channel", {"channel": "partners", "archived": True})

    # when the answer is ready
    rehearsal.control("POST", "/claude/holds/archive/release")

    # then it reaches the asker directly
    found = rehearsal.wait_for("calls", method="conversations.open", at_least=1, timeout_seconds=20)
    assert found
    posts = rehearsal.wait_for("calls", method="chat.postMessage", outcome="is_archived", at_least=1)
    assert posts
    direct = rehearsal.post("ann", "dm", "thanks", deliveries=[])
    told = rehearsal.history(direct.channel)
    assert any("Here is the end." in one["text"] for one in told)
    assert posted.channel != direct.channel
    rehearsal.control("POST", "/channel", {"channel": "partners", "archived": False})
