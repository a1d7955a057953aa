"""Writing to Tagwork directly: no mention, a place of one's own, and the rules and the trail of channels."""

import pytest

from agents.journal import audit, runs, toolcalls
from agents.runs.life import Run
from tests.given.rehearsal import Posted
from tests.given.replies import says
from tests.given.tagwork import TagworkProcesses, answered, answers_in
from tests.given.waiting import until

QUESTION = "hello, what can you do?"


def newest_run(tagwork: TagworkProcesses) -> Run:
    """Return the Run that was begun last."""
    return tagwork.journal.read(lambda tx: runs.listed(tx, most=1))[0]


def kinds_on_the_trail(tagwork: TagworkProcesses, run: Run) -> set[str]:
    """Return the kinds of event that the trail holds of a Run."""
    return {
        line.event for line in tagwork.journal.read(lambda tx: audit.of_run(tx.connection, run.workspace_id, run.id))
    }


def wants(tagwork: TagworkProcesses, channel: str) -> None:
    """Have the model read a channel next, and then say that it may not."""
    block = {"type": "tool_use", "id": "toolu_direct0000000001", "name": "read_channel", "input": {"channel": channel}}
    tagwork.rehearsal.control("POST", "/claude/replies", {"content": [block], "stop_reason": "tool_use"})
    says(tagwork.rehearsal, "I may not read there.")


@pytest.mark.parity("1:1 DM", "match")
@pytest.mark.parity("1:1 DM", "beat")
def test_a_direct_message_needs_no_mention_and_is_answered_and_written_down_as_in_a_channel(
    served: TagworkProcesses,
) -> None:
    # given a question that was answered in a channel
    rehearsal = served.rehearsal
    in_channel = rehearsal.post("ann", "sales", f"@tagwork {QUESTION}")
    answered(rehearsal, in_channel)
    from_channel = newest_run(served)

    # when the same person asks the same in a direct message, without a mention
    direct = rehearsal.post("ann", "dm", QUESTION)
    answered(rehearsal, direct)
    from_direct = newest_run(served)

    # then it is a Run of its own, whose answer stands there and nowhere else
    assert from_direct.id != from_channel.id
    assert direct.channel != in_channel.channel
    assert len(answers_in(rehearsal, in_channel)) == 1

    # and the trail holds of it what it holds of the other, with the same person as its asker
    until(
        lambda: kinds_on_the_trail(served, from_direct) == kinds_on_the_trail(served, from_channel),
        "both trails hold the same",
    )
    assert from_direct.requester == from_channel.requester
    assert served.command("audit", "verify").returncode == 0


@pytest.mark.parity("1:1 DM", "beat")
def test_what_is_denied_in_a_channel_is_denied_in_a_direct_message(served: TagworkProcesses) -> None:
    # given a model that wants to read another channel, once in a channel and once in a direct message
    def decided(place: str, text: str) -> tuple[Posted, list[tuple[str, str]]]:
        wants(served, "C0GENERAL01")
        posted = served.rehearsal.post("ann", place, text)
        answered(served.rehearsal, posted, containing="I may not read there.")
        run = newest_run(served)
        calls = served.journal.read(lambda tx: toolcalls.of_run(tx, run.id))
        return posted, [(call.status.value, call.rule) for call in calls]

    # when both are worked
    _, in_channel = decided("sales", "@tagwork what is new in general?")
    _, in_direct = decided("dm", "what is new in general?")

    # then the same rule denied both, and Slack was not asked for that channel
    assert in_channel == in_direct == [("denied", "other-channel")]
    assert served.rehearsal.calls("conversations.history", channel="C0GENERAL01") == []
