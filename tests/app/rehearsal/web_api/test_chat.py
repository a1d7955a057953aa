"""Posting, updating, deleting and reacting over the wire, with Slack's refusals."""

import pytest
from slack_sdk import WebClient

from tests.app.rehearsal.conftest import error_of
from tests.given.rehearsal import RehearsalProcess

SALES = "C0SALES0001"


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOSUCH001", "channel_not_found"),
        ("C0SECRET001", "channel_not_found"),
        ("C0RANDOM001", "not_in_channel"),
        ("C0OLDNEWS01", "is_archived"),
    ],
)
def test_a_post_out_of_reach_is_refused(shared_client: WebClient, channel: str, error: str) -> None:
    # given / when
    refusal = error_of(lambda: shared_client.chat_postMessage(channel=channel, text="hello"))
    # then
    assert refusal["error"] == error


def test_a_post_needs_something_to_show(shared_client: WebClient) -> None:
    # given a text of blanks only (sent past the client's own warning) / when
    refusal = error_of(lambda: shared_client.api_call("chat.postMessage", json={"channel": SALES, "text": "  "}))
    # then
    assert refusal["error"] == "no_text"


def test_a_reply_needs_a_root_that_is_there_and_is_a_root(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    root = shared_rehearsal.post("ann", "sales", "root")
    reply = shared_client.chat_postMessage(channel=SALES, thread_ts=root.ts, text="reply")["ts"]

    # when
    def refused(thread_ts: str) -> object:
        return error_of(lambda: shared_client.chat_postMessage(channel=SALES, thread_ts=thread_ts, text="x"))["error"]

    # then
    assert refused("1700000000.000100") == "thread_not_found"
    assert refused(reply) == "cannot_reply_to_message"


def test_text_is_cut_at_40_000_characters(shared_client: WebClient) -> None:
    # given / when
    posted = shared_client.chat_postMessage(channel=SALES, text="x" * 40_001)
    # then
    assert len(posted["message"]["text"]) == 40_000


def test_markdown_text_stands_alone_and_holds_12_000_characters(shared_client: WebClient) -> None:
    # given / when
    fits = shared_client.chat_postMessage(channel=SALES, markdown_text="x" * 12_000)
    too_long = error_of(lambda: shared_client.chat_postMessage(channel=SALES, markdown_text="x" * 12_001))
    mixed = error_of(lambda: shared_client.chat_postMessage(channel=SALES, markdown_text="x", text="y"))
    # then
    assert fits["message"]["blocks"][0]["type"] == "markdown"
    assert (too_long["error"], mixed["error"]) == ("msg_too_long", "markdown_text_conflict")


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": "text"}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"big": "y" * 20_000}}, "metadata_too_large"),
    ],
)
def test_metadata_has_a_type_and_a_payload_of_limited_size(
    shared_client: WebClient, metadata: dict[str, object], error: str
) -> None:
    # given / when
    refusal = error_of(lambda: shared_client.chat_postMessage(channel=SALES, text="x", metadata=metadata))
    # then
    assert refusal["error"] == error


def test_only_own_messages_can_be_changed_or_deleted(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    theirs = shared_rehearsal.post("ann", "sales", "mine")
    # when
    update = error_of(lambda: shared_client.chat_update(channel=SALES, ts=theirs.ts, text="yours"))
    delete = error_of(lambda: shared_client.chat_delete(channel=SALES, ts=theirs.ts))
    # then
    assert (update["error"], delete["error"]) == ("cant_update_message", "cant_delete_message")


def test_an_update_changes_what_is_shown_and_the_log_keeps_what_was_visible(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given
    posted = client.chat_postMessage(channel=SALES, text="first")
    # when
    client.chat_update(channel=SALES, ts=posted["ts"], text="second")
    client.chat_delete(channel=SALES, ts=posted["ts"])
    # then
    seen = [(entry["what"], entry["text"]) for entry in rehearsal.visible("sales")]
    assert seen == [("posted", "first"), ("updated", "second"), ("deleted", "second")]
    assert rehearsal.history("sales")[0]["deleted"] is True
    gone = error_of(lambda: client.chat_update(channel=SALES, ts=posted["ts"], text="third"))
    assert gone["error"] == "message_not_found"


def test_an_update_without_blocks_or_metadata_drops_the_former_and_keeps_the_latter(shared_client: WebClient) -> None:
    # given
    told = {"event_type": "answer", "event_payload": {"id": 1}}
    posted = shared_client.chat_postMessage(
        channel=SALES, text="x", blocks=[{"type": "divider"}], metadata=told, unfurl_links=False
    )
    # when
    kept = shared_client.chat_update(channel=SALES, ts=posted["ts"], text="y")["message"]
    removed = shared_client.chat_update(channel=SALES, ts=posted["ts"], text="z", metadata={})["message"]
    # then
    assert "blocks" not in kept
    assert kept["metadata"] == told
    assert "metadata" not in removed


def test_an_ephemeral_is_seen_by_one_person_and_kept_by_no_history(
    rehearsal: RehearsalProcess, client: WebClient
) -> None:
    # given / when
    client.chat_postEphemeral(channel=SALES, user="U0ANN000001", text="only you")
    outside = error_of(lambda: client.chat_postEphemeral(channel=SALES, user="U0CHLOE0001", text="x"))
    # then
    (entry,) = rehearsal.visible("sales")
    assert (entry["what"], entry["shown_to"]) == ("ephemeral", "U0ANN000001")
    assert rehearsal.history("sales") == []
    assert outside["error"] == "user_not_in_channel"


def test_a_permalink_names_channel_message_and_thread(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    root = shared_rehearsal.post("ann", "sales", "root")
    reply = shared_rehearsal.post("ben", "sales", "reply", thread_ts=root.ts)
    # when
    link = shared_client.chat_getPermalink(channel=SALES, message_ts=reply.ts)["permalink"]
    # then
    assert link.endswith(f"/archives/{SALES}/p{reply.ts.replace('.', '')}?thread_ts={root.ts}&cid={SALES}")


def test_a_reaction_is_added_once_and_taken_back_once(
    shared_rehearsal: RehearsalProcess, shared_client: WebClient
) -> None:
    # given
    posted = shared_rehearsal.post("ann", "sales", "hello")
    where = {"channel": SALES, "timestamp": posted.ts}
    # when
    shared_client.reactions_add(name="eyes", **where)
    again = error_of(lambda: shared_client.reactions_add(name="eyes", **where))
    shown = shared_client.reactions_get(channel=SALES, timestamp=posted.ts)["message"]["reactions"]
    shared_client.reactions_remove(name="eyes", **where)
    missing = error_of(lambda: shared_client.reactions_remove(name="eyes", **where))
    # then
    assert [(one["name"], one["count"]) for one in shown] == [("eyes", 1)]
    assert (again["error"], missing["error"]) == ("already_reacted", "no_reaction")
    assert error_of(lambda: shared_client.reactions_add(name="no spaces", **where))["error"] == "invalid_name"
