"""read_channel shows what stands in the channel, newest last, and says what it left out."""

import pytest
from pydantic import ValidationError

from tests.given.tool_context import ChannelPosts, a_context
from tools.contract import BadArguments, Destination, InChannel, Posted, ToolResult, Trust
from tools.read_channel import TOOL, HistoryWanted

NOON = 1_764_000_000
"""2025-11-24 16:00 UTC."""


def channel_of(*texts: str, replies: int = 0) -> ChannelPosts:
    return ChannelPosts(
        [InChannel(Posted(f"{NOON + at}.000100", "Ann", text), replies) for at, text in enumerate(texts)]
    )


def read(channel: ChannelPosts, **wanted: object) -> ToolResult:
    return TOOL.call(HistoryWanted.model_validate(wanted), a_context(channel=channel))


def test_messages_come_oldest_first_with_the_number_of_their_replies() -> None:
    # given a channel with two messages that have replies
    # when it is read
    result = read(channel_of("first", "second", replies=2))

    # then both are there in order, with their replies counted, and are sources
    assert result.text.splitlines() == [
        "2 messages of this channel, oldest first. Replies in threads are counted and not shown.",
        f"[{NOON}.000100] 2025-11-24 16:00 UTC Ann: first",
        "  (2 replies in its thread)",
        f"[{NOON + 1}.000100] 2025-11-24 16:00 UTC Ann: second",
        "  (2 replies in its thread)",
    ]
    assert [source.kind for source in result.sources] == ["message", "message"]
    assert result.trust is Trust.UNTRUSTED


@pytest.mark.failure_mode(32)
@pytest.mark.parametrize("size", [10, 5_000])
def test_following_the_cuts_backwards_reads_every_message_once(size: int) -> None:
    # given 30 messages, short or long
    channel = channel_of(*[f"message {at} " + "x" * size for at in range(30)])

    # when they are read 7 at a time, each time from where the cut says
    seen: list[str] = []
    before = ""
    while True:
        result = read(channel, before=before, after="2025-11-24", limit=7)
        seen = [source.id for source in result.sources] + seen
        if not result.cut:
            break
        assert result.text.splitlines()[-1] == f"Cut: {result.cut}"
        assert 'after "2025-11-24"' in result.cut
        before = result.cut.split('before "')[1].split('"')[0]

    # then each was seen once, in order
    assert seen == [one.posted.at for one in channel.posted]


def test_a_time_bounds_what_is_read() -> None:
    # given messages on one day
    channel = channel_of("a", "b")

    # when days before and after are read, then only the right one has them
    assert read(channel, after="2025-11-24T16:00").text.startswith("2 messages")
    assert read(channel, after="2025-11-25").text.startswith("0 messages")
    assert read(channel, before="2025-11-24T16:00").text.startswith("0 messages")


def test_a_day_that_is_in_no_calendar_is_refused() -> None:
    # given a date that does not exist, when the channel is read, then the model is told the form
    with pytest.raises(BadArguments, match="no 2025-02-30 in the calendar"):
        read(channel_of("a"), after="2025-02-30")


def test_it_says_which_channel_it_would_read() -> None:
    # given a tool that touches a channel, when asked, then it says which
    assert TOOL.touches is not None
    assert TOOL.touches(HistoryWanted(channel="#sales")) == Destination("channel", "#sales")


@pytest.mark.parametrize("wanted", [{"after": "yesterday"}, {"limit": 0}, {"limit": 1000}, {"channel": "C1\nC2"}])
def test_arguments_outside_the_schema_are_refused(wanted: dict[str, object]) -> None:
    # given arguments that the schema does not have, when they are checked, then they are refused
    with pytest.raises(ValidationError):
        HistoryWanted.model_validate(wanted)
