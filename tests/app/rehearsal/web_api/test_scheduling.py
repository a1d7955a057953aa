"""Messages that wait for Rehearsal's clock."""

import time
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.given.rehearsal import RehearsalProcess

SALES = "C0SALES0001"
HOUR = 3_600


def in_an_hour() -> int:
    """A time to post at."""
    return int(time.time()) + HOUR


def test_a_message_waits_for_its_time_and_is_posted_once(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    root = rehearsal.post("ann", "sales", "root").ts
    client.chat_scheduleMessage(channel=SALES, thread_ts=root, post_at=in_an_hour(), text="see https://example.com")
    before = rehearsal.thread("sales", root)
    # when
    rehearsal.clock(HOUR + 1)
    # then
    assert len(before) == 1
    assert [one["text"] for one in rehearsal.thread("sales", root)] == ["root", "see https://example.com"]
    assert float(rehearsal.thread("sales", root)[1]["ts"]) > float(root) + HOUR - 1
    assert rehearsal.visible("sales", root)[-1]["unfurled"] == ["https://example.com"]
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []
    assert len(rehearsal.thread("sales", root)) == 2


def test_waiting_messages_are_listed_in_pages_and_can_be_deleted(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    ids = [
        client.chat_scheduleMessage(channel=SALES, post_at=in_an_hour() + number, text=str(number))[
            "scheduled_message_id"
        ]
        for number in range(3)
    ]
    # when
    first = client.chat_scheduledMessages_list(channel=SALES, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.chat_scheduledMessages_list(channel=SALES, limit=2, cursor=cursor)
    client.chat_deleteScheduledMessage(channel=SALES, scheduled_message_id=ids[0])
    # then
    listed = [one["id"] for page in (first, second) for one in page["scheduled_messages"]]
    assert listed == ids
    assert [one["id"] for one in client.chat_scheduledMessages_list()["scheduled_messages"]] == ids[1:]
    unknown = error_of(lambda: client.chat_deleteScheduledMessage(channel=SALES, scheduled_message_id=ids[0]))
    assert unknown["error"] == "invalid_scheduled_message_id"


def test_the_last_minute_is_too_late_to_delete(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    made = client.chat_scheduleMessage(channel=SALES, post_at=in_an_hour(), text="x")["scheduled_message_id"]
    rehearsal.clock(HOUR - 30)
    # when
    refusal = error_of(lambda: client.chat_deleteScheduledMessage(channel=SALES, scheduled_message_id=made))
    # then
    assert refusal["error"] == "invalid_scheduled_message_id"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"post_at": 1_000}, "time_in_past"),
        ({"post_at": int(time.time()) + 121 * 86_400}, "time_too_far"),
        ({"post_at": "soon"}, "invalid_time"),
        ({"channel": "C0OLDNEWS01"}, "is_archived"),
        ({"thread_ts": "1700000000.000100"}, "thread_not_found"),
        ({"text": " "}, "no_text"),
    ],
)
def test_what_cannot_be_posted_is_not_scheduled(shared_client: WebClient, more: dict[str, Any], error: str) -> None:
    # given
    args = {"channel": SALES, "post_at": in_an_hour(), "text": "x", **more}
    # when
    refusal = error_of(lambda: shared_client.api_call("chat.scheduleMessage", json=args))
    # then
    assert refusal["error"] == error


def test_nothing_is_posted_where_the_app_is_not_any_more(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    client.chat_scheduleMessage(channel=SALES, post_at=in_an_hour(), text="x")
    rehearsal.membership("sales", "bot", join=False)
    # when
    rehearsal.clock(HOUR + 1)
    # then
    assert rehearsal.history("sales") == []


def test_what_carries_metadata_is_taken_and_never_posted(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given a message with metadata, of which Slack's page warns
    metadata = {"event_type": "x", "event_payload": {}}
    client.chat_scheduleMessage(channel=SALES, post_at=in_an_hour(), text="x", metadata=metadata)
    # when its time comes
    rehearsal.clock(HOUR + 1)
    # then nobody sees it, and it waits no more
    assert rehearsal.history("sales") == []
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []


def test_no_more_than_thirty_wait_for_the_same_minutes_of_a_channel(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given thirty messages for the same five minutes
    rehearsal.limits(100)
    at = in_an_hour()
    for number in range(30):
        client.chat_scheduleMessage(channel=SALES, post_at=at + number, text=str(number))
    # when one more is to wait for them, then it is refused, and one for later is not
    refused = error_of(lambda: client.chat_scheduleMessage(channel=SALES, post_at=at + 60, text="x"))
    assert refused["error"] == "restricted_too_many"
    client.chat_scheduleMessage(channel=SALES, post_at=at + HOUR, text="x")
