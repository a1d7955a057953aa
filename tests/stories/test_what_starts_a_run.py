"""What becomes a request, a follow-up, a sentence at the door, or nothing at all."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from agents.journal import runs, tables
from agents.journal.transaction import Transaction
from agents.runs.life import Run
from tests.given.rehearsal import Posted, RehearsalProcess
from tests.given.replies import says, sent
from tests.given.tagwork import TagworkProcesses, answered, answers_in, tagwork

SECRET = "xoxb-" + "1234567890-abcdefSECRETabcdef"


@pytest.fixture(scope="module")
def in_two_channels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TagworkProcesses]:
    """A Tagwork that may answer in #sales and #general, and nowhere else."""
    with RehearsalProcess.start() as rehearsal:
        rehearsal.limits(1_000)
        settings = {"CHANNELS": "C0SALES0001,C0GENERAL01"}
        with tagwork(rehearsal, tmp_path_factory.mktemp("two"), settings=settings) as made:
            yield made


def _runs(tagwork: TagworkProcesses) -> list[Run]:
    return list(tagwork.journal.read(lambda tx: runs.listed(tx, most=100)))


def _told(tagwork: TagworkProcesses, posted: Posted, containing: str) -> list[str]:
    place = {"channel": posted.channel, "thread_ts": posted.thread_ts}
    tagwork.rehearsal.wait_for("bot_messages", **place, containing=containing, timeout_seconds=20)
    return answers_in(tagwork.rehearsal, posted)


def test_an_empty_mention_brings_a_short_help(in_two_channels: TagworkProcesses) -> None:
    # given / when someone only mentions us
    before = len(_runs(in_two_channels))
    posted = in_two_channels.rehearsal.post("ann", "sales", "@tagwork")

    # then they are told how to ask, and no Run is begun
    assert len(_told(in_two_channels, posted, "Mention me with what you need")) == 1
    assert len(_runs(in_two_channels)) == before


def test_a_message_of_forty_thousand_characters_brings_a_sentence(in_two_channels: TagworkProcesses) -> None:
    # given / when someone pastes a book
    before = len(_runs(in_two_channels))
    posted = in_two_channels.rehearsal.post("ann", "sales", "@tagwork " + "word " * 8_000)

    # then they are told how long it may be, and what to do
    [told] = _told(in_two_channels, posted, "characters")
    assert "30,000" in told
    assert "attach" in told
    assert len(_runs(in_two_channels)) == before


@pytest.mark.failure_mode(62)
@pytest.mark.parity("Refusal notices", "match")
def test_a_mention_outside_the_channels_of_the_settings_is_refused(in_two_channels: TagworkProcesses) -> None:
    # given / when someone asks where no setting allows it
    before = len(_runs(in_two_channels))
    posted = in_two_channels.rehearsal.post("ann", "finance", "@tagwork what did we sell?")

    # then they are told, and no Run is begun
    assert len(_told(in_two_channels, posted, "not set up to take requests here")) == 1
    assert len(_runs(in_two_channels)) == before


@pytest.mark.failure_mode(63)
def test_a_secret_in_a_message_is_stored_nowhere_and_its_author_is_told_privately(
    in_two_channels: TagworkProcesses,
) -> None:
    # given someone who pastes a token
    rehearsal = in_two_channels.rehearsal
    says(rehearsal, "Seen.")
    posted = rehearsal.post("ann", "sales", f"@tagwork is {SECRET} still in use?")

    # when the answer has come
    answered(rehearsal, posted)
    rehearsal.wait_for("calls", method="chat.postEphemeral", at_least=1)

    # then no table holds it, no log names it, the model did not get it, and only its author was told
    def every_table(tx: Transaction) -> str:
        return "\n".join(str(row) for table in tables.ALL for row in tx.rows(select(table)))

    kept = in_two_channels.journal.read(every_table)
    assert "[removed: Slack token]" in kept
    assert SECRET not in kept
    assert SECRET not in in_two_channels.log()
    assert SECRET not in str(sent(rehearsal))
    [whispered] = rehearsal.calls("chat.postEphemeral")
    assert whispered["args"]["user"] == "U0ANN000001"


@pytest.mark.failure_mode(35)
@pytest.mark.failure_mode(36)
def test_a_reply_without_a_mention_joins_the_run_that_is_under_way(in_two_channels: TagworkProcesses) -> None:
    # given a Run whose model is thinking
    rehearsal = in_two_channels.rehearsal
    rehearsal.control("POST", "/claude/holds", {"name": "thinking", "match": "the first half"})
    says(rehearsal, "The first half is here.")
    posted = rehearsal.post("ann", "sales", "@tagwork tell me about the first half")
    assert rehearsal.control("GET", "/claude/holds/thinking", {"arrived": 1, "wait": 20})["met"]
    before = len(_runs(in_two_channels))

    # when its asker adds something without mentioning us
    says(rehearsal, "And the second half too.")
    rehearsal.post("ann", "sales", "and the second half, please", thread_ts=posted.ts)
    rehearsal.wait_for("events_settled")
    rehearsal.control("POST", "/claude/holds/thinking/release")

    # then the same Run hears it and answers it
    _told(in_two_channels, posted, "second half")
    assert len(_runs(in_two_channels)) == before
    assert "and the second half, please" in str(sent(rehearsal)[-1]["body"]["messages"])


def test_a_reply_in_a_thread_to_which_nobody_called_us_is_ignored(in_two_channels: TagworkProcesses) -> None:
    # given a thread between people
    rehearsal = in_two_channels.rehearsal
    before, asked = len(_runs(in_two_channels)), len(sent(rehearsal))
    root = rehearsal.post("ann", "sales", "lunch?")

    # when someone replies in it
    rehearsal.post("ben", "sales", "sure", thread_ts=root.ts)
    rehearsal.wait_for("events_settled")

    # then nothing of it is kept, and nothing happens
    assert (len(_runs(in_two_channels)), len(sent(rehearsal))) == (before, asked)
    assert answers_in(rehearsal, root) == []


def test_an_edit_that_adds_a_mention_starts_nothing(in_two_channels: TagworkProcesses) -> None:
    # given a message without a mention
    rehearsal = in_two_channels.rehearsal
    before = len(_runs(in_two_channels))
    posted = rehearsal.post("ann", "sales", "what did we sell?")

    # when its author edits a mention into it
    rehearsal.edit(posted.channel, posted.ts, "@tagwork what did we sell?")
    rehearsal.wait_for("events_settled")

    # then no Run is begun
    assert len(_runs(in_two_channels)) == before


@pytest.mark.failure_mode(5)
def test_a_mention_in_a_thread_that_comes_only_as_a_message_is_a_mention(in_two_channels: TagworkProcesses) -> None:
    # given a thread between people
    rehearsal = in_two_channels.rehearsal
    root = rehearsal.post("ann", "general", "numbers are in")
    says(rehearsal, "Nice numbers.")

    # when someone mentions us in it, and Slack sends only the message event
    rehearsal.post("ann", "general", "@tagwork what do you say?", thread_ts=root.ts, deliveries=["message"])

    # then it is answered in that thread
    assert _told(in_two_channels, root, "Nice numbers.") == ["Nice numbers."]
