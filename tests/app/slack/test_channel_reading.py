"""A channel is read backwards, page by page, within a window of our own."""

from collections.abc import Sequence

import pytest

from agents.surface import Refused
from app.slack.channel_reading import history, reply_count
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from tests.app.slack.surface_given import on_stage
from tests.app.slack.wire_server import says, wire_server
from tools.contract import InChannel


def test_pages_are_followed_and_the_window_is_ours() -> None:
    # given pages of which one holds odd entries and messages outside what was asked for
    with wire_server() as wire:
        egress = Egress("xoxb-1-secret", wire.api)
        pages = [[{"ts": "9.1"}, {"ts": "5.1"}, None, {"ts": 3}], [{"ts": "4.1"}, {"ts": "1.1"}]]
        wire.answer(
            "conversations.history",
            says(messages=pages[0], response_metadata={"next_cursor": "a"}),
            says(messages=pages[1], response_metadata={"next_cursor": ""}),
        )
        # when the channel is read between two messages
        read = [one["ts"] for one in history(egress, "C1", Deadline(5), after="1.1", before="9.1")]
        egress.close()
        # then only those between them come, newest first
        assert read == ["5.1", "4.1"]
        assert len(wire.seen) == 2


def test_replies_are_counted_where_slack_counts_them() -> None:
    # given messages with and without a count, when counted, then what is no count is none
    counts: list[dict[str, object]] = [{"reply_count": 3}, {}, {"reply_count": "3"}, {"reply_count": -1}]
    assert [reply_count(one) for one in counts] == [3, 0, 0, 0]


@pytest.mark.failure_mode(33)
def test_the_surface_shows_a_channel_oldest_first_and_nobody_as_us() -> None:
    # given a channel with a thread and a post of another app
    with on_stage() as stage:
        start = stage.thread("zero")
        first = stage.rehearsal.post("ann", "sales", "one")
        stage.rehearsal.post("adam", "sales", "a reply", thread_ts=first.ts)
        stage.rehearsal.post("deploybot", "sales", "two")
        stage.rehearsal.post("ann", "sales", "three")

        # when its last two messages are read, and then those before
        def read(before: str) -> tuple[Sequence[InChannel], bool]:
            return stage.surface.channel_messages(
                start, start.channel, after=start.root, before=before, limit=2, seconds=5
            )

        newest, more = read("")
        rest, none = read(newest[0].posted.at)

        # then both come oldest first, replies are counted, and the other app keeps its own name
        assert [one.posted.text for one in newest] == ["two", "three"]
        assert newest[0].posted.author.endswith("(app)")
        assert ([(one.posted.text, one.replies) for one in rest], more, none) == ([("one", 1)], True, False)

        # and a channel that we are not in is refused
        with pytest.raises(Refused):
            stage.surface.channel_messages(start, "C0NOWHERE01", after="", before="", limit=2, seconds=5)
