"""Histories, threads, members and direct messages over the wire."""

from functools import partial

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.given.rehearsal import Json, RehearsalProcess


def test_a_thread_comes_oldest_first_in_pages_without_gap_or_repeat(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given a thread of seven
    root = shared_rehearsal.post("ann", "sales", "root")
    replies = [shared_rehearsal.post("ben", "sales", f"r{n}", thread_ts=root.ts).ts for n in range(6)]
    # when it is read in pages of three
    read, more = [], []
    for page in shared_client.conversations_replies(channel=root.channel, ts=root.ts, limit=3):
        read += [message["ts"] for message in page["messages"]]
        more.append(page["has_more"])
    # then
    assert read == [root.ts, *replies]
    assert more == [True, True, False]


def test_oldest_leaves_out_replies_up_to_it_unless_inclusive(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    root = shared_rehearsal.post("ann", "sales", "root")
    first, second = (shared_rehearsal.post("ben", "sales", f"r{n}", thread_ts=root.ts).ts for n in range(2))
    read = partial(shared_client.conversations_replies, channel=root.channel, ts=root.ts, oldest=first)
    # when
    after = read()["messages"]
    inclusive = read(inclusive=True)["messages"]
    # then the root comes in any case
    assert [message["ts"] for message in after] == [root.ts, second]
    assert [message["ts"] for message in inclusive] == [root.ts, first, second]


def test_the_root_counts_its_replies_and_a_reply_names_its_parents_author(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    root = shared_rehearsal.post("ann", "sales", "root")
    reply = shared_rehearsal.post("ben", "sales", "reply", thread_ts=root.ts)
    # when
    shown = shared_client.conversations_replies(channel=root.channel, ts=root.ts)["messages"]
    # then
    assert (shown[0]["reply_count"], shown[0]["latest_reply"]) == (1, reply.ts)
    assert (shown[1]["thread_ts"], shown[1]["parent_user_id"]) == (root.ts, "U0ANN000001")


def test_the_ts_of_a_reply_gets_that_reply_alone(shared_rehearsal: RehearsalProcess, shared_client: WebClient) -> None:
    # given
    root = shared_rehearsal.post("ann", "sales", "root")
    reply = shared_rehearsal.post("ben", "sales", "reply", thread_ts=root.ts)
    # when
    shown = shared_client.conversations_replies(channel=root.channel, ts=reply.ts)["messages"]
    # then
    assert [message["ts"] for message in shown] == [reply.ts]


def test_an_own_message_carries_bot_and_app_and_shows_metadata_only_when_asked(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    metadata = {"event_type": "tagwork", "event_payload": {"delivery": "d1"}}
    root = shared_rehearsal.post("ann", "sales", "root")
    shared_client.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="answer", metadata=metadata)
    # when
    plain = shared_client.conversations_replies(channel=root.channel, ts=root.ts)["messages"][1]
    asked = shared_client.conversations_replies(channel=root.channel, ts=root.ts, include_all_metadata=True)
    # then
    me = shared_client.auth_test()
    assert (plain["bot_id"], plain["user"], plain["app_id"]) == (me["bot_id"], me["user_id"], shared_rehearsal.app_id)
    assert "metadata" not in plain
    assert asked["messages"][1]["metadata"] == metadata


def test_a_history_is_newest_first_and_leaves_replies_to_their_threads(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    one = shared_rehearsal.post("ann", "general", "one")
    shared_rehearsal.post("ben", "general", "reply", thread_ts=one.ts)
    two = shared_rehearsal.post("ann", "general", "two")
    # when
    history = shared_client.conversations_history(channel=one.channel, oldest=one.ts, inclusive=True, limit=1)
    # then
    assert [message["ts"] for page in history for message in page["messages"]] == [two.ts, one.ts]


def test_a_deleted_root_with_replies_leaves_a_tombstone_and_without_them_nothing(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given one thread with a reply and one without, both roots deleted
    kept = shared_rehearsal.post("ann", "sales", "root")
    shared_rehearsal.post("ben", "sales", "reply", thread_ts=kept.ts)
    gone = shared_rehearsal.post("ann", "sales", "alone")
    for post in (kept, gone):
        shared_rehearsal.delete(post.channel, post.ts)
    # when
    tombstone, reply = shared_client.conversations_replies(channel=kept.channel, ts=kept.ts)["messages"]
    # then
    assert tombstone["subtype"] == "tombstone"
    assert "root" not in str(tombstone["text"])
    assert reply["text"] == "reply"
    refusal = error_of(lambda: shared_client.conversations_replies(channel=gone.channel, ts=gone.ts))
    assert refusal["error"] == "thread_not_found"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOSUCH001", "channel_not_found"),
        ("C0SECRET001", "channel_not_found"),
        ("C0RANDOM001", "not_in_channel"),
        ("#sales", "channel_not_found"),
    ],
)
def test_a_channel_out_of_reach_cannot_be_read(shared_client: WebClient, channel: str, error: str) -> None:
    # given a channel that is unknown, private from outside, or one the bot is not in / when
    refusal = error_of(lambda: shared_client.conversations_history(channel=channel))
    # then
    assert refusal["error"] == error


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"cursor": "!!"}, "invalid_cursor"),
        ({"limit": "0"}, "invalid_limit"),
        ({"limit": "many"}, "invalid_limit"),
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "x"}, "invalid_ts_latest"),
    ],
)
def test_wrong_windows_are_refused(shared_client: WebClient, arguments: Json, error: str) -> None:
    # given / when
    refusal = error_of(lambda: shared_client.conversations_history(channel="C0SALES0001", **arguments))
    # then
    assert refusal["error"] == error


def test_info_tells_private_external_archived_and_direct_channels_apart(shared_client: WebClient) -> None:
    # given / when
    shown = {
        channel: shared_client.conversations_info(channel=channel)["channel"]
        for channel in ("C0SALES0001", "C0FINANCE01", "C0PARTNERS1", "C0OLDNEWS01", "C0RANDOM001")
    }
    direct = shared_client.conversations_open(users=["U0ANN000001"], return_im=True)["channel"]
    # then
    assert shown["C0SALES0001"]["is_private"] is False
    assert shown["C0FINANCE01"]["is_private"] is True
    assert shown["C0PARTNERS1"]["is_ext_shared"] is True
    assert shown["C0OLDNEWS01"]["is_archived"] is True
    assert shown["C0RANDOM001"]["is_member"] is False
    assert (direct["is_im"], direct["user"]) == (True, "U0ANN000001")


def test_a_direct_message_is_opened_once_a_person(shared_client: WebClient) -> None:
    # given a person who has no direct message with the bot yet / when it is opened twice, then posted to by user id
    first, again = (shared_client.conversations_open(users="U0GINA00001")["channel"]["id"] for _ in range(2))
    posted = shared_client.chat_postMessage(channel="U0GINA00001", text="hello")
    # then
    assert first == again == posted["channel"]
    assert error_of(lambda: shared_client.conversations_open(users="U0DORA00001"))["error"] == "user_disabled"


def test_members_come_in_pages(shared_client: WebClient) -> None:
    # given / when
    pages = [page["members"] for page in shared_client.conversations_members(channel="C0SALES0001", limit=3)]
    members = [user for page in pages for user in page]
    # then
    assert len(pages) > 1
    assert len(members) == len(set(members))
    assert shared_client.auth_test()["user_id"] in members
