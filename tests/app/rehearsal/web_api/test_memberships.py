"""Which conversations there are, and how the app joins, leaves and opens them."""

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.given.rehearsal import RehearsalProcess

SALES, RANDOM, SECRET, ARCHIVED = "C0SALES0001", "C0RANDOM001", "C0SECRET001", "C0OLDNEWS01"


def names(answer: object) -> list[str]:
    """The names in a list of channels."""
    return sorted(one["name"] for one in answer["channels"])  # type: ignore[index]


def test_the_list_holds_what_the_app_may_know_of(shared_client: WebClient) -> None:
    # given / when
    public = shared_client.conversations_list()
    private = shared_client.conversations_list(types="private_channel")
    living = shared_client.conversations_list(exclude_archived=True)
    # then
    assert {"random", "sales", "old-news"} <= {*names(public)}
    assert names(private) == ["finance"]
    assert "old-news" not in names(living)
    assert error_of(lambda: shared_client.conversations_list(types="public"))["error"] == "invalid_types"


def test_the_list_comes_in_pages(shared_client: WebClient) -> None:
    # given
    whole = names(shared_client.conversations_list())
    # when
    pages, cursor = [], None
    while cursor != "":
        page = shared_client.conversations_list(limit=2, cursor=cursor)
        pages += names(page)
        cursor = page["response_metadata"]["next_cursor"]
    # then
    assert sorted(pages) == whole


def test_the_conversations_of_someone_are_those_they_are_in(shared_client: WebClient) -> None:
    # given / when
    ours = shared_client.users_conversations()
    guests = shared_client.users_conversations(user="U0GUS000001")
    # then
    assert "random" not in names(ours)
    assert names(guests) == ["sales"]
    assert error_of(lambda: shared_client.users_conversations(user="U0NOBODY001"))["error"] == "user_not_found"


def test_the_app_joins_public_channels_only(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given
    assert error_of(lambda: client.chat_postMessage(channel=RANDOM, text="x"))["error"] == "not_in_channel"
    # when
    client.conversations_join(channel=RANDOM)
    again = client.conversations_join(channel=RANDOM)
    # then
    assert client.chat_postMessage(channel=RANDOM, text="x")["ok"]
    assert again["warning"] == "already_in_channel"
    assert [one["payload"]["event"]["channel"] for one in rehearsal.events("member_joined_channel")] == [RANDOM]
    assert error_of(lambda: client.conversations_join(channel=SECRET))["error"] == "channel_not_found"
    assert error_of(lambda: client.conversations_join(channel=ARCHIVED))["error"] == "is_archived"


def test_the_app_leaves_a_channel_and_hears_nothing_from_it(rehearsal: RehearsalProcess, client: WebClient) -> None:
    # given / when
    client.conversations_leave(channel=SALES)
    again = client.conversations_leave(channel=SALES)
    rehearsal.post("ann", "sales", "anyone?")
    # then
    assert again["not_in_channel"] is True
    assert rehearsal.events("message") == []
    assert error_of(lambda: client.conversations_leave(channel="C0GENERAL01"))["error"] == "cant_leave_general"


@pytest.mark.parametrize(
    ("users", "error"),
    [
        ("", "users_list_not_supplied"),
        ("U0NOBODY001", "user_not_found"),
        ("U0DORA00001", "user_disabled"),
        (",".join(["U0ANN000001"] * 9), "too_many_users"),
    ],
)
def test_a_conversation_opens_with_people_who_are_there(shared_client: WebClient, users: str, error: str) -> None:
    # given / when
    refusal = error_of(lambda: shared_client.conversations_open(users=users))
    # then
    assert refusal["error"] == error


def test_a_group_message_is_opened_once_and_can_be_written_in(shared_client: WebClient) -> None:
    # given / when
    first = shared_client.conversations_open(users="U0ANN000001,U0BEN000001")["channel"]["id"]
    second = shared_client.conversations_open(users=["U0BEN000001", "U0ANN000001"])["channel"]["id"]
    # then
    assert first == second
    assert shared_client.chat_postMessage(channel=first, text="hello")["ok"]
    assert shared_client.conversations_info(channel=first)["channel"]["is_mpim"] is True
