"""Guests, strangers and other bots are told once a day and channel that they may not ask, and never start a Run."""

from collections.abc import Iterator

import pytest

from agents.journal import runs
from tests.given.rehearsal import Posted, RehearsalProcess
from tests.given.replies import sent
from tests.given.tagwork import TagworkProcesses, answers_in, tagwork

DAY = 86_400.0


@pytest.fixture(scope="module")
def at_the_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TagworkProcesses]:
    """A Tagwork whose clock Rehearsal moves."""
    home = tmp_path_factory.mktemp("door")
    clock_file = home / "clock"
    with RehearsalProcess.start(clock_file=clock_file) as rehearsal:
        rehearsal.limits(1_000)
        with tagwork(rehearsal, home, settings={"CLOCK__OFFSET_FILE": str(clock_file)}) as made:
            yield made


def _told(tagwork: TagworkProcesses, posted: Posted, *, containing: str) -> list[str]:
    tagwork.rehearsal.wait_for(
        "bot_messages", channel=posted.channel, thread_ts=posted.thread_ts, containing=containing, timeout_seconds=20
    )
    return answers_in(tagwork.rehearsal, posted)


@pytest.mark.failure_mode(61)
@pytest.mark.parametrize(
    ("who", "channel", "sentence"),
    [
        ("gus", "sales", "guest accounts"),
        ("sam", "partners", "people of the workspace"),
        ("deploybot", "general", "apps or workflows"),
    ],
)
@pytest.mark.parity("Bot-posted mentions", "match")
@pytest.mark.parity("Refusal notices", "match")
def test_who_may_not_ask_is_told_once_a_day_and_never_starts_a_run(
    at_the_door: TagworkProcesses, who: str, channel: str, sentence: str
) -> None:
    # given someone whom no rule admits
    rehearsal = at_the_door.rehearsal
    before, asked = len(at_the_door.journal.read(lambda tx: runs.listed(tx, most=100))), len(sent(rehearsal))

    # when they ask three times, and once more on the next day
    first = rehearsal.post(who, channel, "@tagwork what did we sell?")
    told = _told(at_the_door, first, containing=sentence)
    again = [rehearsal.post(who, channel, f"@tagwork and now? {number}") for number in range(2)]
    rehearsal.wait_for("events_settled")
    offset = float(rehearsal.control("POST", "/clock")["offset"])
    rehearsal.clock(offset + DAY)
    tomorrow = rehearsal.post(who, channel, "@tagwork what did we sell?")
    told_tomorrow = _told(at_the_door, tomorrow, containing=sentence)

    # then one polite sentence came on each day, and no model was asked
    assert len(told) == len(told_tomorrow) == 1
    assert [answers_in(rehearsal, one) for one in again] == [[], []]
    assert len(at_the_door.journal.read(lambda tx: runs.listed(tx, most=100))) == before
    assert len(sent(rehearsal)) == asked


@pytest.mark.failure_mode(61)
@pytest.mark.parity("Refusal notices", "match")
def test_whose_account_was_deactivated_while_nobody_knew_them_is_refused(at_the_door: TagworkProcesses) -> None:
    # given a member whose account is deactivated before Slack was asked who they are
    rehearsal = at_the_door.rehearsal
    asked = len(sent(rehearsal))
    rehearsal.hold("who", "users.info")
    posted = rehearsal.post("ben", "sales", "@tagwork what did we sell?")
    rehearsal.wait_for("hold", name="who", at_least=1)
    rehearsal.control("POST", "/person", {"user": "ben", "kind": "deactivated"})

    # when Slack answers
    rehearsal.release("who")

    # then they are told, and no Run was begun
    assert len(_told(at_the_door, posted, containing="deactivated")) == 1
    assert len(sent(rehearsal)) == asked


@pytest.mark.failure_mode(12)
@pytest.mark.parity("Bot-posted mentions", "match")
def test_our_own_words_and_other_bots_replies_never_loop(at_the_door: TagworkProcesses) -> None:
    # given an answer of ours, under which another bot mentions us again and again
    rehearsal = at_the_door.rehearsal
    posted = rehearsal.post("ann", "sales", "@tagwork hello, what can you do?")
    _told(at_the_door, posted, containing="")
    asked = len(sent(rehearsal))

    # when it does, in the thread
    for number in range(5):
        rehearsal.post("deploybot", "sales", f"@tagwork thanks {number}", thread_ts=posted.ts)
    rehearsal.wait_for("events_settled")

    # then the model is not asked again, and the bot is told at most once that it may not ask
    assert len(sent(rehearsal)) == asked
    told = [text for text in answers_in(rehearsal, posted) if "apps or workflows" in text]
    assert len(told) <= 1
