"""Slack's JSON becomes our values, or a clear refusal."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.intake import Channel
from app.slack import payloads
from app.slack.fields import BadPayload
from app.slack.payloads import post_of
from tests.app.slack.events_given import US, Json, a_file, a_message, an_event

PARTNER = "T0PARTNER01"


def test_a_mention_becomes_an_addressed_post_without_the_mention() -> None:
    # given a mention with markup in it
    text = f"<@{US.bot_user_id}> compare &lt;a&gt; with <https://x.example|this>, <@U0BEN000001|ben> and <#C1|ops>"
    # when it is read
    post = post_of(an_event(a_message(type="app_mention", text=text)), US)
    # then the words are as the person saw them, and the channel can be called by its id
    assert post.addressed
    assert post.text == "compare <a> with https://x.example, @ben and #ops (C1)"
    assert (post.ts, post.root) == ("1795546116.000100", "1795546116.000100")


@pytest.mark.failure_mode(5)
def test_a_mention_that_comes_only_as_a_message_is_addressed() -> None:
    # given a thread message that mentions us
    event = a_message(text=f"and <@{US.bot_user_id}> too", thread_ts="1795546100.000001")
    # when it is read
    post = post_of(an_event(event), US)
    # then it is addressed, and belongs to its thread
    assert post.addressed
    assert (post.text, post.root) == ("and too", "1795546100.000001")


def test_words_in_a_thread_are_not_addressed_and_a_direct_message_is() -> None:
    # given one of each
    reply = a_message(thread_ts="1795546100.000001")
    direct = a_message(channel="D0ANN000001", channel_type="im")
    # when they are read, then only the direct one is addressed
    assert not post_of(an_event(reply), US).addressed
    assert post_of(an_event(direct), US).addressed


@pytest.mark.failure_mode(3)
def test_the_workspace_is_the_one_whose_installation_received_the_event() -> None:
    # given an event of a shared channel whose outer team is the partner's
    body = an_event(a_message(), team_id=PARTNER, is_ext_shared_channel=True)
    # when it is read, then the authorization decides
    assert post_of(body, US).team_id == US.team_id


@pytest.mark.parametrize(
    "changes",
    [
        {"team_id": None, "authorizations": None},
        {"team_id": None, "authorizations": []},
        {"is_ext_shared_channel": True, "authorizations": [{"team_id": None, "is_enterprise_install": True}]},
    ],
)
def test_a_team_that_cannot_be_decided_is_refused_and_never_guessed(changes: Json) -> None:
    # given an event without a certain team
    body = an_event(a_message(), **changes)
    # when it is read, then it is refused
    with pytest.raises(BadPayload, match="team"):
        post_of(body, US)


@pytest.mark.failure_mode(61)
@pytest.mark.parametrize(
    ("event", "outer", "external"),
    [
        ({}, {}, False),
        ({"team": PARTNER}, {}, True),
        ({"user_team": PARTNER, "team": US.team_id}, {"is_ext_shared_channel": True}, True),
        ({"user_team": US.team_id}, {"is_ext_shared_channel": True}, False),
        ({"team": None}, {"is_ext_shared_channel": True}, True),
        ({"team": None}, {}, False),
    ],
)
def test_who_belongs_to_another_team_is_external_and_doubt_counts_as_external(
    event: Json, outer: Json, external: bool
) -> None:
    # given a message of that author
    body = an_event(a_message(**event), **outer)
    # when it is read, then it says whether the author is ours
    assert post_of(body, US).external is external


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"channel_type": "channel"}, Channel.PUBLIC),
        ({"channel_type": "group"}, Channel.PRIVATE),
        ({"channel_type": "mpim"}, Channel.GROUP_DIRECT),
        ({"channel_type": "im", "channel": "D0ANN000001"}, Channel.DIRECT),
        ({"channel_type": None, "channel": "D0ANN000001"}, Channel.DIRECT),
        ({"channel_type": None, "channel": "G0OLD000001"}, Channel.PRIVATE),
        ({"channel_type": None}, Channel.PRIVATE),
    ],
)
def test_a_channel_without_a_type_counts_as_private(changes: Json, kind: Channel) -> None:
    # given a message there, when it is read, then what is unsaid is taken as the narrower kind
    assert post_of(an_event(a_message(**changes)), US).channel_kind is kind


def test_files_are_taken_from_the_event_and_from_what_the_text_names() -> None:
    # given an attached file, one named by an element and one by a link
    link = "https://home.slack.com/files/U0ANN000001/F0LINKED001/plan.pdf"
    blocks = [{"type": "rich_text", "elements": [{"elements": [{"type": "file", "file_id": "F0NAMED0001"}]}]}]
    event = a_message(
        subtype="file_share", files=[a_file(), {"id": "F0SALES0001"}], blocks=blocks, text=f"<{link}|plan>"
    )
    # when it is read
    post = post_of(an_event(event), US)
    # then the one is described and the others are named
    assert [(file.id, file.size) for file in post.files] == [("F0SALES0001", 12)]
    assert post.named_files == ("F0NAMED0001", "F0LINKED001")


@pytest.mark.failure_mode(12)
@pytest.mark.parametrize(
    ("changes", "ours"),
    [
        ({"user": US.bot_user_id}, True),
        ({"bot_id": US.bot_id}, True),
        ({"app_id": US.app_id}, True),
        ({"bot_profile": {"id": US.bot_id}}, True),
        ({"bot_profile": {"app_id": US.app_id}}, True),
        ({"bot_id": "B0OTHERBOT1", "app_id": "A0OTHERBOT1"}, False),
        ({}, False),
    ],
)
def test_our_own_messages_are_known_by_user_bot_and_app(changes: Json, ours: bool) -> None:
    # given a message, when asked whose it is, then each of the three ids tells
    assert payloads.is_ours(a_message(**changes), US) is ours


@pytest.mark.failure_mode(12)
def test_another_bot_is_named_as_the_author() -> None:
    # given a message that an app posted with a person's token
    event = a_message(bot_profile={"id": "B0OTHERBOT1", "app_id": "A0OTHERBOT1"})
    # when it is read
    author = post_of(an_event(event), US).author
    # then bot and app stand beside the person
    assert (author.user_id, author.bot_id, author.app_id) == ("U0ANN000001", "B0OTHERBOT1", "A0OTHERBOT1")


@pytest.mark.parametrize(
    ("subtype", "request_of_someone"),
    [
        (None, True),
        ("file_share", True),
        ("thread_broadcast", True),
        ("message_changed", False),
        ("message_deleted", False),
        ("bot_message", False),
        ("channel_join", False),
    ],
)
def test_only_what_somebody_said_is_a_request(subtype: str | None, request_of_someone: bool) -> None:
    # given a message of that subtype, when asked, then edits, joins and the like are none
    assert payloads.is_request(a_message(subtype=subtype)) is request_of_someone


@pytest.mark.parametrize("missing", ["channel", "ts", "user"])
def test_a_message_without_its_parts_is_refused_by_name(missing: str) -> None:
    # given a message that lacks a part
    body = an_event(a_message(**{missing: None}))
    # when it is read, then the error says what is missing, and nothing of the content
    with pytest.raises(BadPayload) as refused:
        post_of(body, US)
    assert "hello there" not in str(refused.value)


def test_what_no_database_takes_is_taken_out_of_texts_and_refused_in_ids() -> None:
    # given a NUL and half a character in a text, when read, then the text is whole and can be stored
    post = post_of(an_event(a_message(text="a\x00b\ud800c👍")), US)
    assert post.text == "ab\ufffdc👍"
    # and given one in an id, then the payload is refused
    with pytest.raises(BadPayload, match="channel"):
        post_of(an_event(a_message(channel="C\x001")), US)


def test_the_retry_header_is_read_as_a_small_number() -> None:
    # given headers as bolt keeps them, when read, then anything odd counts as a first delivery
    assert payloads.retry_of({"x-slack-retry-num": ["2"]}) == 2
    assert payloads.retry_of({"x-slack-retry-num": ["-1"]}) == 0
    assert payloads.retry_of({}) == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = [
    "type", "channel", "channel_type", "user", "team", "text", "ts", "thread_ts", "files", "blocks", "bot_profile",
    "user_profile", "deleted_ts", "hidden", "subtype",
]  # fmt: skip
READERS: tuple[Callable[[Any], object], ...] = (
    lambda body: post_of(body, US),
    payloads.deletion_of,
    payloads.changed_person_of,
    payloads.place_of,
)
OUTER = ["api_app_id", "team_id", "authorizations", "event_id", "is_ext_shared_channel", "event"]


@given(
    event=st.dictionaries(st.sampled_from(FIELDS), JSON), outer=st.dictionaries(st.sampled_from(OUTER), JSON), raw=JSON
)
def test_whatever_arrives_only_a_bad_payload_is_ever_raised(event: Json, outer: Json, raw: object) -> None:
    # given any JSON, whole or in place of any part of a real payload
    for body in (raw, an_event(a_message(**event)), {**an_event(a_message(**event)), **outer}):
        # when every reader looks at it, then it answers or says BadPayload
        for read in READERS:
            try:
                read(body)
            except BadPayload:
                continue
    inner = a_message(**event)
    payloads.is_request(inner)
    payloads.is_ours(inner, US)
    payloads.mentions_us(inner, US)
