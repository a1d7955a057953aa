"""An admin lets a channel be read along, by Slack alone; then people talk to each other."""

from collections.abc import Iterator

import pytest

from agents.journal import runs
from agents.runs.life import Run, State
from tests.given.rehearsal import RehearsalProcess
from tests.given.replies import says, sent
from tests.given.steering import ended
from tests.given.tagwork import TagworkProcesses, answers_in, tagwork
from tests.given.waiting import until
from tests.stories.test_by_slack_alone import action_of, told_adam

SHOWN = ("agents.sessions.setStatus", "reactions.add", "chat.postEphemeral", "chat.startStream")
"""Calls by which people would see that it reads, or thinks."""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TagworkProcesses]:
    """A Tagwork whose workspace was never set up."""
    with RehearsalProcess.start() as rehearsal, tagwork(rehearsal, tmp_path_factory.mktemp("along")) as made:
        rehearsal.limits(1_000)
        yield made


def newest(served: TagworkProcesses) -> Run | None:
    """Return the newest Run, or None where there is none."""
    return next(iter(served.journal.read(lambda tx: runs.listed(tx, most=1))), None)


def test_a_channel_that_is_read_along_is_told_so_and_is_answered_only_where_that_helps(
    fresh: TagworkProcesses,
) -> None:
    # given a workspace in which people talk to each other
    rehearsal = fresh.rehearsal
    rehearsal.post("ann", "general", "good morning")
    rehearsal.wait_for("events_settled")
    assert newest(fresh) is None
    assert sent(rehearsal) == []

    # when an admin has one channel read along
    rehearsal.command("adam", "general", "/tagwork", "reply read_along in #general")
    shown = told_adam(rehearsal, "Not saved yet", ":save:")
    assert rehearsal.press("adam", "general", shown["ts"], action_of(shown, ":save:"))["acknowledged"]
    told_adam(rehearsal, "version 1 ")

    # then the channel reads that it is read now
    said = "this channel: setting reply_mode: read_along"
    until(lambda: said in str(rehearsal.visible("C0GENERAL01")), "the channel is told of the change")
    assert "From now on I read every message that people of this organisation write here" in str(
        rehearsal.visible("C0GENERAL01")
    )

    # when someone writes what needs no answer, then it is read, and nobody sees anything
    says(rehearsal, "SILENT: small talk")
    small = rehearsal.post("ben", "general", "nice weather today")
    until(lambda: (run := newest(fresh)) is not None and run.status is State.SILENT, "it kept silent")
    assert answers_in(rehearsal, small) == []
    theirs = [one for name in SHOWN for one in rehearsal.calls(name) if small.ts in str(one["args"])]
    assert theirs == []

    # and whoever asks why is told
    link = f"https://rehearsal.slack.com/archives/C0GENERAL01/p{small.ts.replace('.', '')}"
    rehearsal.command("adam", "general", "/tagwork", f"why {link}")
    told_adam(rehearsal, "silent: small talk")

    # when someone states a need that it can meet, then it says so once, in the thread, unseen until it does
    says(rehearsal, "They are in the sheet that Ben shared on Monday.")
    need = rehearsal.post("ann", "general", "does anyone know where the Q3 figures are?")
    ended(fresh, need, "They are in the sheet")
    assert len(answers_in(rehearsal, need)) == 1
    theirs = [one for name in SHOWN for one in rehearsal.calls(name) if need.ts in str(one["args"])]
    assert theirs == []

    # and status says to whom it said something unasked
    rehearsal.command("adam", "general", "/tagwork", "status")
    told_adam(rehearsal, "to ann, unasked: done after")

    # and what is written in other channels is still nobody's business
    before = len(sent(rehearsal))
    rehearsal.post("ann", "sales", "does anyone know?")
    rehearsal.wait_for("events_settled")
    assert len(sent(rehearsal)) == before
