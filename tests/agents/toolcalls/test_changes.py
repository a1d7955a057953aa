"""What a tool is lent to change things: whose readers are made sure of, and what it is told when it may not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.given.engines import Engine
from tests.given.lent_calls import a_call, calls, finds
from tests.given.time import move
from tools.contract import BadArguments, MayHaveHappened, ToolFailed, Trust, Unavailable

GENERAL, PARTNERS, OLD, RANDOM, SECRET = "C0GENERAL01", "C0PARTNERS1", "C0OLDNEWS01", "C0RANDOM001", "C0SECRET001"
ADAM, SAM, DORA, BOT = "U0ADAM00001", "U0STRANGE01", "U0DORA00001", "U0OTHERBOT1"


def ours(engine: Engine, channel: str) -> list[str]:
    return [one["text"] for one in engine.rehearsal.history(channel) if one["by_app"]]


def ahead(engine: Engine, seconds: int) -> str:
    now = engine.journal.read(lambda tx: tx.now()) // 1_000_000
    return datetime.fromtimestamp(now + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_post_elsewhere_says_which_request_it_comes_from(engine: Engine) -> None:
    # given a call of a Run in sales
    call = a_call(engine, "post_message")
    # when it posts in general
    result = calls(engine, call, channel=GENERAL, text="The list is ready.")
    # then it stands there with the Run's number, and the model is told where; nothing untrusted came back
    (text,) = ours(engine, GENERAL)
    assert text.startswith("The list is ready.")
    assert "Sent on request #1" in text
    assert result.text.startswith(f"Posted in {GENERAL} as message ")
    assert result.trust is Trust.TRUSTED
    (source,) = result.sources
    assert source.url.endswith(f"p{source.id.replace('.', '')}")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("post_message", {"channel": PARTNERS, "text": "x"}),
        ("schedule_message", {"channel": PARTNERS, "text": "x", "at": "2027-01-01T09:00Z"}),
        ("set_topic", {"channel": PARTNERS, "topic": "x"}),
        ("write_canvas", {"channel": PARTNERS, "text": "x"}),
    ],
)
def test_a_channel_that_another_organisation_shares_has_to_be_named_as_one(
    engine: Engine, tool: str, arguments: dict[str, Any]
) -> None:
    # given a channel that is shared, and a call that does not say so
    call = a_call(engine, tool)
    # when it is made, then nothing happens, and the model is told the word that policy judges
    with pytest.raises(BadArguments, match=r"shared with another organisation\. Call again with outside: true"):
        calls(engine, call, **arguments)
    changing = {"chat.postMessage", "chat.scheduleMessage", "conversations.setTopic", "conversations.canvases.create"}
    assert not [one for one in engine.rehearsal.calls(channel=PARTNERS) if one["method"] in changing]
    # and with it the call is made
    if "at" in arguments:
        arguments = {**arguments, "at": ahead(engine, 3_600)}
    calls(engine, call, **arguments, outside=True)


def test_a_person_of_another_organisation_has_to_be_named_as_one(engine: Engine) -> None:
    # given someone from outside, when written to without a word of it, then nothing is sent; with it, it is
    call = a_call(engine, "post_message")
    with pytest.raises(BadArguments, match="belongs to another organisation"):
        calls(engine, call, person=SAM, text="x")
    assert calls(engine, call, person=SAM, text="x", outside=True).text.startswith(f"Posted to {SAM}")


@pytest.mark.parametrize(("person", "words"), [(DORA, "deactivated"), (BOT, "That is an app")])
def test_a_message_goes_to_nobody_who_is_no_person(engine: Engine, person: str, words: str) -> None:
    # given an account that nobody reads, when written to, then the model is told
    with pytest.raises(BadArguments, match=words):
        calls(engine, a_call(engine, "post_message"), person=person, text="x")


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (OLD, "archived"),
        (RANDOM, "I am not in that channel"),
        (SECRET, "no such channel that I can see"),
        ("C0NOWHERE01", "no such channel that I can see"),
    ],
)
def test_a_channel_where_nothing_can_be_posted_is_told_in_words(engine: Engine, channel: str, words: str) -> None:
    # given such a channel, when posted to, then the reason is words that people can act on
    with pytest.raises(ToolFailed, match=words):
        calls(engine, a_call(engine, "post_message"), channel=channel, text="x")


def test_slack_that_asks_to_wait_has_done_nothing(engine: Engine) -> None:
    # given a Slack that counts too many posts, when one more is made, then it may be tried again later
    engine.rehearsal.fault("ratelimited", "chat.postMessage", seconds=7)
    with pytest.raises(Unavailable) as later:
        calls(engine, a_call(engine, "post_message"), channel=GENERAL, text="x")
    assert later.value.retry_after == 7
    assert ours(engine, GENERAL) == []


def test_a_reminder_comes_into_the_runs_own_thread(engine: Engine) -> None:
    # given a call that names neither channel nor person, in a channel that others share
    call = a_call(engine, "schedule_message", channel="partners")
    # when its time has come
    result = calls(engine, call, text="Ask Sam.", at=ahead(engine, 600))
    move(engine.journal.database.clock, 700)
    engine.rehearsal.clock(700)
    # then it stands in the thread, whose readers are those of the Run's answers
    assert result.text.startswith("It will be posted in this thread at ")
    posted = [one for one in engine.rehearsal.history(PARTNERS) if one["by_app"]]
    assert [bool(one.get("thread_ts")) for one in posted] == [True]
    assert "Scheduled on request #1" in posted[0]["text"]
    assert finds(engine, call, text="Ask Sam.", at=ahead(engine, -100)) is not None


def test_while_a_scheduled_message_may_be_on_its_way_nobody_says_that_it_is_not(engine: Engine) -> None:
    # given a message that was to be posted half a minute ago, or comes within half a minute, and is in no list
    call = a_call(engine, "schedule_message")
    # when looked for, then that is open; well before and well after it is not
    for seconds in (30, -30):
        with pytest.raises(MayHaveHappened):
            finds(engine, call, text="x", at=ahead(engine, seconds))
    assert finds(engine, call, text="x", at=ahead(engine, 300)) is None
    assert finds(engine, call, text="x", at=ahead(engine, -300)) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(-60, "That time has passed"), (121 * 86_400, "more than 120 days ahead")]
)
def test_a_time_that_slack_does_not_take_is_told_in_words(engine: Engine, seconds: int, words: str) -> None:
    # given such a time, when a message is scheduled for it, then the reason is words
    with pytest.raises(ToolFailed, match=words):
        calls(engine, a_call(engine, "schedule_message"), text="x", at=ahead(engine, seconds))


def test_a_section_of_a_canvas_is_named_by_words_that_only_it_has(engine: Engine) -> None:
    # given a canvas with two lines that share a word
    calls(engine, a_call(engine, "write_canvas"), text="# Plan\n\nNorth: 1\n\nSouth: 1")
    call = a_call(engine, "write_canvas")
    # when one is to be replaced by words that both have, or none, then nothing happens
    for words, said in ((": 1", "2 sections"), ("East", "No sections")):
        with pytest.raises(BadArguments, match=said):
            calls(engine, call, text="x", where="instead", section=words)
    # and by its own words it is
    calls(engine, call, text="North: 2", where="instead", section="North")
    shown = [one["text"] for one in engine.rehearsal.control("GET", "/canvas", {"channel": "sales"})["sections"]]
    assert shown[1].startswith("North: 2 (Tagwork ")
    assert shown[2].startswith("South: 1")


def test_a_channel_without_a_canvas_has_no_section(engine: Engine) -> None:
    # given no canvas, when a section of it is named, then none is made
    with pytest.raises(BadArguments, match="has no canvas yet"):
        calls(engine, a_call(engine, "write_canvas"), text="x", where="after", section="Plan")
    assert engine.rehearsal.control("GET", "/canvas", {"channel": "sales"})["sections"] == []


def test_a_topic_with_an_address_is_refused_in_words(engine: Engine) -> None:
    # given such a topic, when it is set, then the model is told what a topic can hold
    with pytest.raises(ToolFailed, match="no addresses or mentions"):
        calls(engine, a_call(engine, "set_topic"), topic="see https://evil.example")
