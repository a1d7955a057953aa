"""A thread is read page by page; names are shown, never trusted, and asked for sparingly."""

from collections.abc import Iterator

import pytest

from agents.surface import Place
from app.slack.deadlines import Deadline
from app.slack.egress import Egress
from app.slack.thread_reading import NAMES_ASKED, NamesSeen, later, own_message, reading, replies
from tests.app.slack.events_given import US, Json, a_user
from tests.app.slack.wire_server import Reply, WireServer, says, wire_server

PLACE = Place(US.team_id, "C0SALES0001", "100.000001")


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with wire_server() as server:
        yield server


@pytest.fixture
def egress(wire: WireServer) -> Iterator[Egress]:
    calls = Egress("xoxb-1-secret", wire.api)
    yield calls
    calls.close()


def test_pages_are_followed_to_the_last(wire: WireServer, egress: Egress) -> None:
    # given three pages, of which one holds odd entries and the last repeats its cursor
    def page(cursor: str, *messages: object) -> Reply:
        return says(messages=list(messages), response_metadata={"next_cursor": cursor})

    wire.answer("conversations.replies", page("a", {"ts": "1.1"}), page("b", None, {"ts": 3}, {"ts": "1.2"}), page("b"))
    # when read, then every message comes once, and the reading ends
    assert [message["ts"] for message in replies(egress, PLACE, Deadline(5))] == ["1.1", "1.2"]
    assert len(wire.seen) == 3


@pytest.mark.failure_mode(33)
@pytest.mark.parametrize(
    ("message", "delivery"),
    [
        (
            {"bot_id": US.bot_id, "metadata": {"event_type": "tagwork_delivery", "event_payload": {"delivery": "d"}}},
            "d",
        ),
        ({"bot_id": US.bot_id, "metadata": {"event_type": "other", "event_payload": {"delivery": "d"}}}, ""),
        ({"bot_id": US.bot_id, "metadata": []}, ""),
        ({"bot_id": US.bot_id}, ""),
        ({"bot_id": "B1", "metadata": {"event_type": "tagwork_delivery", "event_payload": {"delivery": "d"}}}, None),
        ({"user": "U1", "metadata": {"event_type": "tagwork_delivery", "event_payload": {"delivery": "d"}}}, None),
    ],
)
def test_ours_is_what_our_bot_wrote_and_nothing_else(message: Json, delivery: str | None) -> None:
    # given a message with or without our id and metadata, when asked, then the bot id alone makes it ours
    ours = own_message({"ts": "1.1", **message}, US)
    assert (ours.delivery_id if ours else None) == delivery


def test_times_are_compared_as_numbers() -> None:
    # given ts of different lengths, when compared, then by value
    assert later("1000.000001", "999.000002")
    assert not later("999.000002", "999.000002")
    assert later("1.1", "")


def test_a_name_is_asked_for_once(wire: WireServer, egress: Egress) -> None:
    # given two readings of one person's messages
    wire.answer("users.info", says(user=a_user()))
    seen = NamesSeen(egress)
    for _ in range(2):
        read = reading(seen, US, US.team_id, Deadline(5))
        posted = read.posted({"ts": "1.1", "user": "U0ANN000001", "text": "<@U0ANN000001> &amp; <@U0TAGWORK01>"}, "C1")
        # when shown, then by name, in the text as well
        assert (posted.author, posted.author_id, posted.text) == ("Ann", "U0ANN000001", "@Ann & @Tagwork")
    assert len(wire.seen) == 1


def test_names_that_slack_does_not_tell_are_shown_as_ids_and_few_are_asked(wire: WireServer, egress: Egress) -> None:
    # given a crowd of mentions, of people Slack does not know
    wire.answer("users.info", *[Reply(200, b'{"ok": false, "error": "user_not_found"}')] * 50)
    text = " ".join(f"<@U{number}>" for number in range(50))
    # when shown, then by id, and few were asked for
    read = reading(NamesSeen(egress), US, US.team_id, Deadline(5))
    posted = read.posted({"ts": "1.1", "bot_id": "B1", "text": text}, "C1")
    assert posted.text.startswith("@U0 @U1 ")
    assert (posted.author, posted.author_id) == ("someone", "")
    assert len(wire.seen) == NAMES_ASKED


@pytest.mark.parametrize(
    ("message", "author"),
    [
        ({"bot_id": US.bot_id}, "Tagwork"),
        ({"user": US.bot_user_id}, "Tagwork"),
        ({"bot_id": "B1", "bot_profile": {"name": "deploybot"}}, "deploybot (app)"),
        ({"bot_id": "B1", "username": "hook"}, "hook (app)"),
        ({"username": "Tagwork"}, "someone"),
    ],
)
def test_nobody_else_is_shown_as_us(egress: Egress, message: Json, author: str) -> None:
    # given messages of ours and of others, when shown, then only ours carry our name
    read = reading(NamesSeen(egress), US, US.team_id, Deadline(5))
    assert read.posted({"ts": "1.1", **message}, "C1").author == author


def test_a_person_with_our_name_is_told_apart(wire: WireServer, egress: Egress) -> None:
    # given someone who calls themselves Tagwork, when shown, then their id stands beside the name
    wire.answer("users.info", says(user=a_user(profile={"display_name": "tagwork"})))
    read = reading(NamesSeen(egress), US, US.team_id, Deadline(5))
    assert read.posted({"ts": "1.1", "user": "U0ANN000001", "text": "hi"}, "C1").author == "tagwork (U0ANN000001)"
